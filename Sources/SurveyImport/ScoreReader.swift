/// Reads scores exactly, as decimals, and brings them to hundredths of a point on 0…10.
struct ScoreReader {
    enum Reading: Hashable {
        /// Hundredths, 0…1000; `isExact` unless the file says another number.
        case score(hundredths: Int, isExact: Bool)
        case notANumber
        case fraction
        case outOfRange
    }

    let scale: ScoreScale?
    let allowsFractions: Bool

    /// The digits kept after the separator: more than any average is printed with, few enough that
    /// digits, bounds and the factor 1000 fit 128 bits. What lies beyond cannot change a hundredth.
    private static let fractionDigitsMax = 15
    /// The digits kept before the separator; more of them are out of every scale's range.
    private static let wholeDigitsMax = 15

    /// A decimal number: `digits` / 10^`fractionDigits`.
    private struct Decimal {
        var digits = 0
        var fractionDigits = 0
        var hasFraction = false
        var isTooLarge = false
    }

    /// What the reader accepts, for a message.
    var expected: String {
        if let scale {
            return "a number from \(scale.minimum) to \(scale.maximum), the stated scale"
        }
        let kind = allowsFractions ? "a number" : "a whole number"
        return kind + " from 0 to 10; if the survey has another scale, state it as in scale=0-100"
    }

    /// What is expected of a score whose fraction alone is at fault.
    var expectedWithoutFraction: String {
        "a whole number from 0 to 10; state fractions=yes to keep fractions"
    }

    /// Reads a trimmed field: digits with a sign and a decimal point or comma, nothing else.
    func read(_ bytes: UnsafeBufferPointer<UInt8>) -> Reading {
        guard let number = decimal(bytes) else { return .notANumber }
        let minimum = scale?.minimum ?? 0
        let maximum = scale?.maximum ?? 10
        if number.isTooLarge { return .outOfRange }
        var unit: Int128 = 1
        for _ in 0..<number.fractionDigits { unit *= 10 }
        let value = Int128(number.digits)
        let low = Int128(minimum) * unit
        let high = Int128(maximum) * unit
        guard value >= low, value <= high else { return .outOfRange }
        if number.hasFraction, scale == nil, !allowsFractions { return .fraction }
        // Half up: the floor of (2 n + d) / 2 d, where n / d is the number of hundredths.
        let numerator = (value - low) * 1000
        let denominator = high - low
        let hundredths = Int((2 * numerator + denominator) / (2 * denominator))
        let isSame = Int128(hundredths) * unit == value * 100
        return .score(hundredths: hundredths, isExact: isSame)
    }

    private func decimal(_ bytes: UnsafeBufferPointer<UInt8>) -> Decimal? {
        var cursor = ByteCursor(bytes)
        let isNegative = cursor.peek == UInt8(ascii: "-")
        _ = cursor.take(isNegative ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        var number = Decimal()
        while cursor.take(UInt8(ascii: "0")) {}
        let hasLeadingZero = cursor.index > 0 && bytes[cursor.index - 1] == UInt8(ascii: "0")
        let begin = cursor.index
        number.digits = cursor.digits(0, Self.wholeDigitsMax) ?? 0
        let wholeDigits = cursor.index - begin
        guard wholeDigits > 0 || hasLeadingZero else { return nil }
        while let byte = cursor.peek, byte.isDigit {
            number.isTooLarge = true
            _ = cursor.take(byte)
        }
        if !cursor.isAtEnd {
            guard readFraction(from: &cursor, wholeDigits: wholeDigits, into: &number) else {
                return nil
            }
        }
        if isNegative { number.digits = -number.digits }
        return number
    }

    private func readFraction(
        from cursor: inout ByteCursor, wholeDigits: Int, into number: inout Decimal
    ) -> Bool {
        let isComma = cursor.peek == UInt8(ascii: ",")
        guard cursor.take(UInt8(ascii: "."), or: UInt8(ascii: ",")) else { return false }
        let begin = cursor.index
        while let byte = cursor.peek, byte.isDigit {
            if number.fractionDigits < Self.fractionDigitsMax {
                number.digits = number.digits * 10 + Int(byte &- UInt8(ascii: "0"))
                number.fractionDigits += 1
            }
            if byte != UInt8(ascii: "0") { number.hasFraction = true }
            _ = cursor.take(byte)
        }
        let count = cursor.index - begin
        guard count > 0, cursor.isAtEnd else { return false }
        // "1,000" may be a thousand: it is a decimal only where a thousand could not stand.
        let mayBeThousand = isComma && count == 3 && (1...3).contains(wholeDigits)
        let canReachThousand = (scale?.maximum ?? 10) >= 1000
        let isPlainWhole = scale == nil && !allowsFractions
        if mayBeThousand, canReachThousand || isPlainWhole { return false }
        return true
    }
}

/// The scale a file's scores are written in, when it is not 0…10.
///
/// A score s becomes 10 (s − minimum) / (maximum − minimum), kept in hundredths and rounded half
/// up. Such a rescaled score is a convention, not an answer to the 0-10 question; the row keeps the
/// original beside it.
public struct ScoreScale: Sendable, Hashable, CustomStringConvertible {
    /// The lowest answer.
    public let minimum: Int
    /// The highest answer, above ``minimum``.
    public let maximum: Int

    /// The farthest an end may lie from zero: far beyond any survey, and small enough for exact
    /// 128-bit arithmetic on fifteen decimals.
    public static let boundMax = 1_000_000

    /// Makes a scale; throws `badMapping` unless minimum < maximum, both within ``boundMax``.
    public init(minimum: Int, maximum: Int) throws(ImportError) {
        let bounds = -Self.boundMax...Self.boundMax
        guard minimum < maximum, bounds.contains(minimum), bounds.contains(maximum) else {
            throw Self.unreadable("\(minimum)-\(maximum)")
        }
        self.minimum = minimum
        self.maximum = maximum
    }

    /// Reads "0-100", "1-5", "-3-3" or "-100--1".
    public init(argument: String) throws(ImportError) {
        // The dash that parts the two numbers is the first one after the first digit.
        let text = Array(argument.utf8)
        guard let dash = text.indices.dropFirst().first(where: { text[$0] == UInt8(ascii: "-") }),
            let minimum = Int(String(decoding: text[..<dash], as: UTF8.self)),
            let maximum = Int(String(decoding: text[(dash + 1)...], as: UTF8.self))
        else { throw Self.unreadable(argument) }
        try self.init(minimum: minimum, maximum: maximum)
    }

    /// The scale as ``init(argument:)`` reads it.
    public var description: String { "\(minimum)-\(maximum)" }

    private static func unreadable(_ value: String) -> ImportError {
        ImportError(
            .badMapping, "the score scale is not readable", column: "scale", value: value,
            expected: "two whole numbers, the lower first, as in 0-100",
            advice: "State the lowest and the highest answer of the survey's scale.")
    }
}
