/// Which column of a file says what, stated by a person and never guessed.
///
/// Columns are header names, or for JSON Lines dotted paths ("person.email"; a number picks an
/// element of an array, as in "answers.0.score").
public struct ColumnMapping: Sendable, Hashable {
    /// A column that gives the value of one dimension.
    public struct Segment: Sendable, Hashable {
        /// The dimension, as `region` in `segment.region`.
        public var dimension: String
        /// The column.
        public var column: String

        /// Makes a segment's mapping.
        public init(dimension: String, column: String) {
            self.dimension = dimension
            self.column = column
        }
    }

    /// Rows in which `column` holds `value`, both trimmed, are read but marked as excluded.
    public struct Exclusion: Sendable, Hashable {
        /// The column.
        public var column: String
        /// The value, compared byte for byte.
        public var value: String

        /// Makes an exclusion.
        public init(column: String, value: String) {
            self.column = column
            self.value = value
        }
    }

    /// The source's own id of the response; without one the caller derives it from the content.
    public var responseID: String?
    /// The source's id of the person.
    public var respondentID: String?
    /// The answer to the 0-10 question.
    public var score: String?
    /// The comment.
    public var text: String?
    /// When the person answered.
    public var at: String?
    /// When the source last changed the response.
    public var updatedAt: String?
    /// How the person was reached.
    public var channel: String?
    /// The language of the answer.
    public var language: String?
    /// The survey.
    public var surveyID: String?
    /// The segments, kept sorted by dimension in the order of their UTF-8 bytes.
    public var segments: [Segment] = [] {
        didSet { segments.sort { precedes($0.dimension, $1.dimension) } }
    }
    /// Which rows are not to count; the first that fits gives the reason.
    public var exclusions: [Exclusion] = []
    /// The scale of the scores where it is not 0…10; only then is anything rescaled.
    public var scale: ScoreScale?
    /// Whether a score on 0…10 may have a fraction; it is kept in hundredths, rounded half up.
    public var allowsFractions = false
    /// The form of the times, in the subset of strptime that ``checked()`` names; nil for RFC 3339,
    /// "YYYY-MM-DD HH:MM[:SS[.fff]]", "YYYY-MM-DD", and Unix seconds or milliseconds.
    public var timeFormat: String?
    /// The zone of times that do not say theirs; nil is UTC, with a notice.
    public var timeZone: SurveyTimeZone?
    /// The time of every row that has none of its own, in microseconds since 1970 UTC.
    public var fixedTime: Int64?

    /// The most dimensions of a mapping: more than any report is read by.
    public static let segmentsMax = 32
    /// The most bytes of a dimension's name, which stands in every event that has it.
    public static let dimensionBytesMax = 64

    /// Makes a mapping that says nothing yet.
    public init() {}

    /// The mapping, once its parts are found to agree; throws `badMapping` otherwise.
    ///
    /// A mapping needs a score or a text column. Time patterns know %Y %y %m %d %e %H %I %p %M %S
    /// %f %b %B %z %T and %%.
    public func checked() throws(ImportError) -> ColumnMapping {
        guard score != nil || text != nil else {
            throw Self.fault(
                "neither a score nor a text column is mapped",
                advice: "Add score=COLUMN, text=COLUMN or both.")
        }
        guard segments.count <= Self.segmentsMax else {
            throw Self.fault(
                "it has \(segments.count) segments, and \(Self.segmentsMax) is the most",
                advice: "Map the dimensions that reports are read by.")
        }
        for segment in segments { try Self.check(dimension: segment.dimension) }
        for (segment, next) in zip(segments, segments.dropFirst())
        where segment.dimension == next.dimension {
            throw Self.fault(
                "segment.\(segment.dimension) is mapped twice", advice: "Leave one of them out.")
        }
        if let blank = columns.first(where: { isBlank($0.column) }) {
            throw Self.fault("\(blank.field) names no column", advice: "Write field=COLUMN.")
        }
        if let timeFormat { _ = try TimePattern(timeFormat) }
        if let fixedTime {
            let seconds = Int(fixedTime).flooredQuotient(by: 1_000_000)
            guard CivilTime.secondsValid.contains(seconds) else {
                throw Self.fault(
                    "the fixed time is not between 1970 and 2200",
                    advice: "State it in microseconds since 1970, or as RFC 3339.")
            }
        }
        return self
    }

