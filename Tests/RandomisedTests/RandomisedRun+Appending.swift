import LedgerCore
import LedgerFixtures
import LedgerStore
import NPSLedger

extension RandomisedRun {
    /// Appends events on one subject, or on any.
    func append(_ subject: EventAuthor.Subject?, count: Int, _ step: Step) throws {
        var author = EventAuthor(
            numbers: step.numbers, tag: "\(step.number)", now: clock.now, known: known)
        var batch = EventBatch()
        for _ in 0..<count {
            if let subject {
                try author.add(subject, to: &batch)
            } else {
                try author.add(1, to: &batch)
            }
        }
        try acknowledge(try ledger.log.append(batch), from: known.size)
    }

    /// Notes what the log says is durable. Nobody else appends, so positions are those expected.
    func acknowledge(_ outcomes: [AppendOutcome], from start: Position) throws {
        var next = start
        for case .appended(let receipt) in outcomes {
            try agree(receipt.position, next, "the position of what was appended")
            acknowledged[receipt.position] = receipt.leafHash
            next += 1
        }
        try agree(try ledger.log.head().size, next, "the size of the log after an append")
    }

    /// The same body under the same key gives the first receipt, another one a conflict.
    func resend(_ numbers: inout SeededNumbers) throws {
        guard !known.responses.isEmpty else { return }
        let position = known.responses[numbers.below(known.responses.count)]
        let sent = try ledger.log.withEvent(position) { event in
            (payload: try ResponseRecorded(event), occurredAt: event.occurredAt)
        }
        guard let (recorded, occurredAt) = sent, recorded.source == "randomised" else { return }
        var payload = recorded
        let isChanged = numbers.happens(percent: 50)
        if isChanged { payload.score = payload.score.map { ($0 + 1) % 1_001 } ?? 0 }
        var batch = EventBatch()
        try batch.append(
            EventDraft(payload, occurredAt: occurredAt + 1, actor: .system),
            key: IdempotencyKey(source: payload.source, id: payload.id))
        let outcome = try ledger.log.append(batch)[0]
        let first = Receipt(
            position: position, leafHash: try ledger.log.leafHash(at: position))
        note(isChanged ? "conflicts" : "duplicates")
        try agree(outcome, isChanged ? .conflict(position) : .duplicate(first), "sent again")
        try agree(try ledger.log.head().size, known.size, "the size after sending again")
    }
}
