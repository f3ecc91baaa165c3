import AnswerEncoding
import ArgumentParser
import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

/// `model activate`
struct ModelActivateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Make a version's classifications count.",
        usage: """
            npsledger model activate VERSION --reason WHY [--gate FILE] [options]
            npsledger model activate VERSION --gate FILE --dry-run [options]
            """,
        discussion: """
            What the version has not read is read first, so that the score is complete at once.

            With --gate it is activated only if every condition in FILE is met, and the event \
            records what was found; else the status is 1 and nothing but what it read is \
            recorded. A condition that cannot be measured is not met. FILE is JSON:

              {"conditions": [
                {"metric": "macroF1", "worseByAtMost": 0.01},
                {"metric": "accuracy", "atLeast": 0.7},
                {"metric": "ece", "atMost": 0.05},
                {"metric": "kappa", "atLeast": 0.6},
                {"metric": "npsChange", "atMost": 3},
                {"metric": "segmentChange", "by": ["region"],
                 "responsesAtLeast": 100, "pointsAtMost": 5},
                {"metric": "unread", "atMost": 0}]}

            macroF1, accuracy and ece (expected calibration error, 15 bins) hold the likeliest \
            class against stated scores, on responses that neither model has learnt from. They \
            take worseByAtMost, which compares with the active model on what both have read, or \
            atLeast (ece: atMost). kappa is the agreement with the active model. The two changes are those of `npsledger model compare`, either way, \
            in points, on the blended basis or, with "basis": "inferred", on the inferred one. \
            unread counts texts. Figures are rounded to the candidate's disadvantage.

            EXAMPLE
              npsledger model activate 2 --reason "agrees better with stated scores"
              npsledger model activate 2 --gate gate.json --dry-run
              npsledger model activate 2 --gate gate.json --reason "passed our gate"
            """)

    @OptionGroup var options: LedgerOptions

    @Option(
        name: .long,
        help: "Why; recorded with the act, sealed, and shown by `audit`.")
    var reason: String?

    @OptionGroup var actor: AuthorOptions
    @Argument(help: "The version.") var version: UInt32

    @Option(
        name: .long,
        help: ArgumentHelp("Conditions that have to be met.", valueName: "file"),
        completion: .file())
    var gate: String?

    @Flag(
        name: .long,
        help: "Show how the gate stands, and activate nothing; what is unread is read first.")
    var dryRun = false

    func validate() throws {
        if dryRun, gate == nil {
            throw ValidationError("--dry-run shows how a gate stands: give --gate FILE too.")
        }
        try ReasonText.check(reason)
        if reason == nil, !dryRun {
            throw ValidationError("Say why: --reason WHY is recorded with the activation.")
        }
    }

    func run() throws {
        let actor = try actor.resolved()
        let gate = try gate.map { path in
            try NamedGate(
                WholeFile.read(path, bytesMax: Gate.fileBytesMax, as: "a gate"), name: path)
        }
        let answer = try Session.open(options, by: self.actor).activate(
            ActivationRequest(
                version, actor: actor, reason: reason, gate: gate, isDryRun: dryRun))
        let printer = Printer(options)
        if let standing = answer.gate { try show(standing, answer.effect != nil, printer) }
        answer.effect?.show("activated", printer, gate: answer.evidence)
    }

    /// - Throws: `CommandFailure` with status 1 where the gate is not met.
    private func show(
        _ standing: GateStanding, _ isActivated: Bool, _ printer: Printer
    ) throws {
        switch printer.format {
        case .json where !isActivated: printer.json(standing.json)
        case .csv where !isActivated: printer.csv(standing.csv.header, standing.csv.rows)
        case .table:
            GateText.show(standing.report, printer)
            printer.muted(
                "model \(version) against "
                    + (standing.active.map { "model \($0)" } ?? "none, since none is active")
                    + ", as of position \(standing.asOf)")
        default: break
        }
        guard standing.report.isMet else {
            let failures = GateText.failures(standing.report)
            throw CommandFailure(
                ExitStatus.no,
                "model \(version) does not pass \(gate ?? ""): \(failures.count) of "
                    + "\(standing.report.lines.count) conditions "
                    + (failures.count == 1 ? "is" : "are") + " not met\n  "
                    + failures.joined(separator: "\n  "))
        }
        if !isActivated, printer.format == .table {
            printer.line("The gate is met; nothing was activated.")
        }
    }
}

extension ActivationEffect {
    /// - Parameter act: what was done, such as “activated”.
    func show(_ act: String, _ printer: Printer, gate: GateEvidence? = nil) {
        guard printer.format == .table else { return printer.record(fields(gate: gate)) }
        func points(_ score: Double?) -> String { score.map { Formatted.points($0 * 100) } ?? "—" }
        printer.line(
            "Position \(position): \(act) model \(model). NPS (blended) \(points(before.score)) → "
                + points(after?.score))
    }
}
