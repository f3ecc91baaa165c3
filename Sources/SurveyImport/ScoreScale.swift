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
