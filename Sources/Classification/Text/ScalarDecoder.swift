/// Decodes one scalar of UTF-8 and never reads beyond the buffer.
enum ScalarDecoder {
    /// The scalar at `index` and its length in bytes; (0, 1) for a byte that begins none.
    ///
    /// Refuses overlong forms, surrogates and values beyond U+10FFFF as Unicode 15, table 3-7 does.
    @inline(__always)
    static func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, at index: Int
    ) -> (scalar: UInt32, length: Int) {
        let first = UInt32(bytes[index])
        let left = bytes.count - index
        if first < 0x80 { return (first, 1) }
        guard first >= 0xC2, left >= 2 else { return (0, 1) }
        let second = UInt32(bytes[index + 1])
        guard second & 0xC0 == 0x80 else { return (0, 1) }
        if first < 0xE0 { return ((first & 0x1F) << 6 | second & 0x3F, 2) }
        guard left >= 3 else { return (0, 1) }
        let third = UInt32(bytes[index + 2])
        guard third & 0xC0 == 0x80 else { return (0, 1) }
        if first < 0xF0 {
            let scalar = (first & 0x0F) << 12 | (second & 0x3F) << 6 | third & 0x3F
            guard scalar >= 0x800, !(0xD800...0xDFFF).contains(scalar) else { return (0, 1) }
            return (scalar, 3)
        }
        guard first < 0xF5, left >= 4 else { return (0, 1) }
        let fourth = UInt32(bytes[index + 3])
        guard fourth & 0xC0 == 0x80 else { return (0, 1) }
        let high = (first & 0x07) << 18 | (second & 0x3F) << 12
        let scalar = high | (third & 0x3F) << 6 | fourth & 0x3F
        guard scalar >= 0x1_0000, scalar <= 0x10_FFFF else { return (0, 1) }
        return (scalar, 4)
    }
}
