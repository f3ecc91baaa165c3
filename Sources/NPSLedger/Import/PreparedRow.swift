import LedgerCore
import LedgerStore
import LedgerVault
import SurveyImport

/// What can be said of a source row without looking at the log. The row itself stays where it was
/// read to: this is numbers alone, so that it is copied for nothing.
struct PreparedRow: Sendable {
    let key: IdempotencyKey
    /// What is compared under the same key: all the source said, under the vault's secret.
    let body: Hash128
    let pseudonym: Hash128?
    /// What the id is made of where the mapping names none.
    let contentID: Hash128?
    /// Stated score in hundredths.
    let score: UInt16?
    let hasText: Bool
    let updatedAt: Microseconds?
}

/// The rows of one batch, in the order in which they are decided.
struct PreparedRows: Sendable {
    let rows: RowBatch
    /// For each row; nil where it is set aside.
    let prepared: [PreparedRow?]
    /// Values that hold an e-mail address and are recorded in clear, by column.
    let addresses: [String: Int]
}

/// How rows of one mapping become responses: what they are told apart by, what is compared, what
/// stands in the log in clear and what is sealed. It reads bytes where they lie and makes no strings.
struct RowLayout: Sendable {
    let source: String
    let mapping: ColumnMapping
    let vault: Vault
    private let sourceBytes: [UInt8]
    private let delivery: String
    private let deliveryBytes: [UInt8]
    private let scale: [Int64]?
    /// The code of each rule that takes rows out: the log names the rule, for its value may be
    /// personal.
    let exclusions: [String]
    /// In deterministic order.
    private let dimensions: [Dimension]
    private let dimensionNames: [String]
    /// The names in CBOR, one after the other.
    private let encodedNames: [UInt8]

    /// A dimension of responses, and which values of a row may stand in it. It holds no reference,
    /// for it is asked several times a row.
    private struct Dimension {
        let name: Range<Int>
        /// The segment that the mapping names so.
        var segment: Int?
        /// What stands in for it in a row without such a segment.
        var label: Label?
    }

    private enum Label: String, CaseIterable {
        case channel
        case language
        case survey
    }

    init(source: String, mapping: ColumnMapping, delivery: String, vault: Vault) {
        self.source = source
        self.mapping = mapping
        self.vault = vault
        sourceBytes = [UInt8](source.utf8)
        self.delivery = delivery
        deliveryBytes = [UInt8](delivery.utf8) + [0]
        scale = mapping.scale.map { [Int64($0.minimum) * 100, Int64($0.maximum) * 100] }
        exclusions = RowBatch(of: mapping).exclusions.map { rule in
            let index = mapping.exclusions.firstIndex { "\($0.column)=\($0.value)" == rule } ?? 0
            return "mapping.exclude.\(index + 1)"
        }
        let names = Set(mapping.segments.map(\.dimension) + Label.allCases.map(\.rawValue))
        dimensionNames = names.sorted(by: CBORValue.precedes)
        var encoded = CBORWriter()
        dimensions = dimensionNames.map { name in
            let start = encoded.bytes.count
            encoded.text(name)
            return Dimension(
                name: start..<encoded.bytes.count,
                segment: mapping.segments.firstIndex { $0.dimension == name },
                label: Label(rawValue: name))
        }
        encodedNames = encoded.bytes
    }

    /// Lays rows out anew where they have other dimensions than those before: a file has the same in
    /// all of them, and what comes in one by one need not.
    mutating func require(_ rowDimensions: [String]) {
        guard mapping.segments.map(\.dimension) != rowDimensions else { return }
        var mapping = mapping
        mapping.segments = rowDimensions.map {
            ColumnMapping.Segment(dimension: $0, column: "segments." + $0)
        }
        self = RowLayout(
            source: source, mapping: mapping, delivery: delivery, vault: vault)
    }

    // MARK: - Reading

    /// Prepares a part of a batch.
    ///
    /// - Parameter noticedFrom: rows before it were looked at for addresses already.
    func prepare(_ range: Range<Int>, of rows: RowBatch, noticedFrom: Int) -> PreparedRows {
        var prepared: [PreparedRow?] = []
        prepared.reserveCapacity(range.count)
        var addresses: [String: Int] = [:]
        var content = CBORWriter(reservingBytes: 1024)
        rows.bytes.withUnsafeBytes { bytes in
            for index in range {
                let row = rows.rows[index]
                guard rows.rejection(of: row) == nil else {
                    prepared.append(nil)
                    continue
                }
                if index >= noticedFrom { notice(row, rows, bytes, &addresses) }
                prepared.append(
                    rejectionOfTimes(row, rows) == nil
                        ? prepare(row, rows, bytes, &content) : nil)
            }
        }
        return PreparedRows(rows: rows, prepared: prepared, addresses: addresses)
    }

