import ArgumentParser
import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import LedgerStore
import NPSLedger
import Presentation

/// `projection list`
struct ProjectionListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Version, position, lag, digest, size, builds and commitments of each.",
        usage: "npsledger projection list [--no-digest] [options]",
        discussion: """
            EXAMPLE
              npsledger projection list --format json
            """)
    @OptionGroup var options: LedgerOptions

    @Flag(name: .long, help: "Do not read the states: no digests, and no look at every page.")
    var noDigest = false

    func run() throws {
        let session = try Session.open(options)
        defer { session.ledger.close() }
        let printer = Printer(options)
        let size = try session.ledger.log.head().size
        let rows = try session.catalog.all.map {
            try ProjectionRow($0, session.ledger.log, size, readsState: !noDigest)
        }
        let cadence = session.ledger.manifest.commitEvery.flatMap { $0 == 0 ? nil : $0 }
        switch options.format {
        case .json:
            printer.json([
                "size": .integer(size), "commitEvery": .optional(cadence),
                "projections": .array(rows.map(\.json)),
            ])
        case .csv: printer.csv(ProjectionRow.fieldNames, rows.map(\.fields))
        case .table: try showTable(rows, cadence, session, printer)
        }
    }

    private func showTable(
        _ rows: [ProjectionRow], _ cadence: UInt64?, _ session: OpenLedger, _ printer: Printer
    ) throws {
        var table = Table(columns: [
            Table.Column("projection"), .number("v"), .number("position"), .number("lag"),
            Table.Column("digest", dropPriority: 2), .number("size", dropPriority: 3),
            .number("committed", dropPriority: 1),
        ])
        for row in rows {
            table.append([
                Table.Cell(row.id, row.reason == nil ? .plain : .warning),
                Table.Cell(row.live.map { "\($0.version)" } ?? "—"),
                row.live.map { .count($0.position) } ?? "—", row.lag.map { .count($0) } ?? "—",
                Table.Cell(row.digest.map { $0.prefix(16) + "…" } ?? "—", .muted),
                Table.Cell(Formatted.bytes(row.bytes)),
                row.committed.map { .count($0.upTo) } ?? "never",
            ])
        }
        printer.table(table)
        let kept = rows.compactMap { row in row.keptPosition.map { "\(row.id) at \($0)" } }
        var remarks = rows.flatMap(\.remarks)
        if !kept.isEmpty {
            remarks.append(
                "Kept beside the live build: \(kept.joined(separator: ", ")). "
                    + "`npsledger projection swap NAME` makes it live.")
        }
        for line in remarks.flatMap({ TerminalText.wrapped($0, printer.width) }) {
            printer.line(TerminalText.sanitized(line))
        }
        if let cadence {
            printer.muted("States are committed every \(Formatted.count(cadence)) events.")
        }
        for (row, projection) in zip(rows, try session.catalog.all)
        where row.live?.poisoned ?? 0 > 0 {
            printer.line("Quarantine of \(row.id):")
            for event in try projection.quarantine().prefix(10) {
                printer.line("  \(TerminalText.sanitized(event.description))")
            }
        }
    }
}
