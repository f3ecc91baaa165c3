import Foundation

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
