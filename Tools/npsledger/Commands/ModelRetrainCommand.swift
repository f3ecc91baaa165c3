import AnswerEncoding
import ArgumentParser
import Catalog
import Classification
import LedgerCore
import LedgerQueries
import LedgerStore
import NPSLedger
import Presentation

/// `model retrain`: a training again, on what there is by now.
struct ModelRetrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrain",
        abstract: "Train again as a version was trained, on what there is by now.",
        usage: """
            npsledger model retrain --reason WHY [--like V] [--at-least-new N] [options]
            npsledger model retrain --request POSITION [options]
            npsledger model retrain --dry-run [--like V]
            """,
        discussion: """
            Follows the latest version that was trained on this ledger: its selection, seed, \
            encoder and topics. What is new since is counted first; --at-least-new N ends with \
            status 1 where that is less, and nothing is recorded. Request and outcome are events: \
            retraining.requested, retraining.completed. The new version is registered, not \
            activated.

            --request answers a request that is in the log already, of an interrupted run or of \
            somebody else.

            EXAMPLES
              npsledger model retrain --dry-run
              npsledger model retrain --at-least-new 500 --reason "monthly"
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: AuthorOptions
    @OptionGroup var labels: LabelFilesOptions

    @Option(name: .long, help: "Why; sealed beside the event.")
    var reason: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The version to follow, instead of the latest.", valueName: "v"))
    var like: UInt32?

    @Option(name: .long, help: "Only where so many labels are new.")
    var atLeastNew: Int?

    @Option(
        name: .long, help: "The occasion, as it is recorded: asked, newLabels, drift or quality.")
    var trigger: RetrainingTrigger?

    @Option(
        name: .long,
        help: ArgumentHelp("Answer the request at this position.", valueName: "position"))
    var request: Position?

    @Flag(name: .long, help: "Say what is new, and train nothing.")
    var dryRun = false

    func validate() throws {
        if request != nil, reason != nil || like != nil || trigger != nil || dryRun {
            throw ValidationError(
                "--request follows what was asked for: leave out --reason, --like, --trigger and "
                    + "--dry-run.")
        }
        try ReasonText.check(reason)
        if request == nil, reason == nil, !dryRun {
            throw ValidationError("Say why: --reason WHY is recorded with the request.")
        }
        if let atLeastNew, atLeastNew < 1 {
            throw ValidationError("--at-least-new takes a number from 1.")
        }
    }

    func run() throws {
        let actor = try actor.resolved()
        let session = try Session.open(options, by: self.actor)
        defer { session.ledger.close() }
        // What is new is counted from here on: a request that comes in meanwhile counts the same.
        let asOf = try session.ledger.log.head().size
        try session.catchUp(session.catalog.npsBySegment)
        let retraining = Retraining(session.ledger)
        let asked = try request.map { try retraining.open($0) }
        let plan = try RetrainingPlan(
            session, like: asked.map(\.request.follows) ?? like,
            labels: labels)
        let printer = Printer(options)
        if options.format == .table { plan.show(printer) }
        if dryRun {
            if options.format != .table { printer.record(plan.json) }
            return
        }
        if let atLeastNew, plan.newLabels < atLeastNew {
            throw CommandFailure(
                ExitStatus.no,
                "\(Formatted.count(plan.newLabels)) labels are new since model "
                    + "\(plan.model.version) was trained, fewer than \(atLeastNew): nothing was "
                    + "trained")
        }
        let position =
            try asked?.position
            ?? retraining.request(
                trigger ?? (atLeastNew == nil ? .asked : .newLabels), follows: plan.model.version,
                newLabels: UInt64(plan.newLabels), reason: reason ?? "", actor: actor, asOf: asOf
            ).position
        if asked == nil {
            Printer.notice(
                "the request is at position \(position): should this be interrupted, `npsledger "
                    + "model retrain --request \(position)` goes on")
        }
        try answer(position, plan, retraining, actor, printer)
    }

    /// Trains, and records what came of it.
    private func answer(
        _ request: Position, _ plan: RetrainingPlan, _ retraining: Retraining, _ actor: Actor,
        _ printer: Printer
    ) throws {
        let trained: ModelTraining.Result
        do {
            trained = try plan.run.train(plan.found)
        } catch let error as TrainingError {
            _ = try retraining.complete(
                request, .failed, error: error.description, actor: actor)
            throw error
        }
        let registry = plan.run.session.ledger.models
        let model = try registry.register(trained, request: request, actor: actor)
        let outcome: RetrainingOutcome =
            // Registered for this request, be it by a run that was interrupted.
            model.registration.request == request ? .registered : .unchanged
        _ = try retraining.complete(request, outcome, model: model.version, actor: actor)
        guard options.format == .table else {
            printer.record(
                plan.json + [
                    ("request", .integer(request)), ("outcome", .string(outcome.rawValue)),
                    ("version", .integer(model.version)), ("digest", .string(model.digest)),
                    ("metrics", ModelCard.json(trained.model.metrics)),
                ])
            return
        }
        guard outcome == .registered else {
            printer.line(
                "The same artefact came out again: it is model \(model.version), "
                    + ModelEncoding.state(model))
            return
        }
        TrainingRun.show(model, trained, printer)
        printer.muted("Next: npsledger model shadow \(model.version)")
    }
}

extension RetrainingTrigger: ExpressibleByArgument {}
