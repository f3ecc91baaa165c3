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

/// Finds the name that was probably meant.
enum Spelling {
    /// Names beyond this are not compared, for the work grows with the square of their length.
    private static let scalarsMax = 64

    /// The name nearest to `word`, letters' case and separators apart, within a third of its
    /// length in edits; the first of equals.
    static func nearest(to word: String, among names: [String]) -> String? {
        let wanted = folded(word)
        guard !wanted.isEmpty, wanted.count <= scalarsMax else { return nil }
        var best: (name: String, distance: Int)?
        for name in names {
            let candidate = folded(name)
            guard !candidate.isEmpty, candidate.count <= scalarsMax else { continue }
            let distance = editDistance(wanted, candidate)
            guard distance <= max(1, wanted.count / 3), distance < best?.distance ?? .max else {
                continue
            }
            best = (name, distance)
        }
        return best?.name
    }

    private static func folded(_ text: String) -> [Unicode.Scalar] {
        text.lowercased().unicodeScalars.filter { !" _-.".unicodeScalars.contains($0) }
    }

    /// Levenshtein's distance, by rows.
    private static func editDistance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
        var row = Array(0...second.count)
        for (i, left) in first.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in second.enumerated() {
                let substituted = diagonal + (left == right ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[second.count]
    }
}
