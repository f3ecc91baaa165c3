/// Finds web addresses, e-mail addresses and handles: they identify people, not opinions.
enum AddressScanner {
    /// Whether `bytes` can hold an address at all; most texts need no closer look.
    static func mayHold(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let count = bytes.count
        var index = 0
        while index < count {
            switch bytes[index] {
            case 0x40: return true
            case 0x2F: if index > 0, bytes[index - 1] == 0x3A { return true }
            case 0x2E: if index > 2, bytes[index - 1] | 0x20 == 0x77 { return true }
            default: break
            }
            index += 1
        }
        return false
    }

    /// The address that the run of non-spaces at `start` is, and the index after it.
    static func address(
        in bytes: UnsafeBufferPointer<UInt8>, at start: Int
    ) -> (symbol: UInt32, end: Int)? {
        var first = start
        while first < bytes.count, isOpening(bytes[first]) { first += 1 }
        var end = first
        var at = -1
        var scheme = false
        var dotAfterAt = false
        while end < bytes.count, bytes[end] > 0x20 {
            switch bytes[end] {
            case 0x40: at = at < 0 ? end : at
            case 0x2E: dotAfterAt = dotAfterAt || (at >= 0 && end > at + 1)
            case 0x2F:
                if end >= first + 3, bytes[end - 1] == 0x3A, end + 1 < bytes.count,
                    bytes[end + 1] == 0x2F
                {
                    scheme = true
                }
            default: break
            }
            end += 1
        }
        while end > first, isClosing(bytes[end - 1]) { end -= 1 }
        if scheme || startsWithWWW(bytes, from: first, to: end) { return (Symbol.url, end) }
        guard at >= first, at + 1 < end, isName(bytes[at + 1]) else { return nil }
        if at == first { return (Symbol.handle, end) }
        return dotAfterAt && isName(bytes[at - 1]) ? (Symbol.mail, end) : nil
    }

    private static func startsWithWWW(
        _ bytes: UnsafeBufferPointer<UInt8>, from first: Int, to end: Int
    ) -> Bool {
        guard end - first > 4, bytes[first + 3] == 0x2E else { return false }
        return (0..<3).allSatisfy { bytes[first + $0] | 0x20 == 0x77 }
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...: return true
        default: return false
        }
    }

    private static func isOpening(_ byte: UInt8) -> Bool {
        byte == 0x28 || byte == 0x5B || byte == 0x3C || byte == 0x22 || byte == 0x27
    }

    private static func isClosing(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21, 0x22, 0x27, 0x29, 0x2C, 0x2E, 0x3A, 0x3B, 0x3E, 0x3F, 0x5D: return true
        default: return false
        }
    }
}
