import Classification
import Crypto
import LedgerCore
import LedgerStore
import LedgerVault
import SurveyImport

extension ResponseImporter {
    /// What is to be done with one row, decided against the log.
    enum Decision: Sendable {
        case record(PreparedRow, subject: UInt64, key: SymmetricKey, isNewSubject: Bool)
        case amend(
            PreparedRow, ResponseAmended, number: Int, subject: UInt64, key: SymmetricKey)
        case quarantine(RejectedRow, isConflict: Bool, subject: UInt64, key: SymmetricKey)
        case counted
    }

    /// One row of a batch on its way.
    enum Prepared: Sendable {
        case row(PreparedRow)
        case rejected(RejectedRow)
    }

    /// Prepares, decides, seals and judges one batch, and hands it to the log.
    mutating func process(_ rows: [RowOutcome]) throws {
        let (source, mapping, vault) = (source, mapping, vault)
        let prepared = Parallel.map(rows, threads: options.threads) { outcome in
            switch outcome {
            case .row(let row):
                Prepared.row(
                    PreparedRow(row, source: source, mapping: mapping, vault: vault))
            case .rejected(let row): Prepared.rejected(row)
            }
        }
        let decisions = try decide(prepared)
        let ready = try draft(decisions)
        // The batch before must be durable now: its positions are what follows refers to, and at
        // most one batch is ever waiting, which bounds memory.
        try settle()
        var batch = EventBatch()
        var items: [BatchItem] = []
        for event in ready {
            try batch.append(
                event.draft, key: event.key, body: event.body, sealed: event.sealed,
                binding: event.binding)
            items.append(event.item)
        }
        try appendFollowing(to: &batch, &items)
        guard batch.count > 0 else { return }
        if options.isDryRun { return }
        batch.stamp(ledger.clock())
        inFlight = CommitInFlight(batch, items, ledger.log)
    }

    private mutating func nextSubject() throws -> (subject: UInt64, key: SymmetricKey) {
        if options.isDryRun { return (0, SymmetricKey(size: .bits256)) }
        if let next = subjectKeys?.next() { return next }
        subjectKeys = try vault.reserve(options.batchRows)
        guard let next = subjectKeys?.next() else {
            throw LedgerError(.key, "the vault gave no keys: run `npsledger verify`")
        }
        return next
    }

    private mutating func decide(_ prepared: [Prepared]) throws -> [Decision] {
        var keys: [IdempotencyKey] = []
        var pseudonyms: [Hash128] = []
        for case .row(let row) in prepared {
            keys.append(row.key)
            if let pseudonym = row.pseudonym { pseudonyms.append(pseudonym) }
        }
        let known = try ledger.log.lookUp(keys)
        let subjects = try ledger.log.subjects(pseudonyms)
        var bound = recentBindings
        for (pseudonym, subject) in zip(pseudonyms, subjects) {
            if let subject { bound[pseudonym] = subject }
        }
        let durable = Set(zip(pseudonyms, subjects).compactMap { $1 == nil ? nil : $0 })
        recentBindings.removeAll(keepingCapacity: true)
        var seen: [Hash128: Hash128] = [:]
        var decisions: [Decision] = []
        decisions.reserveCapacity(prepared.count)
        var index = 0
        for item in prepared {
            switch item {
            case .rejected(let row):
                let (subject, key) = try nextSubject()
                decisions.append(
                    .quarantine(row, isConflict: false, subject: subject, key: key))
            case .row(let row):
                let existing = known[index]
                index += 1
                if let first = seen[row.key.hash] ?? seenInDryRun[row.key.hash] {
                    // The row's first sight is still on its way: decide when it has arrived.
                    if first == row.body || options.isDryRun {
                        if first == row.body {
                            count { $0.duplicates += 1 }
                        } else {
                            count { $0.conflicts += 1 }
                        }
                    } else {
                        deferred.append(.row(row.row))
                    }
                    continue
                }
                if let existing {
                    try decisions.append(decide(row, existing))
                    continue
                }
                seen[row.key.hash] = row.body
                try decisions.append(record(row, &bound, durable))
            }
        }
        if options.isDryRun { seenInDryRun.merge(seen) { first, _ in first } }
        return decisions
    }

