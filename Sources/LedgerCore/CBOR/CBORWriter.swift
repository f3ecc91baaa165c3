/// Writes deterministic CBOR (RFC 8949 §4.2.1): shortest heads, definite lengths.
///
/// Map keys must be written in the bytewise order of their encodings; the writer of each event
/// type knows its keys, and the strict reader (`CBORCursor.value`) refuses any other order.
public struct CBORWriter: Sendable {
    /// What has been written so far.
    public var bytes: [UInt8]

    /// An empty writer.
    public init(reservingBytes capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Writes a head: major type in the top three bits, then the shortest form of `argument`.
    @inlinable
    public mutating func head(_ major: UInt8, _ argument: UInt64) {
        if argument < 24 {
            bytes.append(major << 5 | UInt8(truncatingIfNeeded: argument))
        } else {
            longHead(major << 5, argument)
        }
    }

    @inlinable
    mutating func longHead(_ top: UInt8, _ argument: UInt64) {
        if argument < 0x100 {
            // Most texts, and what most arguments that do not fit the first byte are.
            bytes.append(top | 24)
            bytes.append(UInt8(truncatingIfNeeded: argument))
            return
        }
        let power: UInt8 = argument < 0x1_0000 ? 1 : argument < 0x1_0000_0000 ? 2 : 3
        let width = 1 << Int(power)
        bytes.append(top | (24 + power))
        // In one piece: most of an envelope is times of eight bytes.
        withUnsafeBytes(of: argument.bigEndian) {
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[(8 - width)...]))
        }
    }

    /// Writes an unsigned integer.
    @inlinable
    public mutating func unsigned(_ value: UInt64) { head(0, value) }

    /// Writes a signed integer.
    @inlinable
    public mutating func integer(_ value: Int64) {
        if value >= 0 { head(0, UInt64(value)) } else { head(1, UInt64(~value)) }
    }

    /// Writes a UTF-8 text string.
    @inlinable
    public mutating func text(_ value: String) {
        let utf8 = value.utf8
        head(3, UInt64(utf8.count))
        bytes.append(contentsOf: utf8)
    }

    /// Writes the name of a field.
    @inlinable
    public mutating func field(_ name: StaticString) {
        head(3, UInt64(name.utf8CodeUnitCount))
        bytes.append(
            contentsOf: UnsafeBufferPointer(
                start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    /// Writes a text string whose UTF-8 lies elsewhere.
    @inlinable
    public mutating func text(utf8 value: UnsafeRawBufferPointer) {
        head(3, UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// Writes a byte string.
    @inlinable
    public mutating func byteString(_ value: some Collection<UInt8>) {
        head(2, UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// Writes the head of an array of `count` items, which must follow.
    @inlinable
    public mutating func array(_ count: Int) { head(4, UInt64(count)) }

    /// Writes the head of a map of `count` pairs, which must follow in key order.
    @inlinable
    public mutating func map(_ count: Int) { head(5, UInt64(count)) }

    /// Writes `null`.
    @inlinable
    public mutating func null() { bytes.append(0xF6) }

    /// Writes a boolean.
    @inlinable
    public mutating func bool(_ value: Bool) { bytes.append(value ? 0xF5 : 0xF4) }

    /// Copies bytes that are already deterministic CBOR.
    @inlinable
    public mutating func encoded(_ value: some Collection<UInt8>) {
        bytes.append(contentsOf: value)
    }

    /// Writes a value tree; maps are put in deterministic order here.
    public mutating func value(_ value: CBORValue) {
        switch value {
        case .unsigned(let number): unsigned(number)
        case .negative(let number): head(1, number)
        case .bytes(let data): byteString(data)
        case .text(let string): text(string)
        case .bool(let flag): bool(flag)
        case .null: null()
        case .array(let items):
            array(items.count)
            for item in items { self.value(item) }
        case .map(let pairs):
            map(pairs.count)
            for (key, item) in CBORValue.deterministicOrder(pairs) {
                text(key)
                self.value(item)
            }
        }
    }
}
