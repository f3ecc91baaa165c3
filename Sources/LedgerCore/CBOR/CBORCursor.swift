/// Reads CBOR in place, without copying, from memory that stays valid while the cursor is used.
///
/// This is the reader of the replay path: it takes what it is asked for and checks bounds and
/// types on the way. It never traps on bad bytes. `value` is the slow, complete check.
public struct CBORCursor {
    /// Deepest nesting accepted; the log's own entries nest four deep, and a limit keeps a hostile
    /// entry from exhausting the stack.
    public static let nestingMax = 16

    @usableFromInline let base: UnsafeRawPointer
    @usableFromInline let end: Int
    /// Bytes consumed so far.
    public var offset: Int

    /// A cursor over `bytes`, which must outlive it.
    @inlinable
    public init(unsafe bytes: UnsafeRawBufferPointer) {
        // An empty buffer may have no address; a non-null dummy keeps `base` simple to use.
        base = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 8).unsafelyUnwrapped
        end = bytes.count
        offset = 0
    }

    /// Whether everything was consumed.
    @inlinable
    public var isAtEnd: Bool { offset >= end }

    /// The bytes from `start` to the cursor.
    @inlinable
    public func bytes(from start: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + start, count: offset - start)
    }

    /// Reads a head and returns its major type and argument.
    @inlinable
    public mutating func head() throws(CBORError) -> (major: UInt8, argument: UInt64) {
        guard offset < end else { throw CBORError(.truncated, offset: offset) }
        let first = base.load(fromByteOffset: offset, as: UInt8.self)
        let low = first & 0x1F
        if low < 24 {
            offset += 1
            return (first >> 5, UInt64(low))
        }
        return try longHead(first, low)
    }

    @inlinable
    mutating func longHead(
        _ first: UInt8, _ low: UInt8
    ) throws(CBORError) -> (major: UInt8, argument: UInt64) {
        let argument: UInt64
        let width: Int
        switch low {
        case 24: width = 1
        case 25: width = 2
        case 26: width = 4
        case 27: width = 8
        default: throw CBORError(.notShortest, offset: offset)
        }
        guard end - offset > width else { throw CBORError(.truncated, offset: offset) }
        let at = base + offset + 1
        switch width {
        case 1: argument = UInt64(at.load(as: UInt8.self))
        case 2: argument = UInt64(UInt16(bigEndian: at.loadUnaligned(as: UInt16.self)))
        case 4: argument = UInt64(UInt32(bigEndian: at.loadUnaligned(as: UInt32.self)))
        default: argument = UInt64(bigEndian: at.loadUnaligned(as: UInt64.self))
        }
        offset += 1 + width
        return (first >> 5, argument)
    }

    /// Reads a head of the given major type.
    @inlinable
    mutating func expect(_ major: UInt8) throws(CBORError) -> UInt64 {
        let start = offset
        let (found, argument) = try head()
        guard found == major else {
            offset = start
            throw CBORError(.unexpectedType, offset: start)
        }
        return argument
    }

    /// Reads an unsigned integer.
    @inlinable
    public mutating func unsigned() throws(CBORError) -> UInt64 { try expect(0) }

    /// Reads a signed integer.
    @inlinable
    public mutating func integer() throws(CBORError) -> Int64 {
        let start = offset
        let (major, argument) = try head()
        guard major < 2, let value = Int64(exactly: argument) else {
            throw CBORError(.unexpectedType, offset: start)
        }
        return major == 0 ? value : ~value
    }

    /// Reads the count of an array.
    @inlinable
    public mutating func array() throws(CBORError) -> Int { try count(4) }

    /// Reads the count of pairs of a map.
    @inlinable
    public mutating func map() throws(CBORError) -> Int { try count(5) }

    @inlinable
    mutating func count(_ major: UInt8) throws(CBORError) -> Int {
        let start = offset
        let argument = try expect(major)
        // Every item takes at least a byte: a count beyond what is left is a lie, and refusing it
        // here keeps callers from reserving memory for it.
        guard argument <= UInt64(end - offset) else {
            throw CBORError(.truncated, offset: start)
        }
        return Int(argument)
    }

    @inlinable
    mutating func run(_ major: UInt8) throws(CBORError) -> UnsafeRawBufferPointer {
        let start = offset
        let length = try expect(major)
        guard length <= UInt64(end - offset) else {
            throw CBORError(.truncated, offset: start)
        }
        let count = Int(length)
        let run = UnsafeRawBufferPointer(start: base + offset, count: count)
        offset += count
        return run
    }

    /// Reads a text string in place (UTF-8 is not checked here).
    @inlinable
    public mutating func unsafeText() throws(CBORError) -> UnsafeRawBufferPointer { try run(3) }

    /// Reads a byte string in place.
    @inlinable
    public mutating func unsafeByteString() throws(CBORError) -> UnsafeRawBufferPointer {
        try run(2)
    }

    /// Reads a text string as an owned, checked String.
    public mutating func text() throws(CBORError) -> String {
        let start = offset
        let bytes = try run(3)
        var bits: UInt8 = 0
        for byte in bytes { bits |= byte }
        // Names are ASCII, and most texts: validating would look up what UTF-8 is each time.
        if bits < 0x80 { return String(decoding: bytes, as: UTF8.self) }
        guard let string = String(validating: bytes, as: UTF8.self) else {
            throw CBORError(.invalidText, offset: start)
        }
        return string
    }

    /// Consumes a null if one stands here.
    @inlinable
    public mutating func takeNull() -> Bool {
        guard offset < end, base.load(fromByteOffset: offset, as: UInt8.self) == 0xF6 else {
            return false
        }
        offset += 1
        return true
    }

    /// Reads a boolean.
    @inlinable
    public mutating func bool() throws(CBORError) -> Bool {
        let start = offset
        let simple = try expect(7)
        guard simple == 20 || simple == 21 else {
            offset = start
            throw CBORError(.unexpectedType, offset: start)
        }
        return simple == 21
    }

    /// Skips one item of any kind without checking its order or texts.
    @inlinable
    public mutating func skip() throws(CBORError) {
        // Counts what is still to come instead of recursing: nothing to overflow.
        var pending: UInt64 = 1
        while pending > 0 {
            pending -= 1
            let start = offset
            let (major, argument) = try head()
            switch major {
            case 0, 1: break
            case 2, 3:
                guard argument <= UInt64(end - offset) else {
                    throw CBORError(.truncated, offset: start)
                }
                offset += Int(argument)
            case 4, 5:
                guard argument <= UInt64(end - offset) else {
                    throw CBORError(.truncated, offset: start)
                }
                pending += major == 4 ? argument : 2 * argument
            case 7:
                guard argument >= 20, argument <= 22 else {
                    throw CBORError(.unsupported, offset: start)
                }
            default: throw CBORError(.unsupported, offset: start)
            }
        }
    }
}

