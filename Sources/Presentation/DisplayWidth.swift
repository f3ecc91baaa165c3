/// How many terminal columns a text takes.
///
/// Follows what terminals do: combining marks take none, East Asian wide and fullwidth characters
/// (UAX #11) and emoji take two, everything else one. A character that a terminal joins (a flag, a
/// skin tone, a family) counts as one emoji. Terminals differ on the newest emoji; a line may then
/// be a column off, never broken.
public enum DisplayWidth {
    /// The columns of a text on one line; control characters count as none.
    public static func of(_ text: some StringProtocol) -> Int {
        var isASCII = true
        var printable = 0
        for byte in text.utf8 {
            if byte >= 0x80 {
                isASCII = false
                break
            }
            if byte >= 0x20 && byte != 0x7F { printable += 1 }
        }
        if isASCII { return printable }
        return text.reduce(0) { $0 + of($1) }
    }

    /// The columns of one character.
    public static func of(_ character: Character) -> Int {
        let scalars = character.unicodeScalars
        var sum = 0
        var isEmoji = false
        var isJoined = false
        for scalar in scalars {
            let value = scalar.value
            sum += of(scalar)
            if scalar.properties.isEmoji && value > 0xFF { isEmoji = true }
            // Variation selector 16, zero width joiner, skin tones, the second half of a flag.
            switch value {
            case 0xFE0F, 0x200D, 0x1F3FB...0x1F3FF, 0x1F1E6...0x1F1FF: isJoined = true
            default: break
            }
        }
        return isEmoji && isJoined ? 2 : sum
    }

    /// The text cut to at most `columns`, with the ellipsis where something was cut.
    ///
    /// Never splits a character. Where not even the ellipsis fits, the text is cut without one.
    public static func truncated(_ text: String, to columns: Int, ellipsis: String = "…") -> String
    {
        if of(text) <= columns { return text }
        let mark = of(ellipsis) <= columns ? ellipsis : ""
        var room = columns - of(mark)
        var result = ""
        for character in text {
            let width = of(character)
            if width > room { break }
            room -= width
            result.append(character)
        }
        return result + mark
    }

    private static func of(_ scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 {
            // The soft hyphen shows as a hyphen in terminals.
            return value < 0x20 || (value >= 0x7F && value < 0xA0) ? 0 : 1
        }
        // The vowels and final consonants of Hangul syllables written in parts.
        if value >= 0x1160 && value <= 0x11FF { return 0 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: return isWide(value) || scalar.properties.isEmojiPresentation ? 2 : 1
        }
    }

    private static func isWide(_ value: UInt32) -> Bool {
        if value < 0x1100 { return false }
        var low = 0
        var high = wideRanges.count
        while low < high {
            let middle = (low + high) / 2
            if value > wideRanges[middle].upperBound {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low < wideRanges.count && wideRanges[low].contains(value)
    }

    /// East Asian width W and F (Unicode 14, EastAsianWidth.txt), joined over unassigned gaps;
    /// newer wide characters are emoji, which Unicode properties tell.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0,
        0x23F3...0x23F3, 0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F,
        0x2693...0x2693, 0x26A1...0x26A1, 0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5,
        0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA, 0x26F2...0x26F3, 0x26F5...0x26F5,
        0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B, 0x2728...0x2728,
        0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
        0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55,
        0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4C6, 0xA960...0xA97C,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60,
        0xFFE0...0xFFE6, 0x1_6FE0...0x1_8D08, 0x1_AFF0...0x1_B2FB, 0x1_F004...0x1_F004,
        0x1_F0CF...0x1_F0CF, 0x1_F18E...0x1_F18E, 0x1_F191...0x1_F19A, 0x1_F200...0x1_F265,
        0x1_F300...0x1_F320, 0x1_F32D...0x1_F335, 0x1_F337...0x1_F37C, 0x1_F37E...0x1_F393,
        0x1_F3A0...0x1_F3CA, 0x1_F3CF...0x1_F3D3, 0x1_F3E0...0x1_F3F0, 0x1_F3F4...0x1_F3F4,
        0x1_F3F8...0x1_F43E, 0x1_F440...0x1_F440, 0x1_F442...0x1_F4FC, 0x1_F4FF...0x1_F53D,
        0x1_F54B...0x1_F54E, 0x1_F550...0x1_F567, 0x1_F57A...0x1_F57A, 0x1_F595...0x1_F596,
        0x1_F5A4...0x1_F5A4, 0x1_F5FB...0x1_F64F, 0x1_F680...0x1_F6C5, 0x1_F6CC...0x1_F6CC,
        0x1_F6D0...0x1_F6D2, 0x1_F6D5...0x1_F6DF, 0x1_F6EB...0x1_F6EC, 0x1_F6F4...0x1_F6FC,
        0x1_F7E0...0x1_F7F0, 0x1_F90C...0x1_F93A, 0x1_F93C...0x1_F945, 0x1_F947...0x1_F9FF,
        0x1_FA70...0x1_FAF6, 0x2_0000...0x3_FFFD,
    ]
}
