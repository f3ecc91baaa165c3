/// `row.rejected`: a source row in quarantine. The row itself is sealed beside the entry.
public struct RowRejected: EventPayload {
    /// `row.rejected`
    public static let name = EventName.rowRejected
    /// 2: version 1 and the import.
    public static let version: UInt32 = 2

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
    /// The number of the import that it came by, from 1; 0 where none has one.
    public var importNumber: UInt64

    /// A payload.
    public init(
        source: String, row: UInt64, line: UInt64, code: String, column: String?,
        expected: String, subject: UInt64, importNumber: UInt64 = 0
    ) {
        self.source = source
        self.row = row
        self.line = line
        self.code = code
        self.column = column
        self.expected = expected
        self.subject = subject
        self.importNumber = importNumber
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        var map: [String: CBORValue] = [
            "source": .text(source), "row": .unsigned(row), "line": .unsigned(line),
            "code": .text(code), "expected": .text(expected), "subject": .unsigned(subject),
        ]
        if let column { map["column"] = .text(column) }
        if importNumber > 0 { map["import"] = .unsigned(importNumber) }
        return CBORValue.map(map).encoded
    }

    /// Version 1 said no import.
    public static func upcast(_ fields: EventFields, from version: UInt32) -> EventFields? {
        version == 1 && fields["import"] == nil ? fields : nil
    }

    /// Version 2 says what version 1 said in the same bytes.
    public static func extends(_ version: UInt32) -> Bool { version == 1 }

    /// Reads version 2.
    public init(fields: EventFields) throws(CBORError) {
        source = try fields.text("source")
        row = try fields.unsigned("row")
        line = try fields.unsigned("line")
        code = try fields.text("code")
        column = try fields.optionalText("column")
        expected = try fields.text("expected")
        subject = try fields.unsigned("subject")
        importNumber = try fields.optionalNumber("import") ?? 0
        guard importNumber > 0 || fields["import"] == nil else {
            throw CBORError(.invalidField, offset: 0, field: "import")
        }
    }
}
