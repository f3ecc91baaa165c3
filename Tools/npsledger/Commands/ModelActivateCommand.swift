import AnswerEncoding
import ArgumentParser
import Catalog
import LedgerCore
import LedgerQueries
import LedgerStore
import NPSLedger
import Presentation

/// `model activate`
struct ModelActivateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Make a version's judgements count.",
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
        // Read before anything else: a gate that is wrong must not cost a reading of the history.
        let file = try gate.map { try GateMeasuring.File($0) }
        let ledger = try self.actor.open(options)
        defer { ledger.close() }
        let registry = ledger.models
        // Decided once, and before anything that takes long: where another version becomes active
        // from here on, this one does not take its place unasked.
        let plan = try registry.planActivation(of: version)
        let session = Session.open(ledger)
        if let file {
            try session.catchUp(session.catalog.npsBySegment)
            try GateMeasuring.check(file, session)
        }
        try ActivationEffect.readEverything(session, version)
        let printer = Printer(options)
        var evidence: GateEvidence?
        if let file {
            evidence = try pass(file, session, printer)
            if dryRun { return }
        }
        let before = try ActivationEffect.score(session)
        let receipt = try registry.activate(
            plan, reason: reason ?? "", actor: actor, gate: evidence)
        ActivationEffect.readWhatCameMeanwhile(session, version)
        if let evidence, receipt.position > evidence.asOf {
            Printer.notice(
                "\(Formatted.count(receipt.position - evidence.asOf)) events came in after the "
                    + "gate was measured, from position \(evidence.asOf) on; no activation and no "
                    + "edit of thresholds is among them")
        }
        try ActivationEffect.show(
            "activated", version, receipt, before, session, printer, gate: evidence)
    }

    /// Holds the candidate against the gate and shows how it stands.
    ///
    /// - Returns: The evidence for the event.
    /// - Throws: `CommandFailure` with status 1 where it does not pass.
    private func pass(
        _ file: GateMeasuring.File, _ session: OpenLedger, _ printer: Printer
    ) throws -> GateEvidence? {
        let (measured, asOf) = try GateMeasuring.measure(file.gate, version, session)
        let report = file.gate.evaluate(measured)
        let isShown = dryRun || !report.isMet
        switch printer.format {
        case .json where isShown:
            printer.json([
                "model": .integer(version), "against": .optional(measured.active),
                "activated": false, "gate": GateText.json(report, asOf: asOf),
            ])
        case .csv where isShown: printer.csv(GateText.csvHeader, GateText.csv(report))
        case .table:
            GateText.show(report, printer)
            printer.muted(
                "model \(version) against "
                    + (measured.active.map { "model \($0)" } ?? "none, since none is active")
                    + ", as of position \(asOf)")
        default: break
        }
        try noticeTraining(file.gate, session)
        guard report.isMet else {
            let failures = GateText.failures(report)
            throw CommandFailure(
                ExitStatus.no,
                "model \(version) does not pass \(file.path): \(failures.count) of "
                    + "\(report.lines.count) conditions "
                    + (failures.count == 1 ? "is" : "are") + " not met\n  "
                    + failures.joined(separator: "\n  "))
        }
        if dryRun, printer.format == .table {
            printer.line("The gate is met; nothing was activated.")
        }
        return report.evidence(asOf: asOf)
    }

    /// Where it is not known what a model has learnt from, its quality may be less than it looks.
    private func noticeTraining(_ gate: Gate, _ session: OpenLedger) throws {
        guard gate.asksAboutQuality else { return }
        let model = try session.ledger.models.model(version)
        // Where it was trained here that is known, and not looked up a second time.
        if model.training == nil, case .unknown = try TrainedOn(model, session) {
            Printer.notice(
                "what model \(version) was trained on is not known, since it was registered from a "
                    + "file: if it has learnt from these responses, the figures flatter it")
        }
    }
}
