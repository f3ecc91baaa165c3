import Crypto
import LedgerCore
import LedgerStore
import LedgerVault
import SurveyImport

extension ResponseImporter {
    /// What is to be done with one row, decided against the log.
    enum Decision: Sendable {
        case record(PreparedRow, subject: UInt64, key: SymmetricKey, bindsSubject: Bool)
        case amend(
            PreparedRow, ResponseAmended, number: Int, after: Hash128?, subject: UInt64,
            key: SymmetricKey)
        case quarantine(RejectedRow, isConflict: Bool, subject: UInt64, key: SymmetricKey)
        case counted

        /// What tells the response from others.
        var response: IdempotencyKey? {
            switch self {
            case .record(let row, _, _, _), .amend(let row, _, _, _, _, _): row.key
            case .quarantine, .counted: nil
            }
        }

        /// The text that models read.
        var text: String? {
            switch self {
            case .record(let row, _, _, _), .amend(let row, _, _, _, _, _): row.row.text
            case .quarantine, .counted: nil
            }
        }
    }

    /// Respondents' subjects as one batch sees them.
    private struct Respondents {
        /// Found in the log.
        var bound: [Hash128: UInt64] = [:]
        /// Given in this batch or the one in flight: bound once the log has taken it in.
        var pending: [Hash128: UInt64] = [:]
    }

    mutating func decide(_ prepared: [Prepared]) throws -> [Decision] {
        // As many keys as could be needed and no more: a small import leaves none unused.
        reservation = max(1, prepared.count)
        var keys: [IdempotencyKey] = []
        var pseudonyms: [Hash128] = []
        for case .row(let row) in prepared {
            keys.append(row.key)
            if let pseudonym = row.pseudonym { pseudonyms.append(pseudonym) }
        }
        let known = try ledger.log.lookUp(keys)
        var respondents = Respondents(pending: pendingSubjects)
        for (pseudonym, subject) in zip(pseudonyms, try ledger.log.subjects(pseudonyms)) {
            if let subject { respondents.bound[pseudonym] = subject }
        }
        pendingSubjects.removeAll(keepingCapacity: true)
        var sent: [Hash128: Hash128] = [:]
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
                if chains[row.key.hash] == nil,
                    let first = sent[row.key.hash] ?? inFlightBodies[row.key.hash]
                {
                    // An earlier row of this response is still on its way. The same again can be
                    // told already; anything else is decided once that has arrived, and so is
                    // whatever follows it, for the order of the rows is what the source meant.
                    if first == row.body {
                        count { $0.duplicates += 1 }
                    } else {
                        deferred.append(.row(row.row))
                    }
                    continue
                }
                if let existing {
                    let decision = try decide(row, existing)
                    if case .amend = decision { sent[row.key.hash] = row.body }
                    decisions.append(decision)
                } else {
                    sent[row.key.hash] = row.body
                    decisions.append(try record(row, &respondents))
                }
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
        guard let next = subjectKeys?.next() else {
            throw LedgerError(.key, "the vault gave no keys: run `npsledger verify`")
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
        _ row: PreparedRow, _ respondents: inout Respondents
    ) throws -> Decision {
        guard let pseudonym = row.pseudonym else {
            let (subject, key) = try nextSubject()
            return .record(row, subject: subject, key: key, bindsSubject: false)
        }
        if let bound = respondents.bound[pseudonym] {
            let (subject, key) = try key(of: bound)
            return .record(row, subject: subject, key: key, bindsSubject: false)
        }
        // Every row of a respondent who is not in the log yet asks for the binding: should another
        // process bind the respondent first, all of them are decided again, not only the first.
        let (subject, key) =
            try respondents.pending[pseudonym].map { try self.key(of: $0) } ?? nextSubject()
        respondents.pending[pseudonym] = subject
        pendingSubjects[pseudonym] = subject
        return .record(row, subject: subject, key: key, bindsSubject: true)
    }

    private mutating func decide(
        _ row: PreparedRow, _ existing: (position: Position, body: Hash128)
    ) throws -> Decision {
        if existing.body == row.body {
            count { $0.duplicates += 1 }
            // A rule added since the response was recorded takes it out from here on.
            if let reason = exclusion(row.row), try !isExcluded(existing.position) {
                following.append(
                    .exclusion(response: existing.position, id: row.id, reason: reason))
            }
            return .counted
        }
        // Each message is judged by all before it. Read once, the standing is carried on: a source
        // that sends thousands about one response would have all of them read again for each.
        if chains[row.key.hash] == nil {
            chains[row.key.hash] = try rule.known(row.id, recordedAs: existing.position)
        }
        guard
            let (knownSubject, verdict) = chains[row.key.hash].map({ known in
                (
                    known.subject,
                    AmendmentRule.decide(
                        row, on: known.standing, hasSameSegments: known.segments == row.segments)
                )
            })
        else {
            let (subject, key) = try nextSubject()
            return conflict(row, existing.position, subject, key)
        }
        switch verdict {
        case .duplicate:
            count { $0.duplicates += 1 }
            return .counted
        case .amend(let score, let changesSegments, let number):
            // What the same person wrote later is sealed under the same key, so that destroying it
            // destroys both.
            let (subject, key) = try key(of: knownSubject)
            let amendment = ResponseAmended(
                response: existing.position, score: score, hasText: row.row.text != nil,
                updatedAt: row.row.updatedAt, subject: subject,
                segments: changesSegments ? row.segments : nil)
            // It says what changes from here; with another before it, it would say something else.
            let last = chains[row.key.hash]?.standing.lastBody
            chains[row.key.hash]?.amend(amendment, body: row.body)
            return .amend(
                row, amendment, number: number, after: last, subject: subject, key: key)
        case .conflict:
            let (subject, key) = try key(of: knownSubject)
            return conflict(row, existing.position, subject, key)
        }
    }

    private func isExcluded(_ position: Position) throws -> Bool {
        try ledger.log.withEvent(position) { event in
            try event.name == .responseRecorded && ResponseRecorded(event).excluded != nil
        } ?? false
    }

    private func conflict(
        _ row: PreparedRow, _ position: Position, _ subject: UInt64, _ key: SymmetricKey
    ) -> Decision {
        let quarantined = RejectedRow(
            rowNumber: row.row.rowNumber, line: row.row.line,
            code: RejectionCode(rawValue: "conflict"), column: mapping.responseID, value: nil,
            expected: "the row recorded under this id at position \(position)", raw: row.row.raw)
        return .quarantine(quarantined, isConflict: true, subject: subject, key: key)
    }
}
