/// `row.rejected`: a source row in quarantine. The row itself is sealed beside the entry.
public struct RowRejected: EventPayload {
    /// `row.rejected`
    public static let name = EventName.rowRejected
    /// 1
    public static let version: UInt32 = 1

    /// The source.
    public var source: String
    /// Number of the data row in its file, counted from 1.
    public var row: UInt64
    /// Line of the file the row begins on, counted from 1.
    public var line: UInt64
    /// Why, as a stable code such as `score.out-of-range`.
    public var code: String
    /// The column concerned, where one is.
    public var column: String?
    /// What would have been accepted.
    public var expected: String
    /// Number of the key that seals the row.
    public var subject: UInt64

    /// A payload.
    public init(
        source: String, row: UInt64, line: UInt64, code: String, column: String?,
        expected: String, subject: UInt64
    ) {
        self.source = source
        self.row = row
        self.line = line
        self.code = code
        self.column = column
        self.expected = expected
        self.subject = subject
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        var map: [String: CBORValue] = [
            "source": .text(source), "row": .unsigned(row), "line": .unsigned(line),
            "code": .text(code), "expected": .text(expected), "subject": .unsigned(subject),
        ]
        if let column { map["column"] = .text(column) }
        return CBORValue.map(map).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        source = try fields.text("source")
        row = try fields.unsigned("row")
        line = try fields.unsigned("line")
        code = try fields.text("code")
        column = try fields.optionalText("column")
        expected = try fields.text("expected")
        subject = try fields.unsigned("subject")
    }
}
