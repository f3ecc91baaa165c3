/// Reads scalars from bytes that may be no UTF-8.
enum UTF8Scalars {
    /// The scalar at `index`, which is moved behind it; nil for bytes that are none.
    ///
    /// Of what is none, the longest part that could have begun a scalar is passed over at once,
    /// as the Unicode standard recommends and `String(decoding:as:)` does.
    static func next(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> UInt32? {
        let first = bytes[index]
        index += 1
        // How many bytes follow, and between which bounds the first of them is.
        var follow: Int
        var lowest: UInt8 = 0x80
        var highest: UInt8 = 0xBF
        var scalar: UInt32
        switch first {
        case 0x00...0x7F: return UInt32(first)
        case 0xC2...0xDF: (follow, scalar) = (1, UInt32(first & 0x1F))
        case 0xE0...0xEF:
            (follow, scalar) = (2, UInt32(first & 0x0F))
            if first == 0xE0 { lowest = 0xA0 }
            if first == 0xED { highest = 0x9F }
        case 0xF0...0xF4:
            (follow, scalar) = (3, UInt32(first & 0x07))
            if first == 0xF0 { lowest = 0x90 }
            if first == 0xF4 { highest = 0x8F }
        default: return nil
        }
        while follow > 0 {
            guard index < bytes.count, bytes[index] >= lowest, bytes[index] <= highest else {
                return nil
            }
            scalar = scalar << 6 | UInt32(bytes[index] & 0x3F)
            index += 1
            follow -= 1
            (lowest, highest) = (0x80, 0xBF)
        }
        return scalar
    }
}
