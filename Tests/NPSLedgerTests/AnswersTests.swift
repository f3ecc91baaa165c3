import AnswerEncoding
import LedgerCore
import LedgerOperations
import LedgerQueries
import LedgerStore
import NPSLedger
import Presentation
import Testing

@Suite("Questions and acts without a command line")
struct AnswersTests {
    private let ann = Actor("ann") ?? .system
    private let bob = Actor("bob") ?? .system

    /// Responses whose texts the embedded model reads, with every score beside every kind of text.
    private func read(_ test: TestLedger) throws {
        _ = try test.activateEmbedded()
        var run = TestLedger.Run(["response_id=id", "score=score", "text=text"])
        run.classifies = true
        let texts = [
            "terrible, slow and rude", "I love it, great support", "it is a tool like others",
            "great. terrible. fine.", "never again, everything broke", "best purchase of the year",
        ]
        var rows = "id,score,text\n"
        for (index, text) in texts.enumerated() {
            for score in [0, 8, 10] { rows += "\(index)-\(score),\(score),\"\(text)\"\n" }
        }
        _ = try test.run(run, rows)
    }

    @Test(
        "trace and a request for reviews hold the same texts for contradictions of their scores",
        arguments: [0.0, 60, 100])
    func contradictions(confidenceMin: Double) throws {
        let test = try TestLedger()
        try read(test)
        let open = test.asked()
        if confidenceMin > 0 {
            _ = try open.editThresholds(
                ThresholdsChange(confidenceMin: confidenceMin), reason: "x", by: ann)
        }
        let responses = try test.events(ResponseRecorded.self).map(\.position)
        let traced = try responses.filter { position in
            try open.trace(TraceRequest(ResponseName("\(position)"))).verdict.isContradiction
        }
        var search = ReviewSearch()
        search.againstScore = true
        let outcome = try open.requestReviews(search, by: ann)
        let asked = try test.events(ReviewRequested.self).map(\.payload.response)
        #expect(asked == traced)
        #expect(outcome.requested == traced.count)
        // Both however sure the thresholds want a model to be.
        #expect(!traced.isEmpty)
        // What a person decided is what the text says, to both.
        for position in traced {
            _ = try open.decide(
                ReviewRegistry.Decision(.passive), on: ResponseName("\(position)"), by: ann)
        }
        #expect(try open.requestReviews(search, by: ann).requested == 0)
        for position in traced {
            let verdict = try open.trace(TraceRequest(ResponseName("\(position)"))).verdict
            #expect(!verdict.isContradiction && verdict.decision == .passive)
        }
    }

    @Test("a response is found by its id, by its position, and refused where a name is not enough")
    func names() throws {
        let test = try TestLedger()
        let open = test.asked()
        for source in ["web", "app"] {
            var run = TestLedger.Run(["response_id=id", "score=score"])
            run.source = source
            _ = try test.run(run, source == "web" ? "id,score\na,1\nb,2\n" : "id,score\na,3\n")
        }
        let position = try open.find(ResponseName("b"))
        #expect(try open.find(ResponseName("\(position)")) == position)
        let ambiguous = #expect(throws: LedgerError.self) { try open.find(ResponseName("a")) }
        #expect(ambiguous?.code == .invalid && ambiguous?.remedy == .nameSource)
        #expect(try open.find(ResponseName("a", source: "app")) > position)
        for name in [ResponseName("0"), ResponseName("nobody"), ResponseName("b", source: "app")] {
            let error = #expect(throws: LedgerError.self) { try open.find(name) }
            #expect(error?.code == .notFound)
        }
    }

    @Test("who is still to decide is told nothing that would lead them")
    func blindness() throws {
        let test = try TestLedger()
        try read(test)
        let open = test.asked()
        var search = ReviewSearch()
        (search.againstScore, search.blindShare) = (true, 100)
        #expect(try open.requestReviews(search, by: ann).second > 0)
        let text = try #require(try open.textsToReview(by: "ann").first)
        let name = ResponseName("\(text.response)")
        #expect(try open.decide(.init(.detractor), on: name, by: ann).isRecorded)
        #expect(try !open.waits(text.text, for: "ann"))
        #expect(try open.waits(text.text, for: "bob"))

        let seen = try open.review(of: name, seenBy: "bob")
        #expect(seen.isBlind && seen.reading == nil && seen.standing == nil)
        #expect(seen.decisions.isEmpty && seen.requests.allSatisfy { $0.request == nil })
        let told = try open.review(of: name, seenBy: "ann")
        #expect(!told.isBlind && told.reading != nil && told.decisions.count == 1)
        func row(_ person: String) throws -> ReviewListing.Row? {
            try open.reviews(seenBy: person).rows.first { $0.response == text.response }
        }
        #expect(try row("bob")?.reasons == [] && row("bob")?.npsClass == nil)
        #expect(try row("ann")?.reasons == ["textAgainstScore"])
    }

