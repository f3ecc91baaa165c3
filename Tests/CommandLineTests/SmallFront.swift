import AnswerEncoding
import Classification
import Foundation
import JSON
import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger
import Reports
import SurveyImport

/// A front of its own: every question and every act through the libraries, without options or a
/// parser. It is asked in the command line's words, and answers with the command line's bytes.
struct SmallFront {
    /// Where the ledger and the files of requests lie: the home of whoever asks.
    let folder: String
    private let me = Actor("tester") ?? .system
    private let name = ResponseName("10")
    private let regions = Selection(SegmentSelection(by: ["region"]))
    private let past = LensRequest(asOf: .position(200), model: 1)
    private let models = ModelComparisonRequest(1, 2, flipsMax: 20)

    /// The answer to a request; nil where it does not know one.
    func answer(_ request: String) throws -> String? {
        let approved = ProgramApprovals(folder: folder + "/.config/npsledger/programs")
        let paths = LedgerPaths(directory: folder + "/ledger", approvals: approved)
        let new = BootstrapRequest(at: paths, origin: "test.example/nps", actor: me)
        let made = try request.hasPrefix("init") ? OpenLedger.bootstrap(new).fields : nil
        if let made { return JSONValue.object(made).serialized(pretty: true) }
        let open = try OpenLedger(at: paths)
        defer { open.close() }
        return try (record(request, open).map { .object($0) } ?? value(request, open))?
            .serialized(pretty: true) ?? report(request, open)
    }

    private func file(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
    }

    private func report(_ request: String, _ open: OpenLedger) throws -> String? {
        var (text, answer): (String, ScoreDifference?) = ("", nil)
        switch request {
        case "diff --between as-of=200,model=1 today":
            try open.difference(DifferenceRequest(.init(past), .init())) {
                (answer, text) = ($0, $0.jsonHead)
            } each: {
                text += answer?.jsonPiece($0, isFirst: text == answer?.jsonHead) ?? ""
            }
            return text + ScoreDifference.jsonEnd(isEmpty: text == answer?.jsonHead)
        case "responses --limit 5": return try open.responses(.init(limit: 5)).jsonText
        case "tail --from 0":
            try open.tail(TailRequest(from: 0)) { text.append($0.json.serialized() + "\n") == () }
            return text
        case "model card 2":
            let evaluation = "`npsledger model evaluate 2`"
            return ModelCardDocument(try open.modelAccount(of: 2), evaluation: evaluation).markdown
        case "model compare 1 2 --html -":
            let hints = ComparisonReport.Hints(
                segments: "--by names the dimensions that make them", flips: "--flips all")
            return ComparisonReport(try open.compareModels(models), hints: hints).html
        case "model evaluate 2 --html -":
            return EvaluationPage(try open.evaluate(.init(2)), style: ComparisonReport.style).html
        case "review export --output -":
            return ReviewSheet.document(try open.textsToReview(by: me.name), guardsFormulas: true)
        default: return nil
        }
    }
    private func value(_ request: String, _ open: OpenLedger) throws -> JSONValue? {
        let map = try ColumnMapping(path: folder + "/map.json").checked()
        let rows = ImportRequest([folder + "/a.csv"], source: "web", mapping: map, actor: me)
        let sweep = SweepRequest(rows.files, source: "web", mapping: map)
        let (cuts, gate) = (
            ThresholdsChange(confidenceMin: 50), try NamedGate(file("g"), name: "g")
        )
        var activation = ActivationRequest(2, actor: me, reason: "x", gate: gate)
        activation.isDryRun = request.hasSuffix("--dry-run")
        return switch request {
        case "nps --by region --as-of 200 --model 1": try open.score(.init(regions, past)).json
        case "trend --every month": try open.trend(TrendRequest(every: .month)).json
        case "compare --by region": try open.compare(.init(.segmentsAndRest, regions)).json
        case "distribution --by region": try open.distribution(.init(regions)).json
        case "sweep a.csv --source web --mapping map.json": try open.sweep(sweep).json
        case "imports": try open.imports().json
        case "deliveries": try open.deliveries().json
        case "trace 10": try open.trace(TraceRequest(name)).json
        case "audit": try open.audit().json
        case "audit --quarantine": try open.quarantine().json
        case "topics report": try open.topics().json
        case "topics show --model 2": try open.taxonomy(of: 2).json
        case "model list": ModelEncoding.json(try open.registeredModels())
        case "model evaluate 2": try open.evaluate(EvaluationRequest(2)).json
        case "model estimate": try open.estimate(EstimateRequest()).json
        case "model compare 1 2": try open.compareModels(models).json
        case "model rollback --dry-run": try open.rehearseRollback(RehearsalRequest()).json
        case "review list": try open.reviews(seenBy: me.name).json
        case "review agreement": try open.reviewerAgreement().json
        case "thresholds show": ThresholdsEncoding.json(try open.thresholds().map { [$0] } ?? [])
        case "thresholds history": ThresholdsEncoding.json(try open.thresholdsHistory())
        case "policy list": PolicyEncoding.json(try open.policies())
        case "policy history": PolicyEncoding.json(try open.policyHistory())
        case "projection list": try open.projections().json
        case "projection verify": ["projections": .array(try open.verifyProjections().map(\.json))]
        case "import a.csv --source web --mapping map.json": try open.importFiles(rows).json
        case "classify --model 2": try open.classify(ClassificationRequest(model: 2)).json
        case "model activate 2 --gate g --dry-run", "model activate 2 --gate g --reason x":
            try open.activate(activation).json
        case "model cache --sweep": try open.tidyEmbeddings(.init(sweeps: true)).json
        case "thresholds edit --min-confidence 50 --reason x":
            ThresholdsEncoding.json([try open.editThresholds(cuts, reason: "x", by: me)])
        case "policy set externalModels=full --reason x":
            PolicyEncoding.json([
                try open.setPolicy(.externalModels, to: "full", reason: "x", by: me)
            ])
        case "projection rebuild": RebuildEncoding.json(try open.rebuildProjections())
        case "projection commit": try open.recordDigests(by: me).json
        default: nil
        }
    }

