/// Why an importer should turn a row away.
public enum BadRowReason: String, Sendable, Hashable, CaseIterable {
    /// The score is a word: "eleven".
    case scoreNotNumeric
    /// The score is a number above 10 or below 0.
    case scoreOutOfRange
    /// The score has a fraction: "7.5".
    case scoreNotWhole
    /// There is neither a score nor a comment.
    case nothingSaid
    /// The time of the response is not a time.
    case unreadableTime
    /// The row does not say which response it is about.
    case missingResponseID
}
