import Classification
import Crypto
import Encoders
import LedgerCore
import LedgerStore
import LedgerVault
import SurveyImport

/// What an event appended in a batch stands for, so that its outcome can be counted.
enum BatchItem: Sendable {
    /// A row of the batch, and the index of its text among those that were read.
    case response(Int, text: Int?)
    case amendment(Int, response: Position, text: Int?)
    case rejection(Int, code: String)
    case conflict(Int, with: Position)
    case classification(isShadow: Bool)
    /// A text left unread, with the language that the active model has not learnt; nil for one that
    /// shadows.
    case declined(LanguageCode?)
    case topics
    case exclusion
}

/// What encoders made of an item's text, in their order.
struct EncodedItem: Sendable {
    /// Of the item in its batch.
    let index: Int
    let subject: UInt64
    let text: [UInt8]
    let vectors: [Embedding]
}

/// What models and encoders made of the texts of a batch.
struct TextReadings: Sendable {
    /// For each decision the index of its text; nil where it has none.
    var textOfDecision: [Int?] = []
    var texts: [[UInt8]] = []
    /// For each model, what counts first: its outputs by text; nil where it did not read one.
    var models: [(version: ModelVersion, isShadow: Bool, outputs: [ClassifierOutput?])] = []
    /// For each encoder its vectors by text.
    var vectors: [[Embedding]] = []

    /// What was read in a text.
    func classifications(ofText index: Int) -> some Sequence<TextClassification> {
        models.lazy.compactMap { model in
            model.outputs[index].map {
                TextClassification(model: model.version, output: $0, isShadow: model.isShadow)
            }
        }
    }
}

/// What one model read in a row's text.
struct TextClassification: Sendable {
    let model: ModelVersion
    let output: ClassifierOutput
    /// Whether the model reads without counting.
    let isShadow: Bool

    /// What its event stands for.
    var item: BatchItem {
        guard let language = output.unlearntLanguage?.ledgerCode else {
            return .classification(isShadow: isShadow)
        }
        return .declined(isShadow ? nil : language)
    }
}

/// Events of one batch that were sealed, encoded and hashed together, with what each stands for.
struct DraftedEvents: Sendable {
    var batch = EventBatch()
    var items: [BatchItem] = []
    /// Of the items whose texts encoders read.
    var encoded: [EncodedItem] = []

    init() {}

    /// The events of several parts, one after the other.
    init(joining parts: [DraftedEvents]) {
        batch = EventBatch(joining: parts.map(\.batch))
        items.reserveCapacity(batch.count)
        for part in parts {
            for item in part.encoded {
                encoded.append(
                    EncodedItem(
                        index: item.index + items.count, subject: item.subject, text: item.text,
                        vectors: item.vectors))
            }
            items.append(contentsOf: part.items)
        }
    }
}

extension ResponseImporter {
    /// Has the texts of what was decided read: by the model that counts, then by those that shadow,
    /// and by the encoders.
    func classify(_ decisions: [Decision], _ rows: PreparedRows) throws -> TextReadings {
        var readings = TextReadings()
        var keys: [IdempotencyKey] = []
        readings.textOfDecision = rows.rows.bytes.withUnsafeBytes { bytes in
            decisions.map { decision in
                guard let row = decision.row, let prepared = rows.prepared[row],
                    let text = bytes.value(rows.rows.rows[row].text)
                else { return nil }
                keys.append(prepared.key)
                readings.texts.append([UInt8](text))
                return keys.count - 1
            }
        }
        let texts = readings.texts
        var reading = TextReading(texts, threads: options.threads)
        if let (version, model) = options.model {
            readings.models.append((version, false, try reading.classified(by: model)))
        }
        for shadow in options.shadows where shadow.version != options.model?.version {
            let taken = texts.indices.filter { shadow.takes(keys[$0]) }
            guard taken.count < texts.count else {
                let outputs = try reading.classified(by: shadow.reader)
                readings.models.append((shadow.version, true, outputs))
                continue
            }
            var part = TextReading(taken.map { texts[$0] }, threads: options.threads)
            var outputs = [ClassifierOutput?](repeating: nil, count: texts.count)
            for (index, output) in zip(taken, try part.classified(by: shadow.reader)) {
                outputs[index] = output
            }
            readings.models.append((shadow.version, true, outputs))
        }
        readings.vectors = try encoders.map { try reading.vectors(by: $0) }
        return readings
    }

