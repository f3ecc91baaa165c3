import ArgumentParser
import Catalog
import LedgerCore
import LedgerReplay
import LedgerStore
import NPSLedger
import Presentation

/// `projection`: state, lag, digest.
struct ProjectionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "projection", abstract: "The states folded from the log; all disposable.",
        subcommands: [List.self, Rebuild.self, Verify.self], defaultSubcommand: List.self)

    static func chosen(
        _ names: [String], _ session: Session
    ) throws -> [any CatalogedProjection] {
        let all = session.catalog.all
        guard !names.isEmpty else { return all }
        return try names.map { name in
            guard let found = all.first(where: { $0.descriptor.id == name }) else {
                throw CommandFailure(
                    ExitStatus.noInput,
                    "there is no projection “\(name)”; there are: "
                        + all.map(\.descriptor.id).joined(separator: ", "))
            }
            return found
        }
    }

    /// `projection list`
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Version, position, lag, digest and size of each.",
            usage: "npsledger projection list [options]")
        @OptionGroup var options: LedgerOptions

        func run() throws {
            let session = try Session(options)
            defer { session.ledger.close() }
            let size = try session.ledger.log.head().size
            let printer = Printer(options)
            let rows = try session.catalog.all.map { projection -> Row in
                (
                    projection, try projection.live(), try projection.other(),
                    Hex.encode(try projection.digest())
                )
            }
            switch options.format {
            case .json:
                printer.json([
                    "size": .integer(size),
                    "projections": .array(
                        rows.map { projection, live, other, digest in
                            [
                                "id": .string(projection.descriptor.id),
                                "version": .integer(live.version),
                                "position": .integer(live.position),
                                "lag": .integer(size - min(size, live.position)),
                                "digest": .string(digest),
                                "bytes": .integer(projection.usedBytes),
                                "quarantined": .integer(live.poisoned),
                                "builds": .int(other == nil ? 1 : 2),
                                "needsRebuild": .bool(
                                    live.version != projection.descriptor.version),
                            ]
                        }),
                ])
            case .csv:
                printer.csv(
                    ["id", "version", "position", "lag", "digest", "bytes", "quarantined"],
                    rows.map { projection, live, _, digest in
                        [
                            projection.descriptor.id, "\(live.version)", "\(live.position)",
                            "\(size - min(size, live.position))", digest,
                            "\(projection.usedBytes)", "\(live.poisoned)",
                        ]
                    })
            case .table: try showTable(rows, size, printer)
            }
        }

        private typealias Row = (
            projection: any CatalogedProjection, live: BuildRecord, other: BuildRecord?,
            digest: String
        )

        private func showTable(_ rows: [Row], _ size: Position, _ printer: Printer) throws {
            var table = Table(columns: [
                Table.Column("projection"), .number("v"), .number("position"), .number("lag"),
                Table.Column("digest"), .number("size"), .number("builds", dropPriority: 1),
                .number("poisoned", dropPriority: 2),
            ])
            for (projection, live, other, digest) in rows {
                let stale = live.version != projection.descriptor.version
                table.append([
                    Table.Cell(projection.descriptor.id),
                    Table.Cell("\(live.version)", stale ? .warning : .plain),
                    .count(live.position), .count(size - min(size, live.position)),
                    Table.Cell(digest.prefix(16) + "…", .muted),
                    Table.Cell(Formatted.bytes(projection.usedBytes)),
                    Table.Cell(other == nil ? "1" : "2"), .count(live.poisoned),
                ])
            }
            printer.table(table)
            for (projection, live, _, _) in rows
            where live.version != projection.descriptor.version {
                printer.line(
                    "\(projection.descriptor.id) needs a rebuild: its state has layout "
                        + "\(live.version), this program \(projection.descriptor.version)")
            }
            for (projection, live, _, _) in rows where live.poisoned > 0 {
                printer.line("Quarantine of \(projection.descriptor.id):")
                for event in try projection.quarantine().prefix(10) {
                    printer.line("  \(TerminalText.sanitized(event.description))")
                }
            }
        }
    }

    /// `projection rebuild`
    struct Rebuild: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Build anew beside the live state, compare, and swap.",
            usage: "npsledger projection rebuild [NAME…] [options]",
            discussion: """
                EXAMPLE
                  npsledger projection rebuild nps-by-segment
                """)
        @OptionGroup var options: LedgerOptions
        @Argument(help: "Which (else all).") var projections: [String] = []

        func run() throws {
            let session = try Session(options)
            defer { session.ledger.close() }
            let printer = Printer(options)
            var differs = false
            var results: [(String, String, String)] = []
            for projection in try ProjectionCommand.chosen(projections, session) {
                let bar = ProgressBar("rebuilding \(projection.descriptor.id)", unit: "events")
                let (old, new) = try projection.rebuild(
                    from: session.ledger.log, threads: Session.threads
                ) { done, total in
                    bar.update(done: Int(done), total: Int(total))
                }
                bar.finish()
                let verdict = old == nil ? "new" : old == new ? "equal" : "different"
                differs = differs || verdict == "different"
                results.append((projection.descriptor.id, verdict, Hex.encode(new)))
            }
            ProjectionCommand.show(results, "rebuilt", printer)
            if differs {
                throw CommandFailure(
                    ExitStatus.no,
                    "a kept state was not what the log gives; the rebuilt one is live now")
            }
        }
    }

    /// `projection verify`
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replay the log in memory and compare with the live state.",
            usage: "npsledger projection verify [NAME…] [options]")
        @OptionGroup var options: LedgerOptions
        @Argument(help: "Which (else all).") var projections: [String] = []

        func run() throws {
            let session = try Session(options)
            defer { session.ledger.close() }
            let results = try ProjectionCommand.chosen(projections, session).map { projection in
                try ProjectionCommand.verify(projection, session)
            }
            ProjectionCommand.show(results, "verified", Printer(options))
            if results.contains(where: { $0.1 == "different" }) {
                throw CommandFailure(
                    ExitStatus.no,
                    "a kept state is not what the log gives: npsledger projection rebuild")
            }
        }
    }

    static func verify(
        _ projection: any CatalogedProjection, _ session: Session
    ) throws -> (String, String, String) {
        let bar = ProgressBar("replaying \(projection.descriptor.id)", unit: "events")
        let (kept, replayed) = try projection.compareWithReplay(
            of: session.ledger.log, threads: Session.threads
        ) { done, total in
            bar.update(done: Int(done), total: Int(total))
        }
        bar.finish()
        return (
            projection.descriptor.id, kept == replayed ? "equal" : "different", Hex.encode(kept)
        )
    }

    static func show(_ results: [(String, String, String)], _ act: String, _ printer: Printer) {
        switch printer.format {
        case .json:
            printer.json([
                "projections": .array(
                    results.map { id, verdict, digest in
                        [
                            "id": .string(id), "result": .string(verdict),
                            "digest": .string(digest),
                        ]
                    })
            ])
        case .csv: printer.csv(["id", "result", "digest"], results.map { [$0, $1, $2] })
        case .table:
            for (id, verdict, digest) in results {
                let role: TerminalStyle.Role = verdict == "different" ? .bad : .good
                printer.line(
                    "\(act) \(id): " + printer.style.paint(verdict, role)
                        + printer.style.paint("  \(digest.prefix(32))…", .muted))
            }
        }
    }
}
