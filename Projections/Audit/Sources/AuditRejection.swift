import LedgerCore

/// A source row in quarantine: it could not be recorded, and it is not lost.
public struct AuditRejection: Hashable, Sendable {
    /// Where its event stands.
    public let position: Position
    /// When the log took it in.
    public let recordedAt: Microseconds
    /// When it was met.
    public let occurredAt: Microseconds
    /// Who imported it.
    public let actor: String
    /// The event that led to it.
    public let cause: Position?
    /// The source.
    public let source: String
    /// Number of the data row in its file, counted from 1.
    public let row: UInt64
    /// Line of the file the row begins on, counted from 1.
    public let line: UInt64
    /// Why, as a stable code.
    public let code: String
    /// The column concerned, where one is.
    public let column: String?
    /// What would have been accepted.
    public let expected: String
    /// Position at which the row is sealed beside the log, or nil where it is not.
    public let sealedRow: Position?
}

extension AuditRejection {
    init(_ event: EventView, _ payload: RowRejected) {
        self.init(
            position: event.position, recordedAt: event.recordedAt,
            occurredAt: event.occurredAt, actor: event.actorName, cause: event.cause,
            source: payload.source, row: payload.row, line: payload.line, code: payload.code,
            column: payload.column, expected: payload.expected,
            sealedRow: event.sealedCommitment == nil ? nil : event.position)
    }

    /// The record in the state.
    var encoded: [UInt8] {
        var fields = EventFields([
            "row": .unsigned(row), "line": .unsigned(line), "code": .text(code),
            "actor": .text(actor), "source": .text(source), "expected": .text(expected),
            "recorded": .integer(recordedAt), "occurred": .integer(occurredAt),
        ])
        if let cause { fields["cause"] = .unsigned(cause) }
        if let column { fields["column"] = .text(column) }
        if sealedRow != nil { fields["sealed"] = .bool(true) }
        return CBORValue.map(fields.values).encoded
    }

    /// Reads a record.
    init(
        stored bytes: UnsafeRawBufferPointer, position: Position
    ) throws(AuditStateDamage) {
        do throws(CBORError) {
            var cursor = CBORCursor(unsafe: bytes)
            let fields = EventFields(try cursor.value())
            self.init(
                position: position, recordedAt: try fields.number("recorded"),
                occurredAt: try fields.number("occurred"), actor: try fields.text("actor"),
                cause: try fields.optionalUnsigned("cause"), source: try fields.text("source"),
                row: try fields.unsigned("row"), line: try fields.unsigned("line"),
                code: try fields.text("code"), column: try fields.optionalText("column"),
                expected: try fields.text("expected"),
                sealedRow: try fields.flag("sealed") ? position : nil)
        } catch {
            throw AuditStateDamage(position: position, reason: error.description)
        }
    }

    /// Source and code of a record, read in place.
    static func origin(
        ofStored bytes: UnsafeRawBufferPointer, position: Position
    ) throws(AuditStateDamage) -> (source: UnsafeRawBufferPointer, code: UnsafeRawBufferPointer) {
        do throws(CBORError) {
            var cursor = CBORCursor(unsafe: bytes)
            var source: UnsafeRawBufferPointer?
            var code: UnsafeRawBufferPointer?
            for _ in 0..<(try cursor.map()) {
                let key = try cursor.unsafeText()
                if key.elementsEqual("code".utf8) {
                    code = try cursor.unsafeText()
                } else if key.elementsEqual("source".utf8) {
                    source = try cursor.unsafeText()
                } else {
                    try cursor.skip()
                }
                if let source, let code { return (source, code) }
            }
            throw CBORError(.invalidField, offset: cursor.offset, field: "source")
        } catch {
            throw AuditStateDamage(position: position, reason: error.description)
        }
    }
}

/// How many rows of one source were rejected for one reason.
public struct AuditRejectionCount: Hashable, Sendable {
    /// The source.
    public let source: String
    /// Why, as a stable code.
    public let code: String
    /// How many.
    public let count: Int

    /// A count.
    public init(source: String, code: String, count: Int) {
        self.source = source
        self.code = code
        self.count = count
    }
}
