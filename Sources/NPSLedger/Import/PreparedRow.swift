import LedgerCore
import LedgerStore
import LedgerVault
import SurveyImport

/// A source row with everything that can be said of it without looking at the log.
struct PreparedRow: Sendable {
    let row: ImportedRow
    /// The source's id, or one made of row number and content where the mapping names none.
    let id: String
    let key: IdempotencyKey
    /// What is compared under the same key: all the source said, under the vault's secret.
    let body: Hash128
    let pseudonym: Hash128?
    let segments: [String: String]

    /// Stated score in hundredths.
    var score: UInt16? { row.score.flatMap { UInt16(exactly: $0) } }

    init(
        _ row: ImportedRow, source: String, delivery: String, mapping: ColumnMapping, vault: Vault
    ) {
        self.row = row
        // Without an id of the source, the delivery's name, the row's number and its content make
        // one: the same file again gives the same ids, equal rows of one file stay two responses,
        // and so do equal rows of two files.
        id =
            row.responseID
            ?? "row-\(row.rowNumber)-"
            + Hex.encode(vault.digest([UInt8](delivery.utf8) + [0] + row.raw).bytes)
        key = IdempotencyKey(source: source, id: id)
        segments = row.segmentValues
        pseudonym = row.respondentID.map { vault.pseudonym(of: $0) }
        body = vault.digest(
            Self.content(
                identity: Self.payload(row, id, source, mapping, segments, subject: 0)
                    .identityBytes,
                text: row.text, respondent: row.respondentID,
                // A time that the file itself states is part of what it says; one given from
                // outside is not, or importing the file again would contradict it.
                time: mapping.at == nil ? nil : row.occurredAt))
    }

    /// All that a source said in a row, as its digest is made of it.
    static func content(
        identity: [UInt8], text: String?, respondent: String?, time: Microseconds?
    ) -> [UInt8] {
        var content = CBORWriter(reservingBytes: identity.count + (text?.utf8.count ?? 0) + 64)
        content.array(4)
        content.encoded(identity)
        if let text { content.text(text) } else { content.null() }
        if let respondent { content.text(respondent) } else { content.null() }
        if let time { content.integer(time) } else { content.null() }
        return content.bytes
    }

    static func payload(
        _ row: ImportedRow, _ id: String, _ source: String, _ mapping: ColumnMapping,
        _ segments: [String: String], subject: UInt64
    ) -> ResponseRecorded {
        let scale = row.originalScore == nil ? nil : mapping.scale
        return ResponseRecorded(
            source: source, id: id, subject: subject,
            score: row.score.flatMap { UInt16(exactly: $0) }, hasText: row.text != nil,
            updatedAt: row.updatedAt, originalScore: row.originalScore,
            scale: scale.map { [Int64($0.minimum) * 100, Int64($0.maximum) * 100] },
            segments: segments)
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