    /// Seals, encodes and hashes what was decided, on all cores; this is most of an import's work.
    func draft(
        _ decisions: [Decision], _ rows: PreparedRows, _ readings: TextReadings,
        at now: Microseconds
    ) throws -> [DraftedEvents] {
        let context = DraftContext(
            layout: layout, rows: rows, readings: readings, options: options,
            mappingPosition: mappingPosition, causes: causes, now: now)
        return try Parallel.pieces(of: decisions.indices, threads: options.threads) { range in
            var events = DraftedEvents()
            var sealer = PersonalDataSealer()
            try rows.rows.bytes.withUnsafeBytes { bytes in
                for index in range {
                    try context.append(
                        decisions[index], text: readings.textOfDecision[index], bytes, &sealer,
                        to: &events)
                }
            }
            events.stamp(now)
            return events
        }
    }

    /// Drafts classifications and exclusions of responses whose positions are known by now.
    func draft(_ following: [Following], at now: Microseconds) throws -> [DraftedEvents] {
        let (options, mappingPosition, source) = (options, mappingPosition, source)
        return try Parallel.pieces(of: following.indices, threads: options.threads) { range in
            var events = DraftedEvents()
            for event in following[range] {
                switch event {
                case .classification(let response, let text, let classification):
                    let hasTopics = try events.batch.append(
                        classification.output, of: response, text: text, by: classification.model,
                        at: now)
                    events.items.append(classification.item)
                    if hasTopics { events.items.append(.topics) }
                case .exclusion(let response, let id, let reason):
                    try events.batch.append(
                        EventDraft(
                            ResponseExcluded(response: response, reason: reason), occurredAt: now,
                            actor: options.actor, cause: mappingPosition),
                        key: .exclusion(of: id, source: source))
                    events.items.append(.exclusion)
                }
            }
            events.stamp(now)
            return events
        }
    }
}

extension DraftedEvents {
    /// Stamps and hashes them. A clock that is wrong is the log's to classify: it stamps, or refuses,
    /// what has no stamp.
    fileprivate mutating func stamp(_ now: Microseconds) {
        if (Entry.timeMin...Entry.timeMax).contains(now) { batch.hashLeaves(stampedAt: now) }
    }
}

extension ClassificationRecorded {
    /// A payload of what a classifier gave.
    public init(response: Position, model: ModelVersion, _ output: ClassifierOutput) {
        self.init(
            response: response, model: model,
            classes: [output.detractor, output.passive, output.promoter],
            sentiment: [output.negative, output.neutral, output.positive],
            intents: [
                output.praise, output.complaint, output.request, output.question, output.leaving,
            ], featureCount: UInt32(clamping: output.featureCount))
    }
}

/// What drafting needs, shared by the threads that do it.
private struct DraftContext: Sendable {
    let layout: RowLayout
    let rows: PreparedRows
    let readings: TextReadings
    let options: ImportOptions
    let mappingPosition: Position?
    let causes: [Int: Position]
    let now: Microseconds

    /// The delivery that a row is of; nil for a row of a file or a request.
    private func delivery(of row: RowBatch.Row) -> Position? {
        row.ticket == 0 ? nil : causes[row.ticket]
    }