    @Test("a sheet of decisions is read from bytes, and recorded whole or not at all")
    func sheet() throws {
        let test = try TestLedger()
        try read(test)
        let open = test.asked()
        var search = ReviewSearch()
        search.sample = 3
        _ = try open.requestReviews(search, by: ann)
        let texts = try open.textsToReview(by: "bob")
        #expect(texts.count == 3)
        let empty = ReviewSheet.document(texts, guardsFormulas: true)
        let columns = "response,text_event,class,sentiment,intents,rationale\r\n"
        func sheet(_ classes: [String]) throws -> ReviewSheet {
            let rows = zip(texts, classes).map { text, named in
                "\(text.response),\(text.text.text),\(named),,none,\r\n"
            }
            return try ReviewSheet([UInt8]((columns + rows.joined()).utf8), name: "sheet.csv")
        }
        let unfilled = try open.recordReviews(
            try ReviewSheet([UInt8](empty.utf8), name: "sheet.csv"), by: bob)
        #expect(unfilled.undecided == 3 && unfilled.recorded == 0)
        let wrong = try sheet(["promoter", "great", "passive"])
        let error = #expect(throws: LedgerError.self) { try open.recordReviews(wrong, by: bob) }
        #expect(error?.code == .mismatch)
        #expect(error?.message.contains("line 3") == true)
        #expect(try test.events(ReviewDecided.self).isEmpty)
        let right = try sheet(["promoter", "Detractor", "passive"])
        #expect(try open.recordReviews(right, by: bob, isRehearsal: true).recorded == 3)
        #expect(try test.events(ReviewDecided.self).isEmpty)
        #expect(try open.recordReviews(right, by: bob).recorded == 3)
        #expect(try open.recordReviews(right, by: bob).unchanged == 3)
        #expect(try test.events(ReviewDecided.self).allSatisfy { $0.payload.intents == [] })
    }

    @Test("of thresholds what is not given stays, and what cannot be is refused")
    func thresholds() throws {
        let test = try TestLedger()
        let open = test.asked()
        #expect(try open.thresholds() == nil)
        _ = try open.editThresholds(
            ThresholdsChange(passiveFrom: 6.5), reason: "first", by: ann)
        let second = try open.editThresholds(
            ThresholdsChange(confidenceMin: 50), reason: "second", by: ann)
        #expect(second.thresholds.passiveFrom == 650)
        #expect(second.thresholds.promoterFrom == Thresholds.standard.promoterFrom)
        #expect(second.thresholds.confidenceMin == 5_000)
        for change in [
            ThresholdsChange(), ThresholdsChange(passiveFrom: 6.555),
            ThresholdsChange(passiveFrom: .nan), ThresholdsChange(passiveFrom: -1),
            ThresholdsChange(passiveFrom: 9.5), ThresholdsChange(confidenceMin: 100.01),
        ] {
            let error = #expect(throws: LedgerError.self) {
                try open.editThresholds(change, reason: "x", by: ann)
            }
            #expect(error?.code == .invalid)
        }
        #expect(try open.thresholdsHistory().count == 2)
    }

    @Test("an act is told by audit with its reason, its fact in the words of its event")
    func audit() throws {
        let test = try TestLedger()
        let open = test.asked()
        _ = try open.setPolicy(.externalModels, to: "redacted", reason: "a contract", by: ann)
        let answer = try open.audit()
        let act = try #require(answer.acts.last)
        #expect(act.event == .policyEdited && act.actor == "ann" && act.reason == "a contract")
        var sentence: String?
        try open.tail(TailRequest(names: [.policyEdited])) { event in
            sentence = event.sentence
            return true
        }
        #expect(sentence == EventDetail.describe(act.after))
        var page = AuditRequest()
        page.limit = 0
        let error = #expect(throws: LedgerError.self) { try open.audit(page) }
        #expect(error?.code == .invalid)
    }

    @Test("a root that was noted is continued, or is told")
    func continuity() throws {
        let test = try TestLedger()
        let open = test.asked()
        let report = try open.verify()
        #expect(report.problemCount == 0 && report.projections.count == 3)
        let root = try #require(report.log?.root)
        let size = try #require(report.log?.entries)
        let noted = try NotedRoot("\(size):\(root.uppercased())")
        #expect(try open.verify(continues: noted, includesProjections: false).problemCount == 0)
        let zeros = String(repeating: "0", count: 64)
        for other in ["\(size):\(zeros)", "\(size + 1):\(root)"] {
            let broken = try open.verify(
                continues: try NotedRoot(other), includesProjections: false)
            #expect(broken.findings.map(\.check) == ["continues"])
        }
        for text in ["x", "1:", "1:abc", "-1:\(zeros)"] {
            let error = #expect(throws: LedgerError.self) { try NotedRoot(text) }
            #expect(error?.code == .invalid)
        }
    }

    @Test("events are handed out from where one asks, until one has enough")
    func tail() throws {
        let test = try TestLedger()
        let open = test.asked()
        let run = TestLedger.Run(["response_id=id", "score=score"])
        _ = try test.run(run, "id,score\n" + (1...20).map { "r\($0),5\n" }.joined())
        let size = try test.size()
        func positions(_ request: TailRequest, most: Int = .max) throws -> [Position] {
            var found: [Position] = []
            try open.tail(request) { event in
                found.append(event.position)
                return found.count < most
            }
            return found
        }
        #expect(try positions(TailRequest()) == Array((size - 10)..<size))
        #expect(try positions(TailRequest(from: size - 2)) == [size - 2, size - 1])
        #expect(try positions(TailRequest(from: 0, follows: true), most: 3) == [0, 1, 2])
        #expect(try positions(TailRequest(from: 0, names: [.ledgerOpened])) == [0])
        #expect(try positions(TailRequest(from: size + 5)).isEmpty)
    }
}
