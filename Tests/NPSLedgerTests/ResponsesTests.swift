import AnswerEncoding
import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger
import NPSStatistics
import Testing

@Suite("Which responses made a number")
struct ResponsesTests {
    private let ann = Actor("ann") ?? .system

    /// A ledger with amendments of score, text and segments, exclusions, respondents who answer
    /// twice, reviews and two threshold sets.
    private func filled(_ test: TestLedger) throws -> OpenLedger {
        _ = try test.activateEmbedded()
        var run = TestLedger.Run([
            "response_id=id", "respondent_id=who", "score=score", "text=text", "at=at",
            "updated_at=updated", "segment.region=region",
        ])
        run.classifies = true
        run.exclusions = ["region=TEST"]
        let texts = [
            "terrible, slow and rude", "I love it, great support", "it is a tool like others", "",
        ]
        var rows = "id,who,score,text,at,updated,region\n"
        for index in 0..<60 {
            let score = index % 3 == 0 ? "" : "\(index % 11)"
            let region = index % 13 == 0 ? "TEST" : ["EMEA", "APAC", ""][index % 3]
            let text = score.isEmpty ? texts[index % 2] : texts[index % 4]
            rows += "r\(index),p\(index / 2),\(score),\"\(text)\","
            rows += "2025-01-\(10 + index % 20)T00:00:00Z,2025-03-01T00:00:00Z,\(region)\n"
        }
        _ = try test.run(run, rows)
        // The first ten once more: another score, another text, another region.
        var amended = "id,who,score,text,at,updated,region\n"
        for index in 0..<10 {
            amended += "r\(index),p\(index / 2),9,\"never again\",2025-01-\(10 + index)T00:00:00Z,"
            amended += "2025-04-01T00:00:00Z,\(index % 2 == 0 ? "LATAM" : "EMEA")\n"
        }
        _ = try test.run(run, amended)
        let open = test.asked()
        for id in ["r12", "r15", "r18"] {
            _ = try open.decide(.init(.passive), on: ResponseName(id), by: ann)
        }
        _ = try open.editThresholds(
            ThresholdsChange(passiveFrom: 5, confidenceMin: 70), reason: "x", by: ann)
        return open
    }

    private func lenses(_ size: Position) -> [LensRequest] {
        var all: [LensRequest] = []
        for basis in Lens.Basis.allCases {
            for duplicates in Lens.Duplicates.allCases {
                for reviews in Lens.Reviews.allCases {
                    for asOf in [.now, .position(size / 2), .position(size - 2)]
                        as [LensRequest.Moment]
                    {
                        var lens = LensRequest(asOf: asOf, basis: basis)
                        (lens.duplicates, lens.reviews) = (duplicates, reviews)
                        all.append(lens)
                    }
                }
            }
        }
        return all
    }

    /// Every page of a listing.
    private func pages(
        _ open: OpenLedger, _ request: ResponsesRequest, of limit: Int
    ) throws -> [CountedResponse] {
        var (request, found): (ResponsesRequest, [CountedResponse]) = (request, [])
        request.limit = limit
        while true {
            let page = try open.responses(request)
            #expect(page.responses.count <= limit)
            found += page.responses
            guard let next = page.next else { return found }
            // A page's end is written and read again.
            request.after = try ResponsesCursor(next.text)
        }
    }

    @Test("over all pages the classes add up to the score of the same question")
    func addsUp() throws {
        let test = try TestLedger()
        let open = try filled(test)
        let selections = [
            Selection(), Selection(SegmentSelection(keeping: ["region": ["EMEA", ""]])),
            Selection(window: try TimeSpan("7d")),
            Selection(from: try TimeBound("2025-01-12"), to: try TimeBound("2025-01-25")),
        ]
        var grounds: Set<String> = []
        for lens in lenses(try test.size()) {
            for selection in selections {
                let total = try open.score(ScoreRequest(selection, lens)).total.tally
                let rows = try pages(open, ResponsesRequest(selection, lens), of: 17)
                func count(_ npsClass: NPSClass?) -> Int { rows.count { $0.npsClass == npsClass } }
                #expect(count(.promoter) == total.counts.promoters, "\(lens) \(selection)")
                #expect(count(.passive) == total.counts.passives, "\(lens) \(selection)")
                #expect(count(.detractor) == total.counts.detractors, "\(lens) \(selection)")
                #expect(count(nil) == total.uncounted, "\(lens) \(selection)")
                #expect(Set(rows.map(\.position)).count == rows.count)
                let decided = rows.count { $0.ground == .decided }
                #expect(decided == total.reviewed, "\(lens) \(selection)")
                grounds.formUnion(rows.map(\.ground.name))
            }
        }
        #expect(grounds.isSuperset(of: ["stated", "decided", "read", "unsure", "unread"]))
    }

