/// One survey response as a file tells it, in the ledger's terms.
public struct ImportedRow: Sendable, Hashable {
    /// The value of one segment of a response.
    public struct Segment: Sendable, Hashable {
        /// The dimension, as the mapping names it.
        public var dimension: String
        /// The value in the file, trimmed; never blank.
        public var value: String

        /// Makes a segment value.
        public init(dimension: String, value: String) {
            self.dimension = dimension
            self.value = value
        }
    }

    /// The 1-based data row; header and blank lines are not counted.
    public var rowNumber: Int
    /// The physical line on which the row begins, from 1.
    public var line: Int
    /// The source's id of the response, trimmed; nil where none is mapped.
    public var responseID: String?
    /// The source's id of the person, trimmed; nil where it is unmapped or blank.
    public var respondentID: String?
    /// The answer in hundredths of a point, 0…1000; nil where it is blank.
    public var score: Int?
    /// The score as it stood, where ``score`` says something else: rescaled, or rounded to
    /// hundredths.
    public var originalScore: String?
    /// The comment exactly as it stood, or nil where it is blank.
    public var text: String?
    /// When the person answered, in microseconds since 1970 UTC.
    public var occurredAt: Int64?
    /// When the source last changed the response, in microseconds since 1970 UTC.
    public var updatedAt: Int64?
    /// How the person was reached.
    public var channel: String?
    /// The language of the answer.
    public var language: String?
    /// The survey the response belongs to.
    public var surveyID: String?
    /// Segment values sorted by dimension (in the order of their UTF-8 bytes); blanks left out.
    public var segments: [Segment]
    /// Why the row is not to count, as "column=value"; nil for a row that counts.
    public var excludedBy: String?
    /// The row as UTF-8, without its line ending.
    public var raw: [UInt8]

    /// Makes a row; what is left out is nil or empty.
    public init(
        rowNumber: Int, line: Int, responseID: String? = nil, respondentID: String? = nil,
        score: Int? = nil, originalScore: String? = nil, text: String? = nil,
        occurredAt: Int64? = nil, updatedAt: Int64? = nil, channel: String? = nil,
        language: String? = nil, surveyID: String? = nil, segments: [Segment] = [],
        excludedBy: String? = nil, raw: [UInt8] = []
    ) {
        self.rowNumber = rowNumber
        self.line = line
        self.responseID = responseID
        self.respondentID = respondentID
        self.score = score
        self.originalScore = originalScore
        self.text = text
        self.occurredAt = occurredAt
        self.updatedAt = updatedAt
        self.channel = channel
        self.language = language
        self.surveyID = surveyID
        self.segments = segments
        self.excludedBy = excludedBy
        self.raw = raw
    }
}

/// What became of one data row.
public enum RowOutcome: Sendable, Hashable {
    /// The row was read.
    case row(ImportedRow)
    /// The row was set aside, with a reason.
    case rejected(RejectedRow)
}

/// A row set aside, with the reason; nothing of it is lost.
///
/// `value` and `raw` may hold personal data: keep them sealed.
public struct RejectedRow: Sendable, Hashable {
    /// The 1-based data row; header and blank lines are not counted.
    public var rowNumber: Int
    /// The physical line on which the row begins, from 1.
    public var line: Int
    /// Why the row was set aside.
    public var code: RejectionCode
    /// The column at fault, where there is one.
    public var column: String?
    /// What stood there, cut to ``ImportError/valueCharactersMax`` characters. Of a comment or an
    /// identifier that is too long it says only the size.
    public var value: String?
    /// What should have stood there, and what to do.
    public var expected: String
    /// The row as UTF-8, without its line ending; of an unreadable encoding the bytes as they
    /// stood; of a row that is too long the first ``rawPrefixBytes``.
    public var raw: [UInt8]

    /// How much is kept of a row that is too long: enough to find it in the file.
    public static let rawPrefixBytes = 4096

    /// Makes a rejected row.
    public init(
        rowNumber: Int, line: Int, code: RejectionCode, column: String? = nil,
        value: String? = nil, expected: String, raw: [UInt8]
    ) {
        self.rowNumber = rowNumber
        self.line = line
        self.code = code
        self.column = column
        self.value = value
        self.expected = expected
        self.raw = raw
    }
}

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
