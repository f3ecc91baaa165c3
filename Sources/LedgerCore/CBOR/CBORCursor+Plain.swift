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