    @Test("each response says what trace says of it")
    func agreesWithTrace() throws {
        let test = try TestLedger()
        let open = try filled(test)
        for lens in lenses(try test.size()) where lens.duplicates == .all {
            for row in try open.responses(ResponsesRequest(Selection(), lens)).responses {
                let request = TraceRequest(ResponseName("\(row.position)"), lens: lens)
                let story = try open.trace(request)
                #expect(row.npsClass == story.verdict.npsClass)
                #expect(row.ground == story.verdict.ground)
                #expect((row.source, row.id) == (story.response.source, story.response.id))
                let told = story.steps.map(\.event.position)
                #expect(row.events.allSatisfy(told.contains) && row.events.first == row.position)
                let amended = story.steps.filter { $0.event.name == .responseAmended }
                #expect(row.amendments == amended.map(\.event.position))
                let names = row.events.dropFirst(1 + row.amendments.count).compactMap { position in
                    story.steps.first { $0.event.position == position }?.event.name
                }
                switch row.ground {
                case .decided: #expect(names.contains(.reviewDecided))
                case .read, .unsure: #expect(row.reading != nil)
                default: #expect(names.isEmpty)
                }
            }
        }
    }

    @Test("pages do not shift when something is recorded between them")
    func stable() throws {
        let test = try TestLedger()
        let open = try filled(test)
        let whole = try open.responses(ResponsesRequest())
        let first = try open.responses(ResponsesRequest(limit: 20))
        let run = TestLedger.Run(["response_id=id", "score=score"])
        _ = try test.run(run, "id,score\nlate,10\n")
        var request = ResponsesRequest(after: first.next)
        let rest = try open.responses(request)
        #expect(first.responses.count == 20 && rest.next == nil)
        #expect(
            (first.responses + rest.responses).map(\.position) == whole.responses.map(\.position))
        #expect(rest.answer.frame.lens.asOf == whole.answer.frame.lens.asOf)
        #expect(rest.answer.count == whole.responses.count)
        #expect(try open.responses(ResponsesRequest()).responses.count == whole.responses.count + 1)
        // A page is of one position, and says so where another is asked for.
        request.lens.asOf = .position(try test.size())
        let error = #expect(throws: LedgerError.self) { try open.responses(request) }
        #expect(error?.code == .invalid)
        for text in ["", "7", "7:", ":3", "3:7", "7:7", "7:3:1", "-7:3"] {
            let error = #expect(throws: LedgerError.self) { try ResponsesCursor(text) }
            #expect(error?.code == .invalid, "\(text)")
        }
    }

    @Test("one outcome is what the whole list has of it")
    func outcomes() throws {
        let test = try TestLedger()
        let open = try filled(test)
        let lens = LensRequest(basis: .inferred)
        let all = try open.responses(ResponsesRequest(Selection(), lens)).responses
        for outcome in CountedOutcome.allCases {
            let request = ResponsesRequest(Selection(), lens, outcome: outcome)
            let found = try pages(open, request, of: 3)
            let expected = all.filter { CountedOutcome($0.npsClass) == outcome }
            #expect(found.map(\.position) == expected.map(\.position))
            #expect(try open.responses(request).answer.count == expected.count)
        }
    }

    @Test("responses without a value can be asked for, and where none is without one, that is said")
    func without() throws {
        let test = try TestLedger()
        let open = try filled(test)
        let missing = Selection(SegmentSelection(keeping: ["region": [""]]))
        let found = try open.responses(ResponsesRequest(missing)).responses
        #expect(!found.isEmpty && found.allSatisfy { $0.segments["region"] == nil })
        let other = try TestLedger()
        let run = TestLedger.Run(["response_id=id", "score=score", "segment.region=region"])
        _ = try other.run(run, "id,score,region\na,9,EMEA\nb,3,APAC\n")
        let error = #expect(throws: LedgerError.self) {
            try other.asked().score(ScoreRequest(missing))
        }
        #expect(error?.code == .notFound)
        #expect(error?.message == "no response is without region; there are: APAC, EMEA")
    }

    @Test("the spread comes to the stated score, segment by segment, and has its moments")
    func distribution() throws {
        let test = try TestLedger()
        let open = try filled(test)
        let regions = Selection(SegmentSelection(by: ["region"]))
        for var lens in lenses(try test.size()) where lens.basis != .inferred {
            let spread = try open.distribution(DistributionRequest(regions, lens))
            lens.basis = .stated
            let score = try open.score(ScoreRequest(regions, lens))
            #expect(spread.frame.lens.basis == .stated)
            #expect(spread.total.score.tally == score.total.tally)
            #expect(spread.rows.map(\.score.name) == score.rows.map(\.name))
            #expect(spread.rows.map(\.score.tally) == score.rows.map(\.tally))
            let listed = try open.responses(ResponsesRequest(Selection(), lens)).responses
            let scores = listed.compactMap(\.score).map { Double($0) / 100 }.sorted()
            #expect(spread.total.scores.count == scores.count && scores.count > 1)
            let mean = scores.reduce(0, +) / Double(scores.count)
            let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = (squares / Double(scores.count - 1)).squareRoot()
            let middle = (scores[(scores.count - 1) / 2] + scores[scores.count / 2]) / 2
            #expect(abs((spread.total.scores.mean ?? .nan) - mean) < 1e-9)
            #expect(abs((spread.total.scores.standardDeviation ?? .nan) - deviation) < 1e-9)
            #expect(spread.total.scores.median == middle)
        }
        let error = #expect(throws: LedgerError.self) {
            try open.distribution(DistributionRequest(regions, LensRequest(basis: .inferred)))
        }
        #expect(error?.code == .invalid)
    }
}
