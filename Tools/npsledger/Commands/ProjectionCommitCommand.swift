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
        let open = try Session.open(options, by: self.actor)
        defer { open.close() }
        let outcome = try open.recordDigests(of: projections, every: every, by: actor)
        show(outcome, Printer(options))
        if let wrong = outcome.projections.first(where: { $0.result == .contradicted }) {
            throw CommandFailure(
                ExitStatus.no,
                TerminalObserver.contradiction(
                    wrong.projection, upTo: wrong.upTo, position: wrong.position))
        }
    }

    private func show(_ outcome: DigestsOutcome, _ printer: Printer) {
        switch printer.format {
        case .json: printer.json(outcome.json)
        case .csv: printer.csv(outcome.csv)
        case .table:
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
                printer.line("States are committed every \(Formatted.count(cadence)) events.")
            }
        }
    }
}