    private func record(_ request: String, _ open: OpenLedger) throws -> [(String, JSONValue)]? {
        var (recipe, search) = (TrainingRequest(), ReviewSearch())
        (recipe.seed, recipe.taxonomy, search.responses) = (7, .standard, [name])
        let again = RetrainingRequest(.new(like: nil, nil, reason: "x"))
        let classify = try RegistrationRequest(
            description: file("j.json"), name: "", directory: folder, searchPath: "")
        return switch request {
        case "topics check t.json": try TopicTaxonomy(file: file("t.json")).summary
        case "model show 2": try open.modelAccount(of: 2).json
        case "review show 10": try open.review(of: name, seenBy: me.name).fields
        case "verify": try open.verify().fields
        case "model train --seed 7 --taxonomy standard": try open.train(recipe, by: me).json
        case "model retrain --reason x": try open.retrain(open.planRetraining(again), by: me).json
        case "model register --external j.json":
            ModelEncoding.json(try open.register(classify, actor: me))
        case "model approve 4": try open.approve(4).fields
        case "model approve 4 --withdraw": try open.withdrawApproval(of: 4).fields
        case "model shadow 2": try open.shadow(.init(2, .everything, actor: me)).fields
        case "model rollback --reason x": try open.rollBack(.init(actor: me, reason: "x")).fields()
        case "review request 10": try open.requestReviews(search, by: me).fields
        case "review decide 10 --class passive":
            try open.decide(.init(.passive), on: name, by: me).fields
        case "review import s.csv":
            try open.recordReviews(.init(file("s.csv"), name: ""), by: me).fields
        case "projection swap lineage": try open.swapBack("lineage").fields
        default: nil
        }
    }
}
