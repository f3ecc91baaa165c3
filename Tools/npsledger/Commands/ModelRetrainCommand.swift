import AnswerEncoding
import ArgumentParser
import LedgerCore
import LedgerOperations
import LedgerQueries

/// `model retrain`: a training again, on what there is by now.
struct ModelRetrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrain",
        abstract: "Train again as a version was trained, on what there is by now.",
        usage: """
            npsledger model retrain --reason WHY [--like V] [options]
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
        let open = try Session.open(options, by: self.actor)
        var asked = RetrainingRequest(
            request.map { RetrainingRequest.Occasion.recorded($0) }
                ?? .new(like: like, trigger, reason: reason))
        asked.labels = try labels.read()
        asked.newLabelsAtLeast = atLeastNew
        let plan = try open.planRetraining(asked)
        let printer = Printer(options)
        if options.format == .table { plan.show(printer) }
        if dryRun {
            if options.format != .table { printer.record(plan.json) }
            return
        }
        let answer = try open.retrain(plan, by: actor)
        if options.format == .table {
            answer.show(printer)
        } else {
            printer.record(answer.json)
        }
    }
}

extension RetrainingTrigger: ExpressibleByArgument {}
