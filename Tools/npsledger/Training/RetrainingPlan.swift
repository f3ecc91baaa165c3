import Classification
import LedgerCore
import LedgerQueries
import NPSLedger
import Presentation

/// A training again: which version it follows, and what is new since that was trained.
struct RetrainingPlan {
    let model: RegisteredModel
    let record: TrainingRecord
    let found: TrainingExamples
    /// Responses to learn from that the version had not, or had under another label.
    let newLabels: Int
    /// Requests that nothing has come of yet.
    let open: [Retraining.Request]
    let run: TrainingRun

    /// - Parameters:
    ///   - version: the version to follow; nil for the latest that was trained on this ledger.
    ///   - options: files of labels; those that the version has learnt from must be among them.
    /// - Throws: `CommandFailure` with status 1 where there is no such version.
    init(
        _ session: OpenLedger, like version: ModelVersion?, labels options: LabelFilesOptions
    ) throws {
        let registry = session.ledger.models
        let model: RegisteredModel
        if let version {
            model = try registry.model(version)
        } else {
            guard let latest = try registry.list().last(where: { $0.training != nil }) else {
                throw CommandFailure(
                    ExitStatus.no,
                    "no model was trained on this ledger yet: begin with `npsledger model train`")
            }
            model = latest
        }
        guard let record = model.training,
            case .here(_, let before) = try TrainedOn(model, session)
        else {
            throw CommandFailure(
                ExitStatus.no,
                "model \(model.version) was not trained on this ledger, so there is no way of "
                    + "training to follow: `npsledger model train` begins one")
        }
        // The artefact holds the topics it was taught, so that nobody has to keep their file.
        let taxonomy = try registry.file(model).taxonomy
        let files = try TrainingRun.labels(options, taxonomy, session)
        if let missing = record.files.first(where: { file in
            !files.contains { $0.digest == file.digest }
        }) {
            throw CommandFailure(
                ExitStatus.no,
                "model \(model.version) has learnt from a file of "
                    + "\(Formatted.count(Int(clamping: missing.examples))) labelled texts too: give "
                    + "it with --labels (sha256 \(Hex.encode(missing.digest)))")
        }
        let selection = try record.selection()
        self.model = model
        self.record = record
        open = try Retraining(session.ledger).history().filter { $0.completion == nil }
        found = try TrainingExamples(session, selection)
        // What a person decided meanwhile, or other thresholds make of a score, is as new as a
        // response.
        newLabels = found.examples.count { before[$0.response]?.label != $0.label }
        run = TrainingRun(
            session: session, selection: selection, seed: record.seed,
            encoder: try registry.encoder(of: model), labels: files, taxonomy: taxonomy)
    }

    var json: [(String, JSONValue)] {
        [
            ("follows", .integer(model.version)), ("trainedAsOf", .integer(record.asOf)),
            ("asOf", .integer(found.asOf)), ("examples", .integer(found.examples.count)),
            ("newLabels", .integer(newLabels)),
            (
                "openRequests",
                .array(
                    open.map {
                        [
                            "position": .integer($0.position),
                            "recordedAt": .string(Timestamp.format($0.recordedAt)),
                            "actor": .string($0.actor),
                            "trigger": .string($0.request.trigger.rawValue),
                            "follows": .optional($0.request.follows),
                        ]
                    })
            ),
        ]
    }

    func show(_ printer: Printer) {
        let following =
            "Following model \(model.version), trained as of position \(record.asOf) on "
            + "\(Formatted.count(record.examples)) texts"
            + (record.selectionSentence.map { " (\($0))" } ?? "")
        for line in TerminalText.wrapped(following, printer.width) { printer.line(line) }
        printer.line(
            "  \(Formatted.count(found.examples.count)) texts can be learnt from by now, "
                + "\(Formatted.count(newLabels)) of them with a new label")
        for request in open {
            printer.line(
                "  asked for at position \(request.position) by "
                    + "\(TerminalText.sanitized(request.actor)) "
                    + "(\(request.request.trigger.rawValue)), and not answered: --request "
                    + "\(request.position)")
        }
    }
}
