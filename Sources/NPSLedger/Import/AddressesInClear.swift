/// Finds e-mail addresses in what is recorded in clear.
///
/// Comments and respondents are sealed per person. Ids of responses, segments, channel, language,
/// survey and actor are not: they are what scores are asked by, and they stay in the log for ever.
/// Where one of them is an address, somebody should hear of it before it is too late.
public enum AddressesInClear {
    /// Whether a text is, or holds, an e-mail address: something before the sign @ (or its
    /// percent-encoded form) and a domain of two labels behind it. A handle such as `@anna` is none.
    public static func isHeld(in text: String) -> Bool {
        var text = text
        return text.withUTF8 { isHeld(in: UnsafeRawBufferPointer($0)) }
    }

    /// The same of a text whose UTF-8 lies elsewhere.
    static func isHeld(in bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 1
        while index < bytes.count {
            // Asked of every value of every row: nearly all bytes are passed over here.
            guard mayBeSign(bytes[index]) else {
                index += 1
                continue
            }
            let signBytes = signBytes(bytes[index...])
            if signBytes > 0, isOfName(bytes[index - 1]), isDomain(bytes[(index + signBytes)...]) {
                return true
            }
            index += 1
        }
        return false
    }

    @inline(__always)
    private static func mayBeSign(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "@") || byte == UInt8(ascii: "%") || byte == 0xEF
    }

    /// How many bytes a sign @ has that stands in front: 0 where none does.
    private static func signBytes(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
        switch bytes.first {
        case UInt8(ascii: "@"): 1
        case UInt8(ascii: "%") where bytes.dropFirst().prefix(2).elementsEqual("40".utf8): 3
        case 0xEF where bytes.dropFirst().prefix(2).elementsEqual([0xBC, 0xA0]): 3
        default: 0
        }
    }

    /// Whether a byte may end the part before the sign: a letter or digit of any script, or one of
    /// the signs that addresses have there.
    private static func isOfName(_ byte: UInt8) -> Bool {
        isOfLabel(byte) || "!#$%&'*+/=?^_`{|}~.\"".utf8.contains(byte)
    }

    private static func isOfLabel(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), 0x80...:
            true
        default: false
        }
    }

    /// Whether a text begins with two labels with a full stop between them.
    private static func isDomain(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        let first = bytes.prefix(while: isOfLabel)
        let rest = bytes[first.endIndex...]
        guard !first.isEmpty, rest.first == UInt8(ascii: ".") else { return false }
        return rest.dropFirst().first.map(isOfLabel) == true
    }
}