    /// Every mapped column beside the field it stands for, as `--map` writes it.
    var columns: [(field: String, column: String)] {
        var columns: [(field: String, column: String)] = []
        for field in Self.fields {
            if let column = self[keyPath: field.path] { columns.append((field.name, column)) }
        }
        for segment in segments { columns.append(("segment." + segment.dimension, segment.column)) }
        for exclusion in exclusions { columns.append(("exclusion", exclusion.column)) }
        return columns
    }

    /// Fails for a name that no dimension can have.
    package static func checkName(ofDimension dimension: String) throws(ImportError) {
        try check(dimension: dimension)
    }

    static func check(dimension: String) throws(ImportError) {
        let bytes = Array(dimension.utf8)
        let isNameable = bytes.allSatisfy { byte in
            byte > 0x20 && byte != 0x7F && byte != UInt8(ascii: "=") && byte != UInt8(ascii: ",")
        }
        guard !bytes.isEmpty, bytes.count <= dimensionBytesMax, isNameable,
            trimmedText(dimension) == dimension
        else {
            throw ImportError(
                .badMapping, "a dimension cannot have this name", column: "segment",
                value: dimension,
                expected: "1 to \(dimensionBytesMax) bytes without blanks, commas and equal signs",
                advice: "Write segment.region=COLUMN.")
        }
    }

    static func fault(
        _ problem: String, line: Int? = nil, value: String? = nil, expected: String? = nil,
        advice: String
    ) -> ImportError {
        ImportError(
            .badMapping, "the mapping cannot be used: \(problem)", line: line, value: value,
            expected: expected, advice: advice)
    }
}

/// Whether `first` stands before `second` in the order of UTF-8 bytes, which no locale changes.
func precedes(_ first: String, _ second: String) -> Bool {
    first.utf8.lexicographicallyPrecedes(second.utf8)
}

func isBlank(_ text: String) -> Bool {
    text.utf8.allSatisfy(\.isASCIIBlank)
}

/// `text` without ASCII blanks and no-break spaces at its ends.
func trimmedText(_ text: String) -> String {
    var bytes = Array(text.utf8)
    bytes = bytes.withUnsafeBufferPointer { Array($0.trimmed) }
    return String(decoding: bytes, as: UTF8.self)
}

/// A mapping laid out for reading rows: each mapped column is a numbered slot, and each field
/// knows its slot, so that no row looks a name up.
struct MappingPlan {
    struct SegmentSlot {
        var dimension: String
        var slot: Int
    }

    struct ExclusionSlot {
        var slot: Int
        var value: [UInt8]
        var reason: String
    }

    /// A field's slot, or ``unmapped``.
    typealias Slot = Int

    static let unmapped: Slot = -1

    /// The distinct columns, by slot.
    let columns: [String]
    let responseID: Slot
    let respondentID: Slot
    let score: Slot
    let text: Slot
    let at: Slot
    let updatedAt: Slot
    let channel: Slot
    let language: Slot
    let surveyID: Slot
    let segments: [SegmentSlot]
    let exclusions: [ExclusionSlot]

    init(_ mapping: ColumnMapping) {
        var columns: [String] = []
        func slot(_ name: String?) -> Slot {
            guard let name = name.map(trimmedText) else { return Self.unmapped }
            if let known = columns.firstIndex(of: name) { return known }
            columns.append(name)
            return columns.count - 1
        }
        responseID = slot(mapping.responseID)
        respondentID = slot(mapping.respondentID)
        score = slot(mapping.score)
        text = slot(mapping.text)
        at = slot(mapping.at)
        updatedAt = slot(mapping.updatedAt)
        channel = slot(mapping.channel)
        language = slot(mapping.language)
        surveyID = slot(mapping.surveyID)
        segments = mapping.segments.map {
            SegmentSlot(dimension: $0.dimension, slot: slot($0.column))
        }
        exclusions = mapping.exclusions.map { exclusion in
            let value = trimmedText(exclusion.value)
            return ExclusionSlot(
                slot: slot(exclusion.column), value: Array(value.utf8),
                reason: "\(trimmedText(exclusion.column))=\(value)")
        }
        self.columns = columns
    }

    /// The slots that a short row may not lack: without them it is more likely half a row, torn by
    /// a line break that was not quoted, than a row whose last fields are blank.
    var required: [Slot] { [responseID, score, at].filter { $0 != Self.unmapped } }
}
