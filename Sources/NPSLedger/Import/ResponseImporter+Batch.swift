import Classification
import LedgerCore
import LedgerStore
import SurveyImport

extension ResponseImporter {
    /// One row of a batch on its way.
    enum Prepared: Sendable {
        case row(PreparedRow)
        case rejected(RejectedRow)
    }

    /// Prepares, decides, seals and judges one batch, and hands it to the log.
    mutating func process(_ rows: [RowOutcome]) throws {
        let (source, mapping, vault, delivery) = (source, mapping, vault, options.delivery)
        let prepared = Parallel.map(rows, threads: options.threads) { outcome in
            switch outcome {
            case .row(let row):
                Self.prepare(
                    PreparedRow(
                        row, source: source, delivery: delivery, mapping: mapping, vault: vault),
                    mapping)
            case .rejected(let row): Prepared.rejected(row)
            }
        }
        if options.isDryRun {
            try rehearse(prepared)
            return
        }
        let decisions = try decide(prepared)
        let ready = try draft(decisions)
        // The batch before must be durable now: its positions are what follows refers to, and at
        // most one batch is ever waiting, which bounds memory.
        try settle()
        var batch = EventBatch()
        var items: [BatchItem] = []
        var encoded: [EncodedItem] = []
        for event in ready {
            if let sealed = event.sealed, let text = event.item.text, !event.vectors.isEmpty {
                encoded.append(
                    EncodedItem(
                        index: items.count, subject: sealed.subject, text: text,
                        vectors: event.vectors))
            }
            try batch.append(
                event.draft, key: event.key, body: event.body, after: event.predecessor,
                sealed: event.sealed, binding: event.binding)
            items.append(event.item)
        }
        try appendFollowing(to: &batch, &items)
        guard batch.count > 0 else { return }
        // A clock that is wrong is the log's to judge: it stamps, or refuses, what has no stamp.
        let now = ledger.clock()
        if (Entry.timeMin...Entry.timeMax).contains(now) { batch.stamp(now) }
        inFlight = CommitInFlight(batch, items, encoded, ledger.log)
    }

    /// A row whose times the log can hold; another is quarantined like any row it cannot hold.
    private static func prepare(_ prepared: PreparedRow, _ mapping: ColumnMapping) -> Prepared {
        let row = prepared.row
        let times = Entry.timeMin...Entry.timeMax
        for (time, column) in [(row.occurredAt, mapping.at), (row.updatedAt, mapping.updatedAt)] {
            guard let time, !times.contains(time) else { continue }
            return .rejected(
                RejectedRow(
                    rowNumber: row.rowNumber, line: row.line,
                    code: RejectionCode(rawValue: "time.out-of-range"), column: column, value: nil,
                    expected: "a time from 1970-01-01T01:11:35Z to the year 9999", raw: row.raw))
        }
        return .row(prepared)
    }

    /// Waits for the batch in flight and counts its outcomes.
    mutating func settle() throws {
        guard let commit = inFlight else { return }
        inFlight = nil
        let outcomes = try commit.wait()
        var returned: [RowOutcome] = []
        for (item, outcome) in zip(commit.items, outcomes) {
            settle(item, outcome, &returned)
        }
        try keep(
            commit.encoded.filter { item in
                if case .appended = outcomes[item.index] { true } else { false }
            })
        // They stood before whatever was deferred meanwhile.
        if !returned.isEmpty { deferred = returned + deferred }
    }

    /// Keeps what encoders made of texts that the log has taken in.
    ///
    /// Not before: a subject that the log refused stays nobody's, and would never be erased.
    private func keep(_ encoded: [EncodedItem]) throws {
        for (number, encoder) in encoders.enumerated() {
            try ledger.keep(
                encoded.map { (($0.subject, [UInt8]($0.text.utf8)), $0.vectors[number]) },
                by: encoder)
        }
    }

    private mutating func postpone(_ row: PreparedRow, response: Position, text: Position) {
        guard row.row.text != nil else { return }
        for shadow in options.postponed where shadow.takes(row.key) {
            postponed[shadow.version, default: []].append((response, text))
        }
    }

    private mutating func settle(
        _ item: BatchItem, _ outcome: AppendOutcome, _ returned: inout [RowOutcome]
    ) {
        switch (item, outcome) {
        case (.response(let row, let judgements), .appended(let receipt)):
            postpone(row, response: receipt.position, text: receipt.position)
            if row.row.excludedBy != nil {
                count { $0.excluded += 1 }
            } else {
                count {
                    $0.recorded += 1
                    $0.scored += row.row.score == nil ? 0 : 1
                }
            }
            for judgement in judgements {
                following.append(
                    .judgement(response: receipt.position, text: receipt.position, judgement))
            }
        case (.response, .duplicate): count { $0.duplicates += 1 }
        case (.amendment(let row, let response, let judgements), .appended(let receipt)):
            postpone(row, response: response, text: receipt.position)
            count { $0.amended += 1 }
            for judgement in judgements {
                following.append(
                    .judgement(response: response, text: receipt.position, judgement))
            }
        case (.amendment, .duplicate): count { $0.duplicates += 1 }
        case (.amendment(let row, _, _), .conflict), (.amendment(let row, _, _), .overtaken):
            // Another process was faster: what was decided on since is not so. Look again.
            chains[row.key.hash] = nil
            returned.append(.row(row.row))
        case (.response(let row, _), .conflict), (.response(let row, _), .subjectBound),
            (.amendment(let row, _, _), .subjectBound), (.response(let row, _), .overtaken):
            returned.append(.row(row.row))
        case (.rejection(let code), _):
            count {
                $0.rejected += 1
                $0.reasons[code, default: 0] += 1
            }
        case (.conflict, _): count { $0.conflicts += 1 }
        case (.judgement(let isShadow), .appended):
            count {
                if isShadow { $0.shadowClassified += 1 } else { $0.classified += 1 }
            }
        case (.judgement, _), (.topics, _), (.exclusion, _): break
        }
    }
}
