import LedgerCore
import LedgerFixtures
import LedgerStore
import LedgerVault
import NPSLedger

extension RandomisedRun {
    /// Receives a delivery, or says what came of one: by hand, for what a service does on threads of
    /// its own would not be the same again.
    func deliver(_ numbers: inout SeededNumbers) throws {
        var batch = EventBatch()
        let isReceipt = received.isEmpty || numbers.happens(percent: 50)
        if isReceipt {
            try receive(&numbers, &batch)
        } else {
            let delivery = received[numbers.below(received.count)]
            let outcome = DeliveryMapped.Outcome.allCases[
                numbers.below(DeliveryMapped.Outcome.allCases.count)]
            let isMapped = outcome == .mapped
            try batch.append(
                EventDraft(
                    DeliveryMapped(
                        delivery: delivery, importNumber: 1, outcome: outcome,
                        responses: isMapped ? UInt64(1 + numbers.below(3)) : 0,
                        code: isMapped ? nil : "json.invalid", expected: nil),
                    occurredAt: clock.now, actor: .system, cause: delivery))
        }
        let outcomes = try ledger.log.append(batch)
        if isReceipt, case .appended(let receipt)? = outcomes.first {
            received.append(receipt.position)
        }
        try acknowledge(outcomes, from: known.size)
    }

    private func receive(_ numbers: inout SeededNumbers, _ batch: inout EventBatch) throws {
        let vault = try ledger.vault()
        var keys = try vault.reserve(1)
        guard let (subject, key) = keys.next() else { return }
        let body = Array("{\"number\": \(numbers.next())}".utf8)
        let payload = DeliveryReceived(
            hook: "desk", scheme: "unsigned", delivery: "\(numbers.next())",
            bytes: UInt64(body.count), type: "application/json", subject: subject)
        var sealer = PersonalDataSealer()
        let sealed = try batch.seal(for: subject) { arena in
            try body.withUnsafeBytes { bytes in
                try sealer.seal(
                    row: bytes, text: nil, respondent: nil, subject: subject, key: key, to: &arena)
            }
        }
        try batch.append(
            DeliveryReceived.name, version: DeliveryReceived.version, occurredAt: clock.now,
            actor: .system, key: nil, body: Hash128(high: 0, low: 0), sealed: sealed
        ) { $0.encoded(payload.encodedPayload) }
    }
}
