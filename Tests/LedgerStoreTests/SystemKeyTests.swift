import LedgerCore
import LedgerStore
import Testing

@Suite("Keys that the ledger makes up itself")
struct SystemKeyTests {
    private func system(_ source: String, _ id: String) -> IdempotencyKey {
        IdempotencyKey(source: "\u{0}" + source, id: id)
    }

    @Test("keys of acts are what they are in every log")
    func acts() {
        #expect(IdempotencyKey.ledgerOpening == system("ledger", "opened"))
        #expect(.registration(of: 7) == system("model", "7"))
        #expect(.activation(after: nil) == system("activation", "after none"))
        #expect(.activation(after: 12) == system("activation", "after 12"))
        #expect(.shadow(of: 2, after: nil) == system("shadow", "2 after none"))
        #expect(.shadow(of: 2, after: 12) == system("shadow", "2 after 12"))
        #expect(.thresholds(3) == system("thresholds", "3"))
        #expect(
            .policy(.externalModels, after: nil) == system("policy", "externalModels after none"))
        #expect(.policy(.externalModels, after: 4) == system("policy", "externalModels after 4"))
        #expect(.retraining(9) == system("retraining", "9"))
        #expect(.decision(on: 1, text: 2, number: 0, by: "ann") == system("decision", "1/2/0/ann"))
        #expect(.commitment(of: "audit", version: 1, upTo: 5) == system("commitment", "audit/1/5"))
    }

    @Test("a request to review has a key for what may be asked once")
    func reviews() {
        func key(_ reason: ReviewReason, sample: ReviewSample? = nil) -> IdempotencyKey {
            .review(
                ReviewRequested(
                    response: 1, text: 2, reason: reason, sample: sample), decisions: 3)
        }
        #expect(key(.lowConfidence) == system("review", "1/2/lowConfidence"))
        #expect(key(.textAgainstScore) == system("review", "1/2/textAgainstScore"))
        let sample = ReviewSample(round: 4, seed: 99, size: 5, population: 8)
        #expect(key(.sample, sample: sample) == system("review", "1/2/sample/4/99"))
        #expect(key(.asked) == system("review", "1/2/asked/after 3"))
    }

    @Test("keys of classifications and of what follows from a row")
    func others() {
        #expect(.classification(of: 1, text: 2, by: 3) == system("judgement", "1/2/3"))
        #expect(.topics(of: 1, text: 2, by: 3) == system("topics", "1/2/3"))
        #expect(
            .amendment(2, of: "r", source: "web")
                == IdempotencyKey(source: "web", id: "r\u{0}amended\u{0}2"))
        #expect(
            .exclusion(of: "r", source: "web")
                == IdempotencyKey(source: "web", id: "r\u{0}excluded"))
        #expect(
            .rejection(ofRow: 4, digest: "ab", source: "web")
                == IdempotencyKey(source: "web", id: "\u{0}rejected\u{0}4\u{0}ab"))
    }
}
