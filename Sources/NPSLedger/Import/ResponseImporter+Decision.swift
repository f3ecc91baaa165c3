import Crypto
import LedgerCore
import LedgerStore
import LedgerVault
import SurveyImport

extension ResponseImporter {
    /// What is to be done with one row, decided against the log. Rows are named by their index in
    /// the batch.
    enum Decision: Sendable {
        case record(Int, subject: UInt64, key: SymmetricKey, bindsSubject: Bool)
        case amend(
            Int, ResponseAmended, number: Int, after: Hash128?, subject: UInt64,
            key: SymmetricKey)
        /// A row that is kept aside: it cannot be read, or contradicts what stands at a position.
        case quarantine(
            Int, RejectedRow, conflictWith: Position?, subject: UInt64, key: SymmetricKey)

        /// The row whose text models read.
        var row: Int? {
            switch self {
            case .record(let row, _, _, _), .amend(let row, _, _, _, _, _): row
            case .quarantine: nil
            }
        }
    }

    /// Decides the rows of a batch, in their order; what needs no event is counted at once.
    mutating func decide(_ batch: PreparedRows) throws -> [Decision] {
        let keys = batch.prepared.compactMap { $0?.key }
        let pseudonyms = batch.prepared.compactMap { $0?.pseudonym }
        let known = try ledger.log.lookUp(keys)
        // As many keys as new responses and rejected rows could need, and no more: a small import
        // leaves few unused, and the same file again next to none.
        reservation = max(
            options.subjectsReservedMin,
            batch.prepared.count - keys.count + known.count { $0 == nil })
        var bound = try ledger.log.subjects(pseudonyms)[...]
        inFlightSubjects = pendingSubjects
        pendingSubjects.removeAll(keepingCapacity: true)
        var sent: [Hash128: Hash128] = [:]
        sent.reserveCapacity(batch.prepared.count)
        var decisions: [Decision] = []
        decisions.reserveCapacity(batch.prepared.count)
        var next = 0
        for (index, prepared) in batch.prepared.enumerated() {
            let row = batch.rows.rows[index]
            guard let prepared else {
                let (subject, key) = try nextSubject()
                decisions.append(
                    .quarantine(
                        index, layout.rejection(of: row, batch.rows), conflictWith: nil,
                        subject: subject, key: key))
                continue
            }
            let existing = known[next]
            next += 1
            let subject = prepared.pseudonym == nil ? nil : bound.popFirst() ?? nil
            let hash = prepared.key.hash
            if let first = sent[hash] ?? inFlightBodies[hash], chains[hash] == nil {
                // An earlier row of this response is still on its way. The same again can be
                // told already, where nobody asks for its receipt; anything else is decided once
                // that has arrived, and so is whatever follows it, for the order of the rows is
                // what the source meant.
                if first == prepared.body, row.ticket == 0 {
                    count { $0.duplicates += 1 }
                } else {
                    deferred.append(row, from: batch.rows)
                }
            } else if let existing {
                guard let decision = try decide(index, prepared, batch, existing) else { continue }
                if case .amend = decision { sent[hash] = prepared.body }
                decisions.append(decision)
            } else {
                sent[hash] = prepared.body
                decisions.append(try record(index, prepared, boundTo: subject))
            }
        }
        inFlightBodies = sent
        // What is on its way is not in the log, and must be known until it is.
        if chains.count > Self.chainsMax { chains = chains.filter { sent[$0.key] != nil } }
        return decisions
    }

    /// Responses whose standing is kept for rows to come: enough for a source that sends many messages
    /// about each of as many.
    private static let chainsMax = 65_536

    private mutating func nextSubject() throws -> (subject: UInt64, key: SymmetricKey) {
        if let next = subjectKeys?.next() { return next }
        subjectKeys = try vault.reserve(reservation)
        // More than was foreseen, since keys were destroyed: not a commit of the vault for each.
        reservation = min(reservation * 2, max(options.batchRows, options.subjectsReservedMin))
        guard let next = subjectKeys?.next() else {
            throw LedgerError(.key, "the vault gave no keys", remedy: .verify)
        }
        return next
    }

    /// The key of a subject there is, or of a new one where it was destroyed.
    private mutating func key(
        of subject: UInt64
    ) throws -> (subject: UInt64, key: SymmetricKey) {
        if let key = try vault.key(of: subject) { return (subject, key) }
        return try nextSubject()
    }

