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
