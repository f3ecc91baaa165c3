/// Small reads of one field's bytes.
extension UnsafeBufferPointer<UInt8> {
    /// The field without blanks at its ends: ASCII blanks, and the no-break space that pages and
    /// spreadsheets leave (C2 A0 in UTF-8).
    var trimmed: UnsafeBufferPointer<UInt8> {
        var low = 0
        var high = count
        while low < high {
            if self[low].isASCIIBlank {
                low += 1
            } else if low + 1 < high, self[low] == 0xC2, self[low + 1] == 0xA0 {
                low += 2
            } else {
                break
            }
        }
        while high > low {
            if self[high - 1].isASCIIBlank {
                high -= 1
            } else if high - 2 >= low, self[high - 2] == 0xC2, self[high - 1] == 0xA0 {
                high -= 2
            } else {
                break
            }
        }
        return UnsafeBufferPointer(rebasing: self[low..<high])
    }

    /// Whether a score or a time says that there is none: "N/A", "NA", "null" or "-" in any case;
    /// blank fields are the caller's to see first.
    var isMissingToken: Bool {
        guard count <= 4, let first else { return false }
        if count == 1 { return first == UInt8(ascii: "-") }
        var cursor = ByteCursor(self)
        return (cursor.take(word: "N/A") || cursor.take(word: "NA") || cursor.take(word: "null"))
            && cursor.isAtEnd
    }

    /// Whether the bytes are those of `other`.
    func equals(_ other: [UInt8]) -> Bool {
        count == other.count && elementsEqual(other)
    }

    /// The bytes as text; what is not valid UTF-8 becomes U+FFFD.
    var text: String { String(decoding: self, as: UTF8.self) }

    /// The text, cut to the characters that a message carries.
    var shortText: String {
        // A scalar has at most four bytes, so these hold every scalar that is kept.
        shortened(UnsafeBufferPointer(rebasing: prefix(4 * ImportError.valueCharactersMax)).text)
    }
}
