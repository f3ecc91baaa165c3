/// Takes out of a text what identifies people by its shape: e-mail and web addresses, handles, and
/// numbers long enough to be a telephone's, a card's, an account's or a booking's.
///
/// Names, postal addresses and what a sentence tells about somebody have no shape and stay. Where
/// it is in doubt more is taken out: a date is a long number too.
public enum TextRedaction {
    /// Digits from which a number stands for somebody or something; a year and a price have fewer.
    public static let digitsMin = 6
    /// Digits a card's number has at least and at most.
    static let cardDigits = 13...19

    /// The text with placeholders such as `[email]`; the same text where there is nothing to take
    /// out.
    public static func redacted(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            guard !isSpace(scalars[index]) else {
                result.append(scalars[index])
                index += 1
                continue
            }
            let end = scalars[index...].firstIndex(where: isSpace) ?? scalars.count
            result.append(contentsOf: withoutAddress(scalars[index..<end]))
            index = end
        }
        return withoutNumbers(Array(result))
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace
    }

    // MARK: Addresses

    /// A run without spaces, its address replaced. What a run is called is what is certain; that it
    /// goes is decided by less, such as the sign @ anywhere in it.
    private static func withoutAddress(
        _ run: ArraySlice<Unicode.Scalar>
    ) -> ArraySlice<Unicode.Scalar> {
        guard let placeholder = placeholder(run) else { return run }
        let opening = run.prefix { "([{<\"'“‘«".unicodeScalars.contains($0) }
        let closing = run.reversed().prefix { ")]}>\"'”’».,;:!?".unicodeScalars.contains($0) }
        guard opening.count + closing.count < run.count else { return run }
        return opening + placeholder.unicodeScalars + closing.reversed()
    }

    private static func placeholder(_ run: ArraySlice<Unicode.Scalar>) -> String? {
        if let at = run.firstIndex(where: isAt) {
            // Whether anything that belongs to an address stands before the sign.
            let isMail = run[..<at].contains { $0.properties.isAlphabetic || isDigit($0) }
            guard run[(at + 1)...].contains(where: isOfName) else { return nil }
            return isMail ? "[email]" : "[handle]"
        }
        return isWeb(run) ? "[url]" : nil
    }

    /// The sign, its full-width and its small form.
    private static func isAt(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "@" || scalar == "\u{FF20}" || scalar == "\u{FE6B}"
    }

    private static func isOfName(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || isDigit(scalar) || scalar == "_"
    }

    private static func isWeb(_ run: ArraySlice<Unicode.Scalar>) -> Bool {
        let text = String(String.UnicodeScalarView(run)).lowercased()
        if text.contains("://") { return true }
        let start = text.drop { !$0.isLetter && !$0.isNumber }
        if start.hasPrefix("www.") || start.hasPrefix("mailto:") { return true }
        // A host with a path, such as example.com/someone; not and/or, 24/7, a.m./p.m.
        guard let slash = start.firstIndex(of: "/") else { return false }
        let labels = start[..<slash].split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1, let last = labels.last else { return false }
        return last.count >= 2 && last.allSatisfy(\.isLetter) && labels.allSatisfy { !$0.isEmpty }
    }

    // MARK: Numbers

    /// A digit of any script: what is written in another one is a number all the same.
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.numericType == .decimal
    }

    /// What may stand between two digits of one number.
    private static func isJoint(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "-", ".", "/", "(", ")", "+", "\u{2010}"..."\u{2015}", "\u{2212}", "\u{FF0D}": true
        default:
            scalar.properties.isWhitespace && scalar != "\n"
                || scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    /// Most joints between two digits: “(030) – 12” has three.
    private static let jointsMax = 3

    private static func withoutNumbers(_ scalars: [Unicode.Scalar]) -> String {
        var result = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            guard isDigit(scalars[index]) else {
                result.append(scalars[index])
                index += 1
                continue
            }
            let end = numberEnd(scalars, from: index)
            let digits = scalars[index..<end].filter(isDigit)
            guard digits.count >= digitsMin else {
                result.append(contentsOf: scalars[index..<end])
                index = end
                continue
            }
            let hasPlus = result.last == "+" || result.last == "\u{FF0B}"
            if hasPlus { result.removeLast() }
            let isRun = digits.count == end - index
            let placeholder =
                cardDigits.contains(digits.count) && isCard(digits)
                ? "[card]" : hasPlus || !isRun ? "[phone]" : "[number]"
            result.append(contentsOf: placeholder.unicodeScalars)
            index = end
        }
        return String(result)
    }

    /// After the last digit of the number that begins at `start`.
    private static func numberEnd(_ scalars: [Unicode.Scalar], from start: Int) -> Int {
        var end = start + 1
        var index = end
        while index < scalars.count, index - end <= jointsMax {
            if isDigit(scalars[index]) {
                end = index + 1
            } else if !isJoint(scalars[index]) {
                break
            }
            index += 1
        }
        return end
    }

    /// Whether the last digit is the check digit that cards have (Luhn's).
    private static func isCard(_ digits: [Unicode.Scalar]) -> Bool {
        let sum = digits.reversed().enumerated().reduce(0) { sum, item in
            let value = Int(item.element.properties.numericValue ?? 0)
            let doubled = item.offset.isMultiple(of: 2) ? value : value * 2
            return sum + (doubled > 9 ? doubled - 9 : doubled)
        }
        return sum.isMultiple(of: 10)
    }
}
