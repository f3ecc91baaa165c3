/// The two one-byte encodings of western exports, to UTF-8.
enum SingleByteText {
    case windows1252
    case latin1

    /// What 80…9F mean in Windows-1252; 0 for the five bytes that mean nothing.
    private static let windows1252High: [UInt16] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
        0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
    ]

    /// Appends `bytes` as UTF-8; false where a byte means nothing in the encoding.
    func append(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) -> Bool {
        for byte in bytes {
            if byte < 0x80 {
                output.append(byte)
                continue
            }
            var scalar = UInt16(byte)
            if self == .windows1252, byte < 0xA0 {
                scalar = Self.windows1252High[Int(byte) - 0x80]
                if scalar == 0 { return false }
            }
            if scalar < 0x800 {
                output.append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6))
            } else {
                output.append(0xE0 | UInt8(truncatingIfNeeded: scalar >> 12))
                output.append(0x80 | UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F))
            }
            output.append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
        }
        return true
    }
}