    private mutating func record(
        _ index: Int, _ row: PreparedRow, boundTo bound: UInt64?
    ) throws -> Decision {
        guard let pseudonym = row.pseudonym else {
            let (subject, key) = try nextSubject()
            return .record(index, subject: subject, key: key, bindsSubject: false)
        }
        if let bound {
            let (subject, key) = try key(of: bound)
            return .record(index, subject: subject, key: key, bindsSubject: false)
        }
        // Every row of a respondent who is not in the log yet asks for the binding: should another
        // process bind the respondent first, all of them are decided again, not only the first.
        let (subject, key) =
            try (pendingSubjects[pseudonym] ?? inFlightSubjects[pseudonym]).map { known in
                try self.key(of: known)
            } ?? nextSubject()
        pendingSubjects[pseudonym] = subject
        return .record(index, subject: subject, key: key, bindsSubject: true)
    }

    /// What to do with a row whose response is in the log; nil where nothing is to be appended now.
    private mutating func decide(
        _ index: Int, _ prepared: PreparedRow, _ batch: PreparedRows,
        _ existing: (position: Position, body: Hash128)
    ) throws -> Decision? {
        let (row, hash) = (batch.rows.rows[index], prepared.key.hash)
        if existing.body == prepared.body {
            try countDuplicate(row, of: existing.position)
            // A rule added since the response was recorded takes it out from here on.
            if let rule = row.exclusion, try !isExcluded(existing.position) {
                following.append(
                    .exclusion(
                        response: existing.position, id: layout.id(of: row, prepared, batch.rows),
                        reason: layout.exclusions[rule]))
            }
            return nil
        }
        // Each message is classified by all before it. Read once, the standing is carried on: a source
        // that sends thousands about one response would have all of them read again for each.
        if chains[hash] == nil {
            chains[hash] = try rule.known(
                layout.id(of: row, prepared, batch.rows), recordedAs: existing.position)
        }
        let segments = layout.segments(of: row, batch.rows)
        guard
            let (knownSubject, verdict) = chains[hash].map({ known in
                (
                    known.subject,
                    AmendmentRule.decide(
                        prepared, on: known.standing, hasSameSegments: known.segments == segments,
                        isDelivered: options.isDelivered)
                )
            })
        else {
            let (subject, key) = try nextSubject()
            return conflict(index, batch.rows, existing.position, subject, key)
        }
        switch verdict {
        case .duplicate:
            try countDuplicate(row, of: existing.position)
            return nil
        case .superseded:
            count { $0.duplicates += 1 }
            conclude(row, .superseded(existing.position))
            return nil
        case .amend(let score, let hasText, let changesSegments, let number):
            // What the same person wrote later is sealed under the same key, so that destroying it
            // destroys both.
            let (subject, key) = try key(of: knownSubject)
            let amendment = ResponseAmended(
                response: existing.position, score: score, hasText: hasText,
                updatedAt: prepared.updatedAt, subject: subject,
                segments: changesSegments ? segments : nil, importNumber: options.importNumber)
            // It says what changes from here; with another before it, it would say something else.
            let last = chains[hash]?.standing.lastBody
            chains[hash]?.amend(amendment, body: prepared.body)
            return .amend(
                index, amendment, number: number, after: last, subject: subject, key: key)
        case .conflict:
            let (subject, key) = try key(of: knownSubject)
            return conflict(index, batch.rows, existing.position, subject, key)
        }
    }

    private mutating func countDuplicate(_ row: RowBatch.Row, of position: Position) throws {
        count { $0.duplicates += 1 }
        guard row.ticket != 0 else { return }
        let leafHash = try ledger.log.leafHash(at: position)
        conclude(row, .duplicate(Receipt(position: position, leafHash: leafHash)))
    }

    private func isExcluded(_ position: Position) throws -> Bool {
        try ledger.log.withEvent(position) { event in
            try event.name == .responseRecorded && ResponseRecorded(event).excluded != nil
        } ?? false
    }

    private func conflict(
        _ index: Int, _ rows: RowBatch, _ position: Position, _ subject: UInt64,
        _ key: SymmetricKey
    ) -> Decision {
        let row = rows.rows[index]
        let quarantined = RejectedRow(
            rowNumber: row.rowNumber, line: row.line,
            code: RejectionCode(rawValue: "conflict"), column: mapping.responseID, value: nil,
            expected: "the row recorded under this id at position \(position)",
            raw: rows.raw(of: row))
        return .quarantine(
            index, quarantined, conflictWith: position, subject: subject, key: key)
    }
}
