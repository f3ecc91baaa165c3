/// A stable name for why one row was set aside; open, so that a new one breaks nobody.
public struct RejectionCode: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The name as it is written in events, JSON and messages.
    public let rawValue: String

    /// Wraps a name.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The name.
    public var description: String { rawValue }

    /// The score is no plain decimal number.
    public static let scoreNotANumber = RejectionCode(rawValue: "score.not-a-number")
    /// The score lies outside 0…10, or outside the stated scale.
    public static let scoreOutOfRange = RejectionCode(rawValue: "score.out-of-range")
    /// The score has a fraction and the mapping allows none.
    public static let scoreFraction = RejectionCode(rawValue: "score.fraction")
    /// Score and text are both blank.
    public static let neitherScoreNorText = RejectionCode(rawValue: "neither-score-nor-text")
    /// The time fits no known form, or not the stated pattern.
    public static let timeUnreadable = RejectionCode(rawValue: "time.unreadable")
    /// The time lies before 1970 or after 2200.
    public static let timeOutOfRange = RejectionCode(rawValue: "time.out-of-range")
    /// The time is blank and no fixed time was stated.
    public static let timeMissing = RejectionCode(rawValue: "time.missing")
    /// The row has too few fields, or non-blank ones too many.
    public static let rowRagged = RejectionCode(rawValue: "row.ragged")
    /// The row is longer than the limit.
    public static let rowTooLong = RejectionCode(rawValue: "row.too-long")
    /// The response id is blank.
    public static let idMissing = RejectionCode(rawValue: "id.missing")
    /// A response or respondent id is longer than the limit.
    public static let idTooLong = RejectionCode(rawValue: "id.too-long")
    /// The comment is longer than the limit.
    public static let textTooLong = RejectionCode(rawValue: "text.too-long")
    /// The value of a segment is longer than the limit.
    public static let segmentTooLong = RejectionCode(rawValue: "segment.too-long")
    /// The channel, language or survey is longer than the limit of a segment.
    public static let fieldTooLong = RejectionCode(rawValue: "field.too-long")
    /// The line is not one JSON object.
    public static let jsonInvalid = RejectionCode(rawValue: "json.invalid")
    /// A mapped path holds an object or an array.
    public static let jsonNotAValue = RejectionCode(rawValue: "json.not-a-value")
    /// Two keys of the object stand for one mapped path.
    public static let jsonRepeatedKey = RejectionCode(rawValue: "json.repeated-key")
    /// The bytes are not text in the file's encoding.
    public static let encodingInvalid = RejectionCode(rawValue: "encoding.invalid")
    /// The row holds a NUL character.
    public static let encodingNUL = RejectionCode(rawValue: "encoding.nul")
}
