import AnswerEncoding
import Foundation
import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import Testing

/// A front of its own, without options or commands: what it gets from the libraries is what the
/// command line prints, byte for byte.
@Suite("Another front")
struct FrontTests {
    /// A command with the answer that this front has to the same question.
    private typealias Question = (
        arguments: [String], answer: @Sendable (OpenLedger) throws -> JSONValue
    )

    private static let regions = Selection(SegmentSelection(by: ["region"]))

    private static let questions: [Question] = [
        (["nps"], { try $0.score(ScoreRequest()).json }),
        (
            ["nps", "--by", "region", "--sort", "nps"],
            {
                try $0.score(ScoreRequest(regions, order: .nps)).json
            }
        ),
        (
            ["nps", "--window", "30d", "--basis", "inferred"],
            {
                let month = Selection(window: try TimeSpan("30d"))
                return try $0.score(ScoreRequest(month, LensRequest(basis: .inferred))).json
            }
        ),
        (
            ["nps", "--as-of", "200", "--model", "1"],
            {
                try $0.score(
                    ScoreRequest(Selection(), LensRequest(asOf: .position(200), model: 1))
                ).json
            }
        ),
        (["trend", "--every", "month"], { try $0.trend(TrendRequest(every: .month)).json }),
        (
            ["compare", "--by", "region"],
            {
                try $0.compare(ComparisonRequest(.segmentsAndRest, regions)).json
            }
        ),
        (["trace", "10"], { try $0.trace(TraceRequest(ResponseName("10"))).json }),
        (["audit"], { try $0.audit().json }),
        (["audit", "--quarantine"], { try $0.quarantine().json }),
        (["model", "list"], { ModelEncoding.json(try $0.registeredModels()) }),
        (["model", "show", "1"], { .object(try $0.modelAccount(of: 1).json) }),
        (["model", "estimate"], { try $0.estimate(EstimateRequest()).json }),
        (["thresholds", "history"], { ThresholdsEncoding.json(try $0.thresholdsHistory()) }),
        (["policy"], { PolicyEncoding.json(try $0.policies()) }),
        (["projection", "list"], { try $0.projections().json }),
        (["review", "agreement"], { try $0.reviewerAgreement().json }),
    ]

    @Test("each question has the answer that the command line prints")
    func answers() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 600, seed: 4)
        try here.succeed(
            "import", "answers.csv", "--source", "web", "--mapping",
            "answers.csv.mapping.json")
        // Asked first: what a command folds forward is then folded, and both see one state.
        let printed = try Self.questions.map { question in
            let outcome = try here.run(question.arguments + ["--format", "json"])
            #expect(outcome.status == 0, "\(question.arguments): \(outcome)")
            return outcome.output
        }
        let open = try OpenLedger(at: LedgerPaths(directory: here.path + "/ledger"))
        defer { open.close() }
        for (question, printed) in zip(Self.questions, printed) {
            let answer = try question.answer(open).serialized(pretty: true) + "\n"
            #expect(answer == printed, "\(question.arguments)")
        }
    }

    @Test("a difference comes in pieces, which together are what the command line prints")
    func difference() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 300, seed: 4)
        try here.succeed(
            "import", "answers.csv", "--source", "web", "--mapping",
            "answers.csv.mapping.json")
        let arguments = ["diff", "--between", "as-of=200", "today", "--format", "json"]
        let printed = try here.run(arguments).output
        let open = try OpenLedger(at: LedgerPaths(directory: here.path + "/ledger"))
        defer { open.close() }
        var told: (difference: ScoreDifference, text: String, count: Int)?
        try open.difference(
            DifferenceRequest(.init(LensRequest(asOf: .position(200))), .init())
        ) { difference in
            told = (difference, difference.jsonHead, 0)
        } each: { change in
            guard let (difference, text, count) = told else { return }
            let piece = difference.jsonPiece(change, isFirst: count == 0)
            told = (difference, text + piece, count + 1)
        }
        let (_, text, count) = try #require(told)
        #expect(text + ScoreDifference.jsonEnd(isEmpty: count == 0) == printed)
    }
}
