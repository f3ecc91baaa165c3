import Foundation

/// What a scalar beyond ASCII becomes in normalised text.
enum ScalarFolding: Equatable {
    /// Ends a word.
    case separator
    /// Vanishes without ending the word: a combining mark, a zero-width character.
    case dropped
    /// A letter or digit of a word.
    case letter(UInt32)
    /// Two letters of a word: æ, ß.
    case pair(UInt32, UInt32)
    /// A token of its own: an emoji, an ideograph.
    case symbol(UInt32)

    /// The folding of `scalar`, from the project's own tables.
    ///
    /// Latin and Greek letters lose case and accents, Cyrillic and Armenian lose case; digits of
    /// common scripts become `0`; other letters stay.
    static func of(_ scalar: UInt32) -> ScalarFolding {
        switch scalar {
        case 0..<0xC0: return latinSign(scalar)
        case 0xC0..<0x590: return tabled(FoldTable.european[Int(scalar - 0xC0)])
        case 0x590..<0x1E00: return middle(scalar)
        case 0x1E00..<0x2000: return tabled(FoldTable.additional[Int(scalar - 0x1E00)])
        case 0x2000..<0x3000: return sign(scalar)
        case 0x3000..<0x1_0000: return eastern(scalar)
        default: return supplementary(scalar)
        }
    }

    @inline(__always)
    private static func tabled(_ entry: UInt16) -> ScalarFolding {
        switch entry {
        case 0: return .separator
        case 1: return .dropped
        case FoldTable.pairBase...:
            let code = UInt32(entry - FoldTable.pairBase)
            return .pair(0x61 + code / 26, 0x61 + code % 26)
        default: return .letter(UInt32(entry))
        }
    }

    private static func latinSign(_ scalar: UInt32) -> ScalarFolding {
        switch scalar {
        case 0xA2...0xA5: return .symbol(Symbol.currency)
        case 0xAA: return .letter(0x61)
        case 0xAD: return .dropped
        case 0xB2, 0xB3, 0xB9: return .letter(0x30)
        case 0xB5: return .letter(0x3BC)
        case 0xBA: return .letter(0x6F)
        default: return .separator
        }
    }

    /// Hebrew to Georgian: marks drop, digits fold, punctuation separates, letters stay.
    private static func middle(_ scalar: UInt32) -> ScalarFolding {
        switch scalar {
        case 0x591...0x5BD, 0x5BF, 0x5C1, 0x5C2, 0x5C4, 0x5C5, 0x5C7: return .dropped
        case 0x5BE, 0x5C0, 0x5C3, 0x5C6, 0x5F3, 0x5F4: return .separator
        case 0x61F: return .symbol(Symbol.question)
        case 0x600...0x60F, 0x61B...0x61E, 0x66A...0x66D, 0x6D4: return .separator
        case 0x610...0x61A, 0x640, 0x64B...0x65F, 0x670, 0x6D6...0x6ED: return .dropped
        case 0x660...0x669, 0x6F0...0x6F9, 0x966...0x96F, 0x9E6...0x9EF, 0xE50...0xE59:
            return .letter(0x30)
        case 0x964, 0x965, 0x589, 0x58A, 0xE4F, 0xE5A, 0xE5B: return .separator
        case 0x1AB0...0x1AFF, 0x1DC0...0x1DFF: return .dropped
        default: return .letter(scalar)
        }
    }

    private static func sign(_ scalar: UInt32) -> ScalarFolding {
        switch scalar {
        case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0x20D0...0x20FF: return .dropped
        case 0x203C: return .symbol(Symbol.exclamations)
        case 0x2047...0x2049: return .symbol(Symbol.question)
        case 0x2070...0x2079, 0x2080...0x2089: return .letter(0x30)
        case 0x20A0...0x20CF: return .symbol(Symbol.currency)
        case 0x2190...0x21FF, 0x2300...0x23FF, 0x2460...0x24FF, 0x25A0...0x27BF, 0x2900...0x297F,
            0x2B00...0x2BFF:
            return .symbol(scalar)
        case 0x2C00...0x2DFF: return .letter(scalar)
        default: return .separator
        }
    }