    /// Appends the event of a decision.
    ///
    /// - Parameters:
    ///   - text: the index of its text.
    ///   - bytes: those of the rows.
    func append(
        _ decision: ResponseImporter.Decision, text: Int?, _ bytes: UnsafeRawBufferPointer,
        _ sealer: inout PersonalDataSealer, to events: inout DraftedEvents
    ) throws {
        switch decision {
        case .record(let index, let subject, let key, let bindsSubject):
            let row = rows.rows.rows[index]
            guard let prepared = rows.prepared[index] else { return }
            let sealed = try seal(row, bytes, subject, key, &sealer, in: &events.batch)
            try layout.withID(of: row, prepared.contentID, bytes) { id in
                try events.batch.append(
                    ResponseRecorded.name, version: ResponseRecorded.version,
                    occurredAt: row.occurredAt ?? options.defaultTime, actor: options.actor,
                    cause: delivery(of: row) ?? mappingPosition, key: prepared.key,
                    body: prepared.body, sealed: sealed,
                    binding: bindsSubject
                        ? prepared.pseudonym.map {
                            SubjectBinding(identifier: $0, subject: subject)
                        } : nil
                ) { writer in
                    layout.writeResponse(
                        row, rows.rows, bytes, id: id, subject: subject,
                        importNumber: options.importNumber, to: &writer)
                }
            }
            events.items.append(.response(index, text: text))
        case .amend(let index, let amendment, let number, let last, let subject, let key):
            let row = rows.rows.rows[index]
            guard let prepared = rows.prepared[index] else { return }
            let id = layout.id(of: row, prepared, rows.rows)
            let sealed = try seal(row, bytes, subject, key, &sealer, in: &events.batch)
            try events.batch.append(
                ResponseAmended.name, version: ResponseAmended.version,
                occurredAt: row.updatedAt ?? row.occurredAt ?? now, actor: options.actor,
                cause: delivery(of: row) ?? amendment.response,
                key: .amendment(number, of: id, source: layout.source),
                body: prepared.body,
                after: last.map {
                    (.amendment(number - 1, of: id, source: layout.source), $0)
                }, sealed: sealed
            ) { $0.encoded(amendment.encodedPayload) }
            events.items.append(.amendment(index, response: amendment.response, text: text))
        case .quarantine(let index, let row, let position, let subject, let key):
            try append(
                row, of: delivery(of: rows.rows.rows[index]), subject, key, &sealer, to: &events)
            events.items.append(
                position.map { .conflict(index, with: $0) }
                    ?? .rejection(index, code: row.code.rawValue))
        }
        keepVectors(text, of: decision, in: &events)
    }

    private func append(
        _ row: RejectedRow, of delivery: Position?, _ subject: UInt64, _ key: SymmetricKey,
        _ sealer: inout PersonalDataSealer, to events: inout DraftedEvents
    ) throws {
        let sealed = try events.batch.seal(for: subject) { arena in
            try row.raw.withUnsafeBytes { raw in
                try sealer.seal(
                    row: raw, text: nil, respondent: nil, subject: subject, key: key, to: &arena)
            }
        }
        let payload = RowRejected(
            source: layout.source, row: UInt64(row.rowNumber), line: UInt64(row.line),
            code: row.code.rawValue, column: row.column, expected: row.expected, subject: subject,
            importNumber: options.importNumber)
        try events.batch.append(
            RowRejected.name, version: RowRejected.version, occurredAt: now, actor: options.actor,
            cause: delivery ?? mappingPosition,
            key: .rejection(
                ofRow: row.rowNumber, digest: Hex.encode(layout.vault.digest(row.raw).bytes),
                source: layout.source),
            body: Hash128(high: 0, low: 0), sealed: sealed
        ) { $0.encoded(payload.encodedPayload) }
    }

    private func seal(
        _ row: RowBatch.Row, _ bytes: UnsafeRawBufferPointer, _ subject: UInt64,
        _ key: SymmetricKey, _ sealer: inout PersonalDataSealer, in batch: inout EventBatch
    ) throws(VaultError) -> EventBatch.PendingPart {
        try batch.seal(for: subject) { arena throws(VaultError) in
            try sealer.seal(
                row: bytes[row.raw], text: bytes.value(row.text),
                respondent: bytes.value(row.respondentID), subject: subject, key: key, to: &arena)
        }
    }

    /// Keeps what encoders made of the text of the event appended last, until the log has taken it.
    private func keepVectors(
        _ text: Int?, of decision: ResponseImporter.Decision, in events: inout DraftedEvents
    ) {
        guard let text, !readings.vectors.isEmpty else { return }
        let subject: UInt64 =
            switch decision {
            case .record(_, let subject, _, _), .amend(_, _, _, _, let subject, _),
                .quarantine(_, _, _, let subject, _):
                subject
            }
        events.encoded.append(
            EncodedItem(
                index: events.items.count - 1, subject: subject, text: readings.texts[text],
                vectors: readings.vectors.map { $0[text] }))
    }
}
