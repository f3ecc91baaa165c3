/// Whether bytes are ASCII, or valid UTF-8 (RFC 3629: shortest form, no surrogates, to U+10FFFF).
enum UTF8Check {
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    static func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        asciiPrefix(bytes, from: 0) == bytes.count
    }

    static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        while true {
            index = asciiPrefix(bytes, from: index)
            if index == bytes.count { return true }
            let length = sequenceLength(bytes, at: index)
            if length == 0 { return false }
            index += length
        }
    }

    /// The index of the first byte at or after `begin` that is not ASCII.
    private static func asciiPrefix(
        _ bytes: UnsafeBufferPointer<UInt8>, from begin: Int
    ) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        var index = begin
        let raw = UnsafeRawPointer(base)
        while index + 8 <= bytes.count {
            let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let high = word & highBits
            if high != 0 { return index + UInt64(littleEndian: high).trailingZeroBitCount / 8 }
            index += 8
        }
        while index < bytes.count, bytes[index] < 0x80 { index += 1 }
        return index
    }

    /// The length of the valid sequence that begins at `index` with a byte above 7F; 0 where none.
    private static func sequenceLength(
        _ bytes: UnsafeBufferPointer<UInt8>, at index: Int
    ) -> Int {
        let lead = bytes[index]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if lead == 0xE0 { second = 0xA0...0xBF }
            if lead == 0xED { second = 0x80...0x9F }
        case 0xF0...0xF4:
            length = 4
            if lead == 0xF0 { second = 0x90...0xBF }
            if lead == 0xF4 { second = 0x80...0x8F }
        default: return 0
        }
        guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return 0 }
        for step in 2..<max(2, length) where bytes[index + step] & 0xC0 != 0x80 { return 0 }
        return length
    }
}