    private static func eastern(_ scalar: UInt32) -> ScalarFolding {
        switch scalar {
        case 0x3005...0x3007, 0x3041...0x3096, 0x309D...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF,
            0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0xFF66...0xFF9D:
            return .symbol(scalar)
        case 0x3099, 0x309A, 0xFE00...0xFE0F, 0xFE20...0xFE2F, 0xFEFF: return .dropped
        case 0xFF01: return .symbol(Symbol.exclamation)
        case 0xFF1F: return .symbol(Symbol.question)
        case 0xFF10...0xFF19: return .letter(0x30)
        case 0xFF21...0xFF3A: return .letter(scalar - 0xFF21 + 0x61)
        case 0xFF41...0xFF5A: return .letter(scalar - 0xFF41 + 0x61)
        case 0xFFE0, 0xFFE1, 0xFFE5, 0xFFE6, 0xFF04: return .symbol(Symbol.currency)
        case 0x3000...0x33FF, 0xD800...0xF8FF, 0xFE10...0xFE6F, 0xFF00...0xFFFF: return .separator
        default: return .letter(scalar)
        }
    }

    private static func supplementary(_ scalar: UInt32) -> ScalarFolding {
        switch scalar {
        case 0x1_F3FB...0x1_F3FF, 0xE_0000...0xE_01EF: return .dropped
        case 0x1_F000...0x1_FAFF: return .symbol(scalar)
        case 0x2_0000...0x3_FFFF: return .symbol(scalar)
        case 0x1_0000..<0x2_0000: return .letter(scalar)
        default: return .separator
        }
    }
}

/// Brings what can be written in several ways into one: whoever looks for the shape of an address or a
/// number must not be passed by one in another guise.
enum TextUnfolding {
    /// How often escapes are looked for within escapes.
    private static let roundsMax = 3
    private static let named: [Substring: String] = [
        "amp": "&", "commat": "@", "period": ".", "lowbar": "_", "nbsp": " ", "colon": ":",
        "sol": "/", "plus": "+", "hyphen": "-", "dash": "-", "lpar": "(", "rpar": ")",
    ]

    /// A text with escapes decoded (`%40`, `&#64;`, `&#x40;`, `&commat;`), in Unicode's compatible
    /// form (NFKC: full-width, superscript and circled signs become plain ones), and without marks on
    /// digits.
    static func unfolded(_ text: String) -> String {
        var plain = text
        for _ in 0..<roundsMax {
            let before = plain
            if plain.utf8.contains(UInt8(ascii: "&")) { plain = withoutEntities(plain) }
            if plain.utf8.contains(UInt8(ascii: "%")) { plain = withoutPercents(plain) }
            if plain == before { break }
        }
        guard !plain.utf8.allSatisfy({ $0 < 0x80 }) else { return plain }
        plain = plain.precomposedStringWithCompatibilityMapping
        var result = String.UnicodeScalarView()
        for scalar in plain.unicodeScalars {
            let properties = scalar.properties
            let isMark = [.nonspacingMark, .enclosingMark].contains(properties.generalCategory)
            if isMark, result.last?.properties.numericType != nil { continue }
            if scalar == "\u{3002}" || scalar == "\u{FF61}" {
                result.append(".")
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    private static func withoutEntities(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "&") {
            result += rest[..<start]
            rest = rest[start...]
            // The longest that is meant has a dozen signs.
            let name = rest.dropFirst().prefix(12).prefix { $0 != ";" }
            let hasEnd = name.endIndex < rest.endIndex && rest[name.endIndex] == ";"
            if hasEnd, let sign = sign(name) {
                result += sign
                rest = rest[rest.index(after: name.endIndex)...]
            } else {
                result += "&"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    private static func sign(_ name: Substring) -> String? {
        if let sign = named[name] { return sign }
        guard name.first == "#" else { return nil }
        let digits = name.dropFirst()
        let isHexadecimal = digits.first == "x" || digits.first == "X"
        let value = UInt32(
            isHexadecimal ? digits.dropFirst() : digits, radix: isHexadecimal ? 16 : 10)
        return value.flatMap { Unicode.Scalar($0) }.map { String(Character($0)) }
    }

    private static func withoutPercents(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = Character(Unicode.Scalar(bytes[index + 1])).hexDigitValue,
                let low = Character(Unicode.Scalar(bytes[index + 2])).hexDigitValue
            {
                result.append(UInt8(high << 4 | low))
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        // “100%ab” is no escape of a text, and must not keep the others from being seen.
        return String(decoding: result, as: UTF8.self)
    }
}
