import AnswerEncoding
import ArgumentParser
import LedgerOperations
import LedgerQueries
import NPSLedger
import Presentation

/// `projection commit`
struct ProjectionCommitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "commit",
        abstract: "Put the digests of the states on record, as events.",
        usage: "npsledger projection commit [NAME…] [--every N] [options]",
        discussion: """
            Whoever replays the log later must come to the same digests: `projection verify` \
            checks it. Nothing is recorded where nothing has happened since the last time.

            EXAMPLE
              npsledger projection commit
              npsledger projection commit --every 100000
            """)
    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: AuthorOptions
    @Argument(help: "Which (else all).") var projections: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Also commit by itself after so many events; 0 turns that off.", valueName: "events"))
    var every: UInt64?

    func validate() throws {
        guard every == nil || projections.isEmpty else {
            throw ValidationError("--every holds for all projections: name none with it.")
        }
    }

    func run() throws {
        let actor = try actor.resolved()
        let outcome = try Session.open(options, by: self.actor).recordDigests(
            of: projections, every: every, by: actor)
        show(outcome, Printer(options))
        if let wrong = outcome.projections.first(where: { $0.result == .contradicted }) {
            throw CommandFailure(
                ExitStatus.no,
                TerminalObserver.contradiction(
                    wrong.projection, upTo: wrong.upTo, position: wrong.position))
        }
    }

    private func show(_ outcome: DigestsOutcome, _ printer: Printer) {
        printer.show(outcome.json, csv: outcome.csv) {
            for row in outcome.projections {
                let act =
                    switch row.result {
                    case .committed:
                        "Position \(row.position): committed \(row.projection) as of \(row.upTo)"
                    case .standing: "nothing new in \(row.projection) as of \(row.upTo)"
                    case .contradicted:
                        "\(row.projection) as of \(row.upTo): "
                            + printer.style.paint("contradicted", .bad)
                    }
                let digest = Hex.encode(row.digest).prefix(16)
                printer.line(act + printer.style.paint("  \(digest)…", .muted))
            }
            if every == 0 {
                printer.line("States are no longer committed by themselves.")
            } else if let cadence = outcome.cadence, every != nil {
                printer.line("States are committed every \(Formatted.count(cadence, of: "event")).")
            }
        }
    }
}

/// `projection swap`
struct ProjectionSwapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swap",
        abstract: "Make the kept build live again.",
        usage: "npsledger projection swap NAME [options]",
        discussion: """
            A rebuild keeps the build that was live. It is caught up beside the live one, then \
            takes its place in one commit. Exit status 1 where there is none that can: a rebuild \
            that runs, or was interrupted, has taken the kept build's room.

            EXAMPLE
              npsledger projection swap nps-by-segment
            """)
    @OptionGroup var options: LedgerOptions
    @Argument(help: "Which.") var projection: String

    func run() throws {
        show(try Session.open(options).swapBack(projection), Printer(options))
    }

    private func show(_ outcome: SwapBackOutcome, _ printer: Printer) {
        guard printer.format == .table else { return printer.record(outcome.fields) }
        let digest = outcome.live.digest.map { Hex.encode($0).prefix(16) } ?? ""
        printer.line(
            "swapped \(projection): the kept build is live, at position "
                + Formatted.count(outcome.live.position)
                + printer.style.paint("  \(digest)…", .muted))
        let former =
            "the one that was live is kept, at position " + Formatted.count(outcome.kept.position)
        guard let isEqual = outcome.isEqual else { return printer.line(former) }
        printer.line(
            "\(former); the two are "
                + printer.style.paint(isEqual ? "equal" : "different", isEqual ? .good : .bad))
        if !isEqual {
            Printer.notice(
                "one of the two is not what the log gives: npsledger projection verify "
                    + projection)
        }
    }
}
