import ArgumentParser
import Catalog
import LedgerCore
import LedgerOperations
import LedgerQueries
import LedgerReplay
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
        let session = try Session.open(options, by: self.actor)
        defer { session.ledger.close() }
        let chosen = try ProjectionCommand.chosen(projections, session)
        if let every {
            try LedgerManifest.setCommitCadence(every, at: session.ledger.paths)
        }
        var results: [(id: String, outcome: CommitmentOutcome)] = []
        if every != 0 {
            // All are folded first, so that they are committed as of one position.
            for projection in chosen {
                try projection.checkPages()
                try session.catchUp(projection)
            }
            for projection in chosen {
                if let fault = try session.fault(of: projection) {
                    throw CommandFailure(ExitStatus.no, fault)
                }
            }
            results = try chosen.map { projection in
                (
                    projection.descriptor.id,
                    try projection.commit(
                        to: session.ledger.log, actor: actor,
                        occurredAt: session.ledger.clock())
                )
            }
            for projection in try session.catalog.all { try session.catchUp(projection) }
        }
        let cadence = every ?? session.ledger.manifest.commitEvery
        show(results, cadence.flatMap { $0 == 0 ? nil : $0 }, Printer(options))
        for (id, outcome) in results {
            guard case .contradicted(let commitment, _) = outcome else { continue }
            throw CommandFailure(
                ExitStatus.no,
                TerminalObserver.contradiction(
                    id, upTo: commitment.upTo, position: commitment.position))
        }
    }

    private func show(
        _ results: [(id: String, outcome: CommitmentOutcome)], _ cadence: UInt64?,
        _ printer: Printer
    ) {
        let rows = results.map { (id: $0.id, described: Self.describe($0.outcome)) }
        switch printer.format {
        case .json:
            printer.json([
                "commitEvery": .optional(cadence),
                "projections": .array(
                    rows.map { id, row in
                        [
                            "id": .string(id), "result": .string(row.result),
                            "version": .integer(row.commitment.version),
                            "upTo": .integer(row.commitment.upTo),
                            "position": .integer(row.commitment.position),
                            "digest": .string(Hex.encode(row.commitment.digest)),
                        ]
                    }),
            ])
        case .csv:
            printer.csv(
                ["id", "result", "version", "upTo", "position", "digest"],
                rows.map { id, row in
                    [
                        id, row.result, "\(row.commitment.version)", "\(row.commitment.upTo)",
                        "\(row.commitment.position)", Hex.encode(row.commitment.digest),
                    ]
                })
        case .table:
            for (id, row) in rows {
                let (at, upTo) = (row.commitment.position, row.commitment.upTo)
                let act =
                    switch row.result {
                    case "committed": "Position \(at): committed \(id) as of \(upTo)"
                    case "standing": "nothing new in \(id) as of \(upTo)"
                    default: "\(id) as of \(upTo): " + printer.style.paint("contradicted", .bad)
                    }
                let digest = Hex.encode(row.commitment.digest).prefix(16)
                printer.line(act + printer.style.paint("  \(digest)…", .muted))
            }
            if every == 0 {
                printer.line("States are no longer committed by themselves.")
            } else if let cadence, every != nil {
                printer.line("States are committed every \(Formatted.count(cadence)) events.")
            }
        }
    }

    private static func describe(
        _ outcome: CommitmentOutcome
    ) -> (result: String, commitment: ProjectionCommitment) {
        switch outcome {
        case .committed(let commitment): ("committed", commitment)
        case .standing(let commitment): ("standing", commitment)
        case .contradicted(let commitment, _): ("contradicted", commitment)
        }
    }
}
