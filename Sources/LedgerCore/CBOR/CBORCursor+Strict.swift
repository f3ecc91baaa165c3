extension CBORCursor {
    /// Reads one item as a value tree and checks everything RFC 8949 §4.2.1 asks: shortest heads,
    /// definite lengths, unique keys in bytewise order, valid UTF-8.
    public mutating func value(depth: Int = 0) throws(CBORError) -> CBORValue {
        guard depth < Self.nestingMax else { throw CBORError(.tooDeep, offset: offset) }
        let start = offset
        let (major, argument) = try head()
        guard offset - start == Self.headLength(major, argument) else {
            throw CBORError(.notShortest, offset: start)
        }
        switch major {
        case 0: return .unsigned(argument)
        case 1: return .negative(argument)
        case 2:
            offset = start
            return .bytes([UInt8](try unsafeByteString()))
        case 3:
            offset = start
            return .text(try text())
        case 4:
            offset = start
            let count = try array()
            var items: [CBORValue] = []
            for _ in 0..<count { items.append(try value(depth: depth + 1)) }
            return .array(items)
        case 5:
            offset = start
            return .map(try strictMap(depth: depth))
        case 7 where argument == 20 || argument == 21: return .bool(argument == 21)
        case 7 where argument == 22: return .null
        default: throw CBORError(.unsupported, offset: start)
        }
    }

    /// Pairs that room is made for beforehand; the log's own payloads have no more.
    private static let pairsExpected = 16

    private mutating func strictMap(depth: Int) throws(CBORError) -> [String: CBORValue] {
        let count = try map()
        // `map` has seen to it that there are bytes for as many.
        var pairs = [String: CBORValue](minimumCapacity: min(count, Self.pairsExpected))
        var previous: String?
        for _ in 0..<count {
            let at = offset
            let (major, argument) = try head()
            guard major == 3, offset - at == Self.headLength(3, argument) else {
                throw CBORError(major == 3 ? .notShortest : .unexpectedType, offset: at)
            }
            offset = at
            let key = try text()
            if let previous, !CBORValue.precedes(previous, key) {
                throw CBORError(.keyOrder, offset: at, field: key)
            }
            previous = key
            let item = try value(depth: depth + 1)
            // Canonically equivalent spellings of one key would collapse into one pair.
            guard pairs.updateValue(item, forKey: key) == nil else {
                throw CBORError(.keyOrder, offset: at, field: key)
            }
        }
        return pairs
    }

    /// Bytes the shortest head of `argument` takes.
    static func headLength(_ major: UInt8, _ argument: UInt64) -> Int {
        switch argument {
        case 0..<24: 1
        case 24..<0x100: 2
        case 0x100..<0x1_0000: 3
        case 0x1_0000..<0x1_0000_0000: 5
        default: 9
        }
    }

    /// Decodes exactly one item from owned bytes, strictly.
    public static func decode(_ bytes: [UInt8]) throws(CBORError) -> CBORValue {
        try bytes.withBytes { (raw) throws(CBORError) -> CBORValue in
            var cursor = CBORCursor(unsafe: raw)
            let value = try cursor.value()
            guard cursor.isAtEnd else {
                throw CBORError(.trailingBytes, offset: cursor.offset)
            }
            return value
        }
    }
}

/// Readers of what this software itself writes, in place: they return nil or false, and not an
/// error, where something else stands, for the complete check then says what.
extension CBORCursor {
    /// Reads a head of major type `major` in its shortest form, and returns its argument.
    mutating func shortest(_ major: UInt8) -> UInt64? {
        let start = offset
        guard let (found, argument) = try? head(), found == major,
            offset - start == Self.headLength(major, argument)
        else {
            offset = start
            return nil
        }
        return argument
    }

    /// Reads a signed integer in its shortest form.
    mutating func shortestInteger() -> Int64? {
        guard let argument = shortest(0) ?? shortest(1) else { return nil }
        return Int64(exactly: argument)
    }

    /// Reads a text of ASCII with the shortest head.
    mutating func plainText() -> UnsafeRawBufferPointer? {
        guard let length = shortest(3), length <= UInt64(end - offset) else { return nil }
        let start = offset
        offset += Int(length)
        let text = bytes(from: start)
        var bits: UInt8 = 0
        for byte in text { bits |= byte }
        return bits < 0x80 ? text : nil
    }

    /// Reads over the key `key` of fewer than 24 bytes, if it stands here.
    public mutating func takesKey(_ key: StaticString) -> Bool {
        let count = key.utf8CodeUnitCount
        guard end - offset > count,
            base.load(fromByteOffset: offset, as: UInt8.self) == 0x60 | UInt8(count),
            EventName.equals(
                UnsafeRawBufferPointer(start: base + offset + 1, count: count), key)
        else { return false }
        offset += 1 + count
        return true
    }
}