    private func prepare(
        _ row: RowBatch.Row, _ rows: RowBatch, _ bytes: UnsafeRawBufferPointer,
        _ content: inout CBORWriter
    ) -> PreparedRow {
        // Without an id of the source, the delivery's name, the row's number and its content make
        // one: the same file again gives the same ids, equal rows of one file stay two responses,
        // and so do equal rows of two files.
        let contentID =
            row.responseID.isPresent
            ? nil : vault.digest(deliveryBytes + bytes[row.raw])
        return withID(of: row, contentID, bytes) { id in
            content.bytes.removeAll(keepingCapacity: true)
            let respondent = bytes.value(row.respondentID)
            Self.writeContent(
                text: bytes.value(row.text), respondent: respondent,
                // A time that the file itself states is part of what it says; one given from
                // outside is not, or importing the file again would contradict it.
                time: mapping.at == nil ? nil : row.occurredAt, to: &content,
                put: { $0.text(utf8: $1) },
                identity: { writeResponse(row, rows, bytes, id: id, subject: nil, to: &$0) })
            return PreparedRow(
                key: sourceBytes.withUnsafeBytes { IdempotencyKey(source: $0, id: id) },
                body: content.bytes.withUnsafeBytes { vault.digest($0) },
                pseudonym: respondent.map { vault.pseudonym(of: $0) }, contentID: contentID,
                score: row.score, hasText: row.text.isPresent, updatedAt: row.updatedAt)
        }
    }

    /// Why the log cannot hold a row's times; it is quarantined like any row it cannot hold.
    private func rejectionOfTimes(_ row: RowBatch.Row, _ rows: RowBatch) -> RejectedRow? {
        let times = Entry.timeMin...Entry.timeMax
        let isGood = row.occurredAt.map(times.contains) ?? true
        guard !isGood || !(row.updatedAt.map(times.contains) ?? true) else { return nil }
        return RejectedRow(
            rowNumber: row.rowNumber, line: row.line,
            code: RejectionCode(rawValue: "time.out-of-range"),
            column: isGood ? mapping.updatedAt : mapping.at, value: nil,
            expected: "a time from 1970-01-01T01:11:35Z to the year 9999", raw: rows.raw(of: row))
    }

    /// Why a row is set aside that has not been prepared.
    func rejection(of row: RowBatch.Row, _ rows: RowBatch) -> RejectedRow {
        guard let rejection = rows.rejection(of: row) ?? rejectionOfTimes(row, rows) else {
            preconditionFailure("a row that was read and whose times are good is prepared")
        }
        return rejection
    }

    /// Counts the columns of values that hold an e-mail address, and are recorded in clear.
    private func notice(
        _ row: RowBatch.Row, _ rows: RowBatch, _ bytes: UnsafeRawBufferPointer,
        _ addresses: inout [String: Int]
    ) {
        func look(_ field: RowBatch.Field, _ column: String?) {
            guard let value = bytes.value(field), let column,
                AddressesInClear.isHeld(in: value)
            else { return }
            addresses[column, default: 0] += 1
        }
        look(row.responseID, mapping.responseID)
        look(row.channel, mapping.channel)
        look(row.language, mapping.language)
        look(row.surveyID, mapping.surveyID)
        for (index, segment) in mapping.segments.enumerated() {
            look(rows.segment(index, of: row), segment.column)
        }
    }

    // MARK: - Writing

    /// All that a source said in a row, as its digest is made of it.
    ///
    /// - Parameters:
    ///   - put: writes text or respondent.
    ///   - identity: writes the response without its subject.
    static func writeContent<Text>(
        text: Text?, respondent: Text?, time: Microseconds?, to content: inout CBORWriter,
        put: (inout CBORWriter, Text) -> Void, identity: (inout CBORWriter) -> Void
    ) {
        content.array(4)
        identity(&content)
        if let text { put(&content, text) } else { content.null() }
        if let respondent { put(&content, respondent) } else { content.null() }
        if let time { content.integer(time) } else { content.null() }
    }

