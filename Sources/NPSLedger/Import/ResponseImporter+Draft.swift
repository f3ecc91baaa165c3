import Classification
import Crypto
import Encoders
import LedgerCore
import LedgerStore
import LedgerVault
import SurveyImport

extension ResponseImporter {
    /// An event ready for a batch.
    struct ReadyEvent: Sendable {
        var draft: EventDraft
        var key: IdempotencyKey?
        var body: Hash128?
        var predecessor: (key: IdempotencyKey, body: Hash128)?
        var sealed: SealedPart?
        var binding: SubjectBinding?
        var item: BatchItem
        /// What encoders made of its text.
        var vectors: [Embedding] = []
    }

    /// Seals, judges and encodes on all cores; this is most of an import's work.
    mutating func draft(_ decisions: [Decision]) throws -> [ReadyEvent] {
        let context = DraftContext(
            source: source, mapping: mapping, mappingPosition: mappingPosition, options: options,
            vault: vault, now: ledger.clock())
        let (judgements, vectors) = try judge(decisions)
        let indices = Array(decisions.indices)
        let drafted = Parallel.map(indices, threads: options.threads) { index in
            Result {
                var event = try context.draft(decisions[index], judgements[index])
                event?.vectors = vectors[index]
                return event
            }
        }
        return try drafted.compactMap { try $0.get() }
    }

    /// What the models read in the text of each decision, what counts first, then what shadows;
    /// and what each of `encoders` made of it.
    private func judge(
        _ decisions: [Decision]
    ) throws -> (judgements: [[TextJudgement]], vectors: [[Embedding]]) {
        var judgements = [[TextJudgement]](repeating: [], count: decisions.count)
        var vectors = [[Embedding]](repeating: [], count: decisions.count)
        let read = decisions.indices.filter { decisions[$0].text != nil }
        var reading = TextReading(
            read.map { [UInt8]((decisions[$0].text ?? "").utf8) }, threads: options.threads)
        if let (version, model) = options.model {
            for (index, output) in zip(read, try reading.judged(by: model)) {
                judgements[index].append(
                    TextJudgement(model: version, output: output, isShadow: false))
            }
        }
        for shadow in options.shadows where shadow.version != options.model?.version {
            let taken = read.filter { decisions[$0].response.map(shadow.takes) ?? false }
            let outputs: [ClassifierOutput]
            if taken.count == read.count {
                outputs = try reading.judged(by: shadow.reader)
            } else {
                var part = TextReading(
                    taken.map { [UInt8]((decisions[$0].text ?? "").utf8) },
                    threads: options.threads)
                outputs = try part.judged(by: shadow.reader)
            }
            for (index, output) in zip(taken, outputs) {
                judgements[index].append(
                    TextJudgement(model: shadow.version, output: output, isShadow: true))
            }
        }
        for encoder in encoders {
            for (index, vector) in zip(read, try reading.vectors(by: encoder)) {
                vectors[index].append(vector)
            }
        }
        return (judgements, vectors)
    }

    /// Drafts judgements and exclusions of responses whose positions are known by now.
    mutating func appendFollowing(to batch: inout EventBatch, _ items: inout [BatchItem]) throws {
        let now = ledger.clock()
        for event in following {
            switch event {
            case .judgement(let response, let text, let judgement):
                let hasTopics = try batch.append(
                    judgement.output, of: response, text: text, by: judgement.model, at: now)
                items.append(.judgement(isShadow: judgement.isShadow))
                if hasTopics { items.append(.topics) }
            case .exclusion(let response, let id, let reason):
                try batch.append(
                    EventDraft(
                        ResponseExcluded(response: response, reason: reason), occurredAt: now,
                        actor: options.actor, cause: mappingPosition),
                    key: IdempotencyKey(source: source, id: "\(id)\u{0}excluded"))
                items.append(.exclusion)
            }
        }
        following.removeAll(keepingCapacity: true)
    }
}

extension IdempotencyKey {
    /// One judgement of one text by one model: two processes may judge it, one of them is recorded.
    static func judgement(
        of response: Position, text: Position, by model: ModelVersion
    ) -> IdempotencyKey {
        IdempotencyKey(source: "\u{0}judgement", id: "\(response)/\(text)/\(model)")
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
    let source: String
    let mapping: ColumnMapping
    let mappingPosition: Position?
    let options: ImportOptions
    let vault: Vault
    let now: Microseconds

    func draft(
        _ decision: ResponseImporter.Decision, _ judgements: [TextJudgement]
    ) throws -> ResponseImporter.ReadyEvent? {
        switch decision {
        case .counted: return nil
        case .record(let row, let subject, let key, let bindsSubject):
            var payload = PreparedRow.payload(
                row.row, row.id, source, mapping, row.segments, subject: subject)
            payload.excluded = row.row.excludedBy.map {
                ResponseImporter.exclusion($0, mapping)
            }
            return ResponseImporter.ReadyEvent(
                draft: EventDraft(
                    payload, occurredAt: row.row.occurredAt ?? options.defaultTime,
                    actor: options.actor, cause: mappingPosition),
                key: row.key, body: row.body,
                sealed: try seal(row.row, subject, key),
                binding: bindsSubject
                    ? row.pseudonym.map { SubjectBinding(identifier: $0, subject: subject) } : nil,
                item: .response(row, judgements))
        case .amend(let row, let amendment, let number, let last, let subject, let key):
            return ResponseImporter.ReadyEvent(
                draft: EventDraft(
                    amendment, occurredAt: row.row.updatedAt ?? row.row.occurredAt ?? now,
                    actor: options.actor, cause: amendment.response),
                key: AmendmentRule.key(source: source, id: row.id, number: number),
                body: row.body,
                predecessor: last.map {
                    (AmendmentRule.key(source: source, id: row.id, number: number - 1), $0)
                },
                sealed: try seal(row.row, subject, key), binding: nil,
                item: .amendment(row, response: amendment.response, judgements))
        case .quarantine(let row, let isConflict, let subject, let key):
            return ResponseImporter.ReadyEvent(
                draft: EventDraft(
                    RowRejected(
                        source: source, row: UInt64(row.rowNumber), line: UInt64(row.line),
                        code: row.code.rawValue, column: row.column, expected: row.expected,
                        subject: subject),
                    occurredAt: now, actor: options.actor, cause: mappingPosition),
                key: IdempotencyKey(
                    source: source,
                    id: "\u{0}rejected\u{0}\(row.rowNumber)\u{0}"
                        + Hex.encode(vault.digest(row.raw).bytes)),
                body: Hash128(high: 0, low: 0),
                sealed: try Vault.seal(
                    PersonalData(row: row.raw), subject: subject, key: key),
                binding: nil,
                item: isConflict ? .conflict : .rejection(code: row.code.rawValue))
        }
    }

    private func seal(
        _ row: ImportedRow, _ subject: UInt64, _ key: SymmetricKey
    ) throws -> SealedPart {
        try Vault.seal(
            PersonalData(text: row.text, respondent: row.respondentID, row: row.raw),
            subject: subject, key: key)
    }
}
