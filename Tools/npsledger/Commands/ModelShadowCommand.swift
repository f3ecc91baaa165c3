import ArgumentParser
import Catalog
import LedgerCore
import LedgerQueries
import LedgerStore
import NPSLedger
import Presentation

/// `model shadow`: a version reads, and counts for nothing.
struct ModelShadowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shadow",
        abstract: "Have a version read along without changing what counts.",
        usage: """
            npsledger model shadow VERSION [--once | --share PERCENT] [options]
            npsledger model shadow VERSION --stop [options]
            """,
        discussion: """
            The version reads every text there is, and from here on every text that comes in, \
            beside the active one. That is recorded. Activating a version ends its shadow; a \
            rollback does not bring it back.

            --share has it read only that share of what comes in, drawn by the response's key, and \
            nothing of what there is. `npsledger model estimate` says how good it is on those.

            EXAMPLES
              npsledger model shadow 2 && npsledger compare --models 1,2 --by region
              npsledger model shadow 2 --once     only what there is
              npsledger model shadow 2 --share 10 of what comes in, a tenth
              npsledger model shadow 2 --stop     no more of what comes in
            """)
    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: AuthorOptions
    @Argument(help: "The version.") var version: UInt32

    @Flag(name: .long, help: "Read what there is, and not what comes in later.")
    var once = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Read this share of what comes in, in percent.", valueName: "percent"))
    var share: Double?

    @Flag(name: .long, help: "Stop reading what comes in; what was read is kept.")
    var stop = false

    func validate() throws {
        guard [once, stop, share != nil].count(where: { $0 }) <= 1 else {
            throw ValidationError("Give one of --once, --share and --stop.")
        }
        if let share, !(0.01...99.99).contains(share) {
            throw ValidationError("--share takes a percentage from 0.01 to 99.99.")
        }
    }

    func run() throws {
        let actor = try actor.resolved()
        let session = try Session.open(options, by: self.actor)
        defer { session.ledger.close() }
        let registry = session.ledger.models
        var receipt: Receipt?
        if stop {
            receipt = try registry.endShadow(version, actor: actor)
        } else if !once {
            // Without the key nothing could be read: the act must not be recorded then.
            _ = try session.ledger.vault()
            // Recorded before the history is read: what comes in meanwhile is not missed.
            let share = share.map { UInt16(($0 * 100).rounded()) }
            receipt = try registry.startShadow(version, share: share, actor: actor).receipt
        }
        let report: HistoryClassifier.Report
        do {
            report = stop || share != nil ? HistoryClassifier.Report() : try read(session)
        } catch {
            if let receipt {
                Printer.notice(
                    "it shadows from position \(receipt.position) on all the same: `npsledger model "
                        + "shadow \(version)` reads what is missing, --stop ends it")
            }
            throw error
        }
        try session.settle()
        show(report, try registry.model(version), receipt, Printer(options))
    }

    /// Reads until nothing is unread: texts may come in meanwhile.
    private func read(_ session: OpenLedger) throws -> HistoryClassifier.Report {
        var total = try ClassifyCommand.classify(session, version)
        var last = total
        while last.classified > 0 {
            last = try ClassifyCommand.classify(session, version)
            total.classified += last.classified
            total.erased = last.erased
        }
        return total
    }

    private func show(
        _ report: HistoryClassifier.Report, _ model: RegisteredModel, _ receipt: Receipt?,
        _ printer: Printer
    ) {
        guard options.format == .table else {
            printer.record(
                ClassifyCommand.json(report, version) + [
                    ("shadowingSince", .optional(model.shadow?.position)),
                    (
                        "share",
                        model.shadow?.share.map { .number(Double($0) / 10_000) } ?? .null
                    ),
                    ("position", .optional(receipt?.position)),
                ])
            return
        }
        if let receipt, stop {
            printer.line("Position \(receipt.position): model \(version) shadows no longer")
            return
        }
        if share == nil { printer.line(ClassifyCommand.sentence(report, version)) }
        guard let shadow = model.shadow else { return }
        let part =
            shadow.share.map { share in
                ", reads \(Formatted.shortest(Double(share) / 100) ?? "")% of what comes in,"
            } ?? ""
        let sentence =
            receipt == nil
            ? "It shadows since position \(shadow.position)\(part) and goes on"
            : "Position \(shadow.position): it shadows from here on\(part) and counts for nothing"
        for line in TerminalText.wrapped(sentence, printer.width) { printer.line(line) }
    }
}