    /// Writes the payload of `response.recorded`.
    ///
    /// - Parameter subject: nil leaves out what is not the source's to say: the subject, and what a
    ///   rule of the mapping says of the row.
    func writeResponse(
        _ row: RowBatch.Row, _ rows: RowBatch, _ bytes: UnsafeRawBufferPointer,
        id: UnsafeRawBufferPointer, subject: UInt64?, importNumber: UInt64 = 0,
        to writer: inout CBORWriter
    ) {
        var present = 0
        for dimension in dimensions where value(in: dimension, row, rows).isPresent { present += 1 }
        func write(_ excluded: UnsafeRawBufferPointer?) {
            sourceBytes.withUnsafeBytes { source in
                ResponseRecorded.write(
                    source: source, id: id, subject: subject, score: row.score,
                    hasText: row.text.isPresent, updatedAt: row.updatedAt,
                    originalScore: bytes.value(row.originalScore),
                    scale: row.originalScore.isPresent ? scale : nil, excluded: excluded,
                    importNumber: subject == nil ? 0 : importNumber, segmentCount: present,
                    to: &writer
                ) { writeSegments(row, rows, bytes, to: &$0) }
            }
        }
        if subject != nil, let rule = row.exclusion {
            var code = exclusions[rule]
            code.withUTF8 { write(UnsafeRawBufferPointer($0)) }
        } else {
            write(nil)
        }
    }

    private func writeSegments(
        _ row: RowBatch.Row, _ rows: RowBatch, _ bytes: UnsafeRawBufferPointer,
        to writer: inout CBORWriter
    ) {
        encodedNames.withUnsafeBytes { names in
            for dimension in dimensions {
                guard let value = bytes.value(value(in: dimension, row, rows)) else { continue }
                writer.encoded(UnsafeRawBufferPointer(rebasing: names[dimension.name]))
                writer.text(utf8: value)
            }
        }
    }

    private func value(
        in dimension: Dimension, _ row: RowBatch.Row, _ rows: RowBatch
    ) -> RowBatch.Field {
        if let segment = dimension.segment {
            let field = rows.segment(segment, of: row)
            if field.isPresent { return field }
        }
        return switch dimension.label {
        case .channel: row.channel
        case .language: row.language
        case .survey: row.surveyID
        case nil: .none
        }
    }

    /// All dimensions of a row with their values.
    func segments(of row: RowBatch.Row, _ rows: RowBatch) -> [String: String] {
        var segments: [String: String] = [:]
        for (name, dimension) in zip(dimensionNames, dimensions) {
            segments[name] = rows.text(value(in: dimension, row, rows))
        }
        return segments
    }

    /// The id of a row: the source's, or the one made for it.
    func id(of row: RowBatch.Row, _ prepared: PreparedRow, _ rows: RowBatch) -> String {
        rows.text(row.responseID) ?? Self.id(row, prepared.contentID)
    }

    private static func id(_ row: RowBatch.Row, _ contentID: Hash128?) -> String {
        "row-\(row.rowNumber)-" + Hex.encode(contentID?.bytes ?? [])
    }

    func withID<R>(
        of row: RowBatch.Row, _ contentID: Hash128?, _ bytes: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R {
        if let id = bytes.value(row.responseID) { return try body(id) }
        var id = Self.id(row, contentID)
        return try id.withUTF8 { try body(UnsafeRawBufferPointer($0)) }
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes of a field of the batch whose bytes these are; nil where it has no value.
    func value(_ field: RowBatch.Field) -> UnsafeRawBufferPointer? {
        field.isPresent ? self[field] : nil
    }

    /// The bytes of a field that has a value.
    subscript(field: RowBatch.Field) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[field.start..<(field.start + field.count)])
    }
}

extension ImportedRow {
    /// All dimensions of the row with their values: its segments, and channel, language and survey
    /// where no segment has that name.
    public var segmentValues: [String: String] {
        var values = Dictionary(
            segments.map { ($0.dimension, $0.value) }, uniquingKeysWith: { first, _ in first })
        for (name, value) in [
            ("channel", channel), ("language", language), ("survey", surveyID),
        ] {
            if let value, values[name] == nil { values[name] = value }
        }
        return values
    }
}
