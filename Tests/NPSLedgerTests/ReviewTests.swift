import LedgerCore
import LedgerStore
import LedgerVault
import NPSLedger
import NPSStatistics
import Testing

@Suite("Requests and decisions")
struct ReviewRegistryTests {
    private let ann = Actor("ann") ?? .system
    private let bob = Actor("bob") ?? .system

    private func prepared(_ test: TestLedger) throws -> [ReviewText] {
        let run = TestLedger.Run(["response_id=id", "text=text"])
        _ = try test.run(run, "id,text\na,one\nb,two\nc,three\n")
        return try test.events(ResponseRecorded.self).map {
            ReviewText(response: $0.position, text: $0.position, subject: $0.payload.subject)
        }
    }

    private func reviewCase(_ test: TestLedger, _ text: ReviewText) throws -> ReviewCase {
        try ReviewHistory(test.ledger.log, asOf: try test.size())
            .reviewCase(response: text.response, text: text.text)
    }

    @Test("decisions answer requests, each person's once")
    func answers() throws {
        let test = try TestLedger()
        let texts = try prepared(test)
        let registry = ReviewRegistry(test.ledger)
        let request = ReviewRequested(
            response: texts[0].response, text: texts[0].text, reason: .lowConfidence, model: 1,
            confidence: 4_000, wantsSecond: true)
        #expect(try registry.request([request], actor: ann) == 1)
        #expect(try registry.request([request], actor: bob) == 0)
        #expect(try reviewCase(test, texts[0]).openRequest(to: "ann") != nil)
        #expect(
            try registry.decide([(texts[0], .init(.promoter))], reviewer: ann) == 1)
        #expect(try registry.decide([(texts[0], .init(.promoter))], reviewer: ann) == 0)
        let once = try reviewCase(test, texts[0])
        #expect(once.openRequest(to: "ann") == nil)
        #expect(once.openRequest(to: "bob") != nil)
        #expect(once.state == .open)
        #expect(try registry.decide([(texts[0], .init(.passive))], reviewer: bob) == 1)
        #expect(try reviewCase(test, texts[0]).state == .disputed)
        // Who changes their mind agrees in the end, and the first decisions stay on record.
        #expect(try registry.decide([(texts[0], .init(.promoter))], reviewer: bob) == 1)
        let agreed = try reviewCase(test, texts[0])
        #expect(agreed.state == .decided)
        #expect(agreed.first(of: "bob")?.decided.decision == .passive)
        let event = try #require(try test.events(ReviewDecided.self).first)
        #expect(event.payload.request != nil && event.payload.text == texts[0].text)
        #expect(event.payload.subject == nil)
        #expect(try test.findings().isEmpty)
    }

    @Test("what is settled, asked or decided must still be as it was seen")
    func overtaken() throws {
        let test = try TestLedger()
        let texts = try prepared(test)
        let registry = ReviewRegistry(test.ledger)
        let (cleo, dora) = (Actor("cleo") ?? .system, Actor("dora") ?? .system)
        func expectOvertaken(by name: String, _ act: () throws -> Void) {
            let error = #expect(throws: LedgerError.self) { try act() }
            #expect(error?.code == .overtaken)
            #expect(error?.message.contains("by \(name) at position") == true)
        }
        _ = try registry.decide([(texts[0], .init(.promoter))], reviewer: ann)
        _ = try registry.decide([(texts[0], .init(.passive))], reviewer: bob)
        // Both see the dispute; the one who settles it later would undo the first.
        let seen = try test.size()
        let settled = ReviewRegistry.Decision(.promoter, settles: true)
        #expect(try registry.decide([(texts[0], settled)], reviewer: cleo, asOf: seen) == 1)
        expectOvertaken(by: "cleo") {
            _ = try registry.decide(
                [(texts[0], .init(.passive, settles: true))], reviewer: dora, asOf: seen)
        }
        #expect(try reviewCase(test, texts[0]).standing?.reviewer == "cleo")
        // Others may decide beside a person, but nobody beside themselves.
        let fresh = try test.size()
        _ = try registry.decide([(texts[1], .init(.promoter))], reviewer: bob)
        #expect(
            try registry.decide([(texts[1], .init(.passive))], reviewer: ann, asOf: fresh) == 1)
        expectOvertaken(by: "ann") {
            _ = try registry.decide([(texts[1], .init(.detractor))], reviewer: ann, asOf: fresh)
        }
        // At the desk only what still waits is decided on.
        let request = ReviewRequested(
            response: texts[2].response, text: texts[2].text, reason: .lowConfidence)
        #expect(try registry.request([request], asOf: try test.size(), actor: ann) == 1)
        _ = try registry.decide([(texts[2], .init(.promoter))], reviewer: bob)
        expectOvertaken(by: "bob") {
            _ = try registry.decide(
                [(texts[2], .init(.passive))], reviewer: ann, onlyWhileOpen: true)
        }
        // Decided since it was found to be unsure: it is not asked about.
        let unsure = ReviewRequested(
            response: texts[2].response, text: texts[2].text, reason: .textAgainstScore)
        #expect(try registry.request([unsure], asOf: fresh, actor: ann) == 0)
        // Two samples do not bear one number.
        func member(_ seed: UInt64) -> ReviewRequested {
            ReviewRequested(
                response: texts[2].response, text: texts[2].text, reason: .sample,
                sample: ReviewSample(round: 1, seed: seed, size: 1, population: 3))
        }
        let drawn = try test.size()
        #expect(try registry.request([member(7)], asOf: drawn, actor: ann) == 1)
        #expect(try registry.request([member(7)], asOf: drawn, actor: bob) == 0)
        expectOvertaken(by: "ann") {
            _ = try registry.request([member(8)], asOf: drawn, actor: bob)
        }
        #expect(try test.findings().isEmpty)
    }

    @Test("a rationale is sealed under the respondent's own key")
    func rationale() throws {
        let test = try TestLedger()
        let texts = try prepared(test)
        let decision = ReviewRegistry.Decision(.passive, rationale: "because")
        #expect(
            try ReviewRegistry(test.ledger).decide([(texts[1], decision)], reviewer: ann) == 1)
        let event = try #require(try test.events(ReviewDecided.self).first)
        #expect(event.payload.subject == texts[1].subject)
        #expect(try test.ledger.personalData(at: event.position)?.reason == "because")
        let tooLong = ReviewRegistry.Decision(
            .passive, rationale: String(repeating: "x", count: Ledger.reasonBytesMax + 1))
        #expect(throws: LedgerError.self) {
            try ReviewRegistry(test.ledger).decide([(texts[2], tooLong)], reviewer: ann)
        }
    }

    @Test("a sample follows from its seed, whatever order and chunks it is drawn in")
    func sampling() throws {
        let texts = (0..<5_000).map {
            ReviewText(response: Position($0 * 3), text: Position($0 * 3), subject: 0)
        }
        var (first, second) = (
            ReviewSampling(seed: 11, size: 100), ReviewSampling(seed: 11, size: 100)
        )
        for text in texts { first.add(text, confidence: 1) }
        for text in texts.reversed() { second.add(text, confidence: 1) }
        #expect(first.drawn == second.drawn)
        #expect(first.drawn.count == 100 && first.population == 5_000)
        // Of many seeds each third of the texts is drawn from equally often.
        var thirds = [0, 0, 0]
        for seed in UInt64(1)...60 {
            var sampling = ReviewSampling(seed: seed, size: 50)
            for text in texts { sampling.add(text, confidence: 1) }
            for drawn in sampling.drawn { thirds[Int(drawn.text.response) / 5_000] += 1 }
        }
        // 1,000 each; five standard deviations.
        #expect(thirds.allSatisfy { abs($0 - 1_000) < 130 }, "\(thirds)")
        let shared = texts.count { ReviewSampling.isShared($0.response, percent: 20, seed: 1) }
        #expect(abs(shared - 1_000) < 150)
    }

    @Test("agreement counts first decisions of two on texts that two were asked about")
    func agreement() throws {
        let test = try TestLedger()
        let texts = try prepared(test)
        let registry = ReviewRegistry(test.ledger)
        for (index, text) in texts.enumerated() {
            _ = try registry.request(
                [
                    ReviewRequested(
                        response: text.response, text: text.text, reason: .asked,
                        wantsSecond: index < 2)
                ], actor: ann)
            _ = try registry.decide([(text, .init(.promoter))], reviewer: ann)
            _ = try registry.decide(
                [(text, .init(index == 0 ? .promoter : .detractor))], reviewer: bob)
        }
        _ = try registry.decide([(texts[1], .init(.promoter))], reviewer: bob)
        var agreement = ReviewAgreement()
        for text in texts { agreement.add(try reviewCase(test, text)) }
        let pair = try #require(agreement.sorted.first)
        #expect(agreement.pairs.count == 1)
        #expect(pair.matrix.total == 2)
        #expect(pair.agreement == Proportion(1, of: 2))
    }

    @Test("a sample's quality leaves out what is lost, and says what is missing")
    func quality() {
        let sample = ReviewSample(round: 1, seed: 1, size: 5, population: 9)
        var quality = SampleQuality(sample, model: 2)
        quality.add(decided: .promoter, read: .promoter)
        quality.add(decided: .promoter, read: .passive)
        quality.add(decided: nil, read: .passive)
        quality.add(decided: .passive, read: nil)
        #expect(quality.accuracy == Proportion(1, of: 2))
        #expect((quality.undecided, quality.lost) == (1, 1))
    }
}
