extension ColumnMapping {
    /// A field that `--map` and mapping files name.
    struct Field: Sendable {
        /// As `--map` writes it.
        var name: String
        /// As a mapping file writes it.
        var key: String
        /// Where the mapping keeps the column.
        var path: any WritableKeyPath<ColumnMapping, String?> & Sendable
    }

    static let fields: [Field] = [
        Field(name: "response_id", key: "responseId", path: \.responseID),
        Field(name: "respondent_id", key: "respondentId", path: \.respondentID),
        Field(name: "score", key: "score", path: \.score),
        Field(name: "text", key: "text", path: \.text),
        Field(name: "at", key: "at", path: \.at),
        Field(name: "updated_at", key: "updatedAt", path: \.updatedAt),
        Field(name: "channel", key: "channel", path: \.channel),
        Field(name: "language", key: "language", path: \.language),
        Field(name: "survey_id", key: "surveyId", path: \.surveyID),
    ]

    private static let segmentPrefix = "segment."

    /// Reads "field=COLUMN" as `--map` takes it.
    ///
    /// Fields are response_id, respondent_id, score, text, at, updated_at, channel, language,
    /// survey_id and segment.DIMENSION. Four settings are taken too: scale=0-100,
    /// fractions=yes, time_format=PATTERN and time_zone=ZONE. Throws `badMapping` for what it does
    /// not know and for a field given twice. The whole is checked when a file is opened.
    public init(arguments: [String]) throws(ImportError) {
        self.init()
        for argument in arguments { try map(argument) }
    }

    /// Adds one "field=COLUMN" to the mapping.
    public mutating func map(_ argument: String) throws(ImportError) {
        let (name, column) = try Self.parts(argument, form: "field=COLUMN")
        if let field = Self.fields.first(where: { $0.name == name }) {
            guard self[keyPath: field.path] == nil else { throw Self.twice(name) }
            self[keyPath: field.path] = column
        } else if name.hasPrefix(Self.segmentPrefix) {
            let dimension = String(name.dropFirst(Self.segmentPrefix.count))
            try Self.check(dimension: dimension)
            guard !segments.contains(where: { $0.dimension == dimension }) else {
                throw Self.twice(name)
            }
            segments.append(Segment(dimension: dimension, column: column))
        } else {
            try set(name, column)
        }
    }

    /// Adds "COLUMN=VALUE": rows that hold the value there are marked as excluded. The column's
    /// name ends at the first equal sign; a mapping file can name one that holds such a sign.
    public mutating func exclude(_ argument: String) throws(ImportError) {
        guard let sign = argument.firstIndex(of: "="), sign != argument.startIndex else {
            throw Self.fault(
                "an exclusion is not readable", value: argument, expected: "COLUMN=VALUE",
                advice: "Write Status=Preview for instance.")
        }
        exclusions.append(
            Exclusion(
                column: trimmedText(String(argument[..<sign])),
                value: trimmedText(String(argument[argument.index(after: sign)...]))))
    }

    private mutating func set(_ name: String, _ value: String) throws(ImportError) {
        switch name {
        case "scale":
            guard scale == nil else { throw Self.twice(name) }
            scale = try ScoreScale(argument: value)
        case "fractions":
            guard ["yes", "no"].contains(value) else {
                throw Self.fault(
                    "fractions is not readable", value: value, expected: "yes or no",
                    advice: "Write fractions=yes to keep scores such as 8.5.")
            }
            allowsFractions = value == "yes"
        case "time_format":
            guard timeFormat == nil else { throw Self.twice(name) }
            _ = try TimePattern(value)
            timeFormat = value
        case "time_zone":
            guard timeZone == nil else { throw Self.twice(name) }
            timeZone = try SurveyTimeZone(argument: value)
        default: throw Self.unknown(name)
        }
    }

    private static func parts(
        _ argument: String, form: String
    ) throws(ImportError) -> (name: String, value: String) {
        guard let sign = argument.firstIndex(of: "=") else {
            throw fault(
                "an argument has no equal sign", value: argument, expected: form,
                advice: "Write score=NPS for instance.")
        }
        let name = trimmedText(String(argument[..<sign]))
        let value = trimmedText(String(argument[argument.index(after: sign)...]))
        guard !value.isEmpty else {
            throw fault(
                "\(name) names no column", value: argument, expected: form,
                advice: "Write the column as it stands in the header.")
        }
        return (name, value)
    }

    private static func twice(_ name: String) -> ImportError {
        fault("\(name) is mapped twice", advice: "Leave one of them out.")
    }

    private static func unknown(_ name: String) -> ImportError {
        let settings = ["scale", "fractions", "time_format", "time_zone"]
        let names = fields.map(\.name) + ["segment.DIMENSION"] + settings
        let nearest = Spelling.nearest(to: name, among: names)
        let advice = nearest.map { "Did you mean \($0)?" } ?? "Use one of the known fields."
        return fault(
            "it names an unknown field", value: name, expected: names.joined(separator: ", "),
            advice: advice)
    }
}