extension CBORCursor {
    /// Reads over a map of texts to texts, checked as strictly as `value` does; nothing is built
    /// for what is plain ASCII.
    public mutating func skipTexts() throws(CBORError) {
        let start = offset
        guard try skipPlainTexts() else {
            offset = start
            let item = try value()
            guard let pairs = item.mapValue, pairs.values.allSatisfy({ $0.textValue != nil }) else {
                throw CBORError(.unexpectedType, offset: start)
            }
            return
        }
    }

    /// Whether the item is a map of texts in ASCII, with shortest heads and keys in order; false
    /// where only the complete check can tell.
    mutating func skipPlainTexts() throws(CBORError) -> Bool {
        let count = try map()
        guard count < 24 else { return false }
        var previous = UnsafeRawBufferPointer(start: nil, count: 0)
        for index in 0..<count {
            guard let key = plainText(), index == 0 || Self.precedes(previous, key),
                plainText() != nil
            else { return false }
            previous = key
        }
        return true
    }

    /// The order of encoded texts: the shorter first, then bytewise.
    private static func precedes(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) -> Bool {
        guard first.count == second.count else { return first.count < second.count }
        for (one, other) in zip(first, second) where one != other { return one < other }
        return false
    }
}

/// Why bytes are not the CBOR that was expected.
public struct CBORError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: String, Sendable {
        /// The bytes end inside an item.
        case truncated
        /// Another kind of item stands here.
        case unexpectedType
        /// A head is longer than it needs to be, or a length is indefinite.
        case notShortest
        /// Map keys are repeated or not in bytewise order.
        case keyOrder
        /// A text string is not UTF-8.
        case invalidText
        /// Bytes follow the end of the item.
        case trailingBytes
        /// Items are nested deeper than `CBORCursor.nestingMax`.
        case tooDeep
        /// A float, a tag or a simple value the log does not use.
        case unsupported
        /// A field is missing or holds a value outside its range.
        case invalidField
    }

    /// What is wrong.
    public let reason: Reason
    /// Byte offset from the start of what was being read.
    public let offset: Int
    /// The field concerned, when known.
    public let field: String?

    /// A failure at a byte offset.
    public init(_ reason: Reason, offset: Int, field: String? = nil) {
        self.reason = reason
        self.offset = offset
        self.field = field
    }

    /// Reason, field and offset in one line.
    public var description: String {
        let name = field.map { " in field “\($0)”" } ?? ""
        return "CBOR \(reason.rawValue)\(name) at byte \(offset)"
    }
}

extension Array where Element == UInt8 {
    /// The array's bytes in place, with typed throws (the standard library's own method rethrows
    /// untyped).
    @inlinable
    public func withBytes<R, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try span.bytes.withUnsafeBytes(body)
    }
}
