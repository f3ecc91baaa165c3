import Foundation

/// Takes out of a text what identifies people by its shape: e-mail and web addresses, handles, and
/// numbers long enough to be a telephone's, a card's, an account's or a booking's.
///
/// Names, postal addresses and what a sentence tells about somebody have no shape and stay. Where
/// it is in doubt more is taken out: a date is a long number too.
public enum TextRedaction {
    /// Digits from which a number stands for somebody or something; a year and a price have fewer.
    public static let digitsMin = 6
    /// Digits of a price at most.
    private static let pricedDigitsMax = 9
    /// Digits a card's number has at least and at most.
    static let cardDigits = 13...19

    /// The text with placeholders such as `[email]`; the same text where there is nothing to take
    /// out.
    ///
    /// What can be written in several ways is brought into one first (`TextUnfolding`), and a text
    /// that something is taken out of is returned in that form.
    public static func redacted(_ text: String) -> String {
        let plain = TextUnfolding.unfolded(text)
        let result = withoutNumbers(Array(withoutAddresses(Array(plain.unicodeScalars))))
        return result.unicodeScalars.elementsEqual(plain.unicodeScalars) ? text : result
    }

    private static func withoutAddresses(
        _ scalars: [Unicode.Scalar]
    ) -> String.UnicodeScalarView {
        let joined = spacesOfAddresses(scalars)
        func parts(_ index: Int) -> Bool { isSpace(scalars[index]) && !joined.contains(index) }
        var result = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            guard !parts(index) else {
                result.append(scalars[index])
                index += 1
                continue
            }
            let end = (index..<scalars.count).first(where: parts) ?? scalars.count
            result.append(contentsOf: withoutAddress(scalars[index..<end]))
            index = end
        }
        return result
    }

    /// Most spaces on one side of an @ that belong to an address.
    private static let spacesMax = 3

    /// The spaces beside an @ that are within an address: what follows looks like a host.
    private static func spacesOfAddresses(_ scalars: [Unicode.Scalar]) -> Set<Int> {
        var found: Set<Int> = []
        for at in scalars.indices where isAt(scalars[at]) {
            let before = scalars[..<at].reversed().prefix(spacesMax + 1).prefix(while: isSpace)
            let after = scalars[(at + 1)...].prefix(spacesMax + 1).prefix(while: isSpace)
            guard !before.isEmpty || !after.isEmpty, before.count <= spacesMax,
                after.count <= spacesMax, at > before.count,
                isOfName(scalars[at - before.count - 1])
            else { continue }
            // A host has a dot between letters within its first run, or a long text could be
            // looked at from every @ in it.
            let host = scalars[(at + 1 + after.count)...].prefix(253).prefix { !isSpace($0) }
            guard let dot = host.firstIndex(of: "."), dot > host.startIndex,
                host[(dot + 1)...].first?.properties.isAlphabetic == true
            else { continue }
            found.formUnion((at - before.count)..<at)
            found.formUnion((at + 1)..<(at + 1 + after.count))
        }
        return found
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
        // What follows a question mark names somebody as often as not: ?user=anna.
        let question = start.firstIndex { $0 == "?" || $0 == "&" }
        if let question, start[question...].contains("=") { return true }
        if text.first == "?" || text.first == "&", text.contains("=") { return true }
        // A host with a path, such as example.com/someone; not and/or, 24/7, a.m./p.m.
        guard let end = start.firstIndex(where: { "/:?#".contains($0) }) else { return false }
        let labels = start[..<end].split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1, let last = labels.last, last.count >= 2,
            last.allSatisfy(\.isLetter), labels.allSatisfy({ !$0.isEmpty })
        else { return false }
        // A colon ends a sentence's word as well; before a port it is followed by a digit.
        return start[end] != ":" || start[end...].dropFirst().first?.isNumber == true
    }

    // MARK: Numbers

    /// Chinese digits, plain and as cheques have them.
    private static let chineseDigits = Set("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖貳參陸".unicodeScalars)

    /// A digit of any script: what is written in another one is a number all the same.
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.numericType {
        case .decimal, .digit: true
        default: chineseDigits.contains(scalar)
        }
    }

    /// What may stand between two digits of one number: spaces and a line's end, punctuation, signs,
    /// marks on a digit, and the x that people put in between.
    private static func isJoint(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "%": return false
        case "x", "X", "×": return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol,
            .modifierSymbol, .nonspacingMark, .enclosingMark:
            return true
        default:
            return scalar.properties.isWhitespace
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
            // A price has a sign of money before it, and no country's code.
            let isPrice =
                result.last { !isSpace($0) }?.properties.generalCategory == .currencySymbol
                && digits.count <= pricedDigitsMax
            guard digits.count >= digitsMin, !isPrice else {
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
