import AnswerEncoding
import LedgerCore
import Testing

/// What an act changed, as audits say it in every front.
@Suite("Facts in words")
struct FactWordsTests {
    @Test("each says what is known by it")
    func words() throws {
        let strict = try #require(
            Thresholds(passiveFrom: 750, promoterFrom: 905, confidenceMin: 5550))
        let digest = [UInt8](repeating: 2, count: 32)
        let told: [(AuditFact, String)] = [
            (.active(model: 2), "model 2"),
            (.shadow(model: 3, isOn: true), "model 3 shadows"),
            (.shadow(model: 3, isOn: false), "model 3 does not shadow"),
            (
                .thresholds(id: 2, strict),
                "thresholds 2: passive from 7.5, promoter from 9.05, confidence from 55.5 %"
            ),
            (
                .commitment(projection: "lineage", version: 2, upTo: 2, digest: digest),
                "lineage (version 2) as of 2: sha256 0202020202020202…"
            ),
        ]
        for (fact, words) in told { #expect(EventDetail.describe(fact) == words) }
    }
}
