import ArgumentParser
import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import LedgerStore
import NPSLedger
import Presentation

/// `projection`: the states folded from the log.
struct ProjectionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "projection", abstract: "The states folded from the log; all disposable.",
        subcommands: [
            ProjectionListCommand.self, Rebuild.self, ProjectionSwapCommand.self,
            ProjectionCommitCommand.self, ProjectionVerifyCommand.self,
        ], defaultSubcommand: ProjectionListCommand.self)

    static func chosen(
        _ names: [String], _ session: OpenLedger
    ) throws -> [any CatalogedProjection] {
        let all = try session.catalog.all
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
            let session = try Session.open(options) { id in
                projections.isEmpty || projections.contains(id)
            }
            defer { session.ledger.close() }
            let printer = Printer(options)
            var differs = false
            var results: [(String, String, String)] = []
            for projection in try ProjectionCommand.chosen(projections, session) {
                let bar = ProgressBar("rebuilding \(projection.descriptor.id)", unit: "events")
                let (old, new, unfoldable) = try projection.rebuild(
                    from: session.ledger.log, threads: Session.threads
                ) { done, total in
                    bar.update(done: Int(done), total: Int(total))
                }
                bar.finish()
                let isWrong = unfoldable != nil || old.map { $0 != new } ?? false
                let verdict = isWrong ? "different" : old == nil ? "new" : "equal"
                if let unfoldable {
                    Printer.notice(
                        "the state that was live could not be folded on: \(unfoldable)")
                }
                differs = differs || verdict == "different"
                results.append((projection.descriptor.id, verdict, Hex.encode(new)))
            }
            show(results, printer)
            if differs {
                throw CommandFailure(
                    ExitStatus.no,
                    "a kept state was not what the log gives; the rebuilt one is live now")
            }
        }

        private func show(_ results: [(String, String, String)], _ printer: Printer) {
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
                        "rebuilt \(id): " + printer.style.paint(verdict, role)
                            + printer.style.paint("  \(digest.prefix(32))…", .muted))
                }
            }
        }
    }
}