    private mutating func record(
        _ row: PreparedRow, _ bound: inout [Hash128: UInt64], _ durable: Set<Hash128>
    ) throws -> Decision {
        guard let pseudonym = row.pseudonym else {
            let (subject, key) = try nextSubject()
            return .record(row, subject: subject, key: key, isNewSubject: false)
        }
        // Until the binding is durable every row of the respondent carries it: the row that made
        // it may turn out to be a duplicate.
        let isNew = !durable.contains(pseudonym)
        if let subject = bound[pseudonym], !options.isDryRun,
            let key = try vault.key(of: subject)
        {
            if isNew { recentBindings[pseudonym] = subject }
            return .record(row, subject: subject, key: key, isNewSubject: isNew)
        }
        let (subject, key) = try nextSubject()
        bound[pseudonym] = subject
        recentBindings[pseudonym] = subject
        return .record(row, subject: subject, key: key, isNewSubject: isNew)
    }

    private mutating func decide(
        _ row: PreparedRow, _ existing: (position: Position, body: Hash128)
    ) throws -> Decision {
        if existing.body == row.body {
            count { $0.duplicates += 1 }
            if let reason = row.row.excludedBy, !options.isDryRun {
                following.append(
                    .exclusion(response: existing.position, id: row.id, reason: reason))
            }
            return .counted
        }
        switch try rule.decide(row, recordedAs: existing.position) {
        case .duplicate:
            count { $0.duplicates += 1 }
            return .counted
        case .amend(let amendment, let number):
            let (subject, key) = try nextSubject()
            return .amend(row, amendment, number: number, subject: subject, key: key)
        case .conflict:
            let (subject, key) = try nextSubject()
            let quarantined = RejectedRow(
                rowNumber: row.row.rowNumber, line: row.row.line,
                code: RejectionCode(rawValue: "conflict"),
                column: mapping.responseID, value: nil,
                expected: "the row recorded under this id at position \(existing.position)",
                raw: row.row.raw)
            return .quarantine(quarantined, isConflict: true, subject: subject, key: key)
        }
    }

    /// Waits for the batch in flight and counts its outcomes.
    mutating func settle() throws {
        guard let commit = inFlight else { return }
        inFlight = nil
        let outcomes = try commit.wait()
        for (item, outcome) in zip(commit.items, outcomes) {
            settle(item, outcome)
        }
    }

    private mutating func settle(_ item: BatchItem, _ outcome: AppendOutcome) {
        switch (item, outcome) {
        case (.response(let row, let output), .appended(let receipt)):
            if let reason = row.row.excludedBy {
                count { $0.excluded += 1 }
                following.append(
                    .exclusion(response: receipt.position, id: row.id, reason: reason))
            } else {
                count {
                    $0.recorded += 1
                    $0.scored += row.row.score == nil ? 0 : 1
                }
            }
            if let output {
                following.append(
                    .judgement(response: receipt.position, text: receipt.position, output))
            }
        case (.response, .duplicate): count { $0.duplicates += 1 }
        case (.amendment(_, let response, let output), .appended(let receipt)):
            count { $0.amended += 1 }
            if let output {
                following.append(
                    .judgement(response: response, text: receipt.position, output))
            }
        case (.amendment, .duplicate): count { $0.duplicates += 1 }
        case (.response(let row, _), .conflict), (.response(let row, _), .subjectBound),
            (.amendment(let row, _, _), .conflict), (.amendment(let row, _, _), .subjectBound):
            // Another process was faster: look again.
            deferred.append(.row(row.row))
        case (.rejection(let code), _):
            count {
                $0.rejected += 1
                $0.reasons[code, default: 0] += 1
            }
        case (.conflict, _): count { $0.conflicts += 1 }
        case (.judgement, .appended): count { $0.classified += 1 }
        case (.judgement, _), (.exclusion, _): break
        }
    }
}
