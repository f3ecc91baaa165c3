import AnswerEncoding
import ArgumentParser
import JSON
import LedgerCore
import LedgerQueries
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
        let listing = try Session.open(options).projections(readsStates: !noDigest)
        let printer = Printer(options)
        printer.show(listing.json, csv: listing.csv) { listing.show(printer) }
    }
}

extension ProjectionListing {
    fileprivate func show(_ printer: Printer) {
        var table = Table(columns: [
            Table.Column("projection"), .number("v"), .number("position"), .number("lag"),
            Table.Column("digest", dropPriority: 2), .number("size", dropPriority: 3),
            .number("committed", dropPriority: 1),
        ])
        for row in projections {
            table.append([
                Table.Cell(row.id, row.need == nil ? .plain : .warning),
                Table.Cell(row.live.map { "\($0.version ?? 0)" } ?? "—"),
                row.live.map { .count($0.position) } ?? "—", row.lag.map { .count($0) } ?? "—",
                Table.Cell(row.digest.map { Hex.encode($0).prefix(16) + "…" } ?? "—", .muted),
                Table.Cell(Formatted.bytes(row.bytes)),
                row.recorded.map { .count($0.upTo) } ?? "never",
            ])
        }
        printer.table(table)
        let kept = projections.compactMap { row in
            row.keptPosition.map { "\(row.id) at \($0)" }
        }
        var remarks = projections.flatMap(\.remarks)
        if !kept.isEmpty {
            remarks.append(
                "Kept beside the live build: \(kept.joined(separator: ", ")). "
                    + "`npsledger projection swap NAME` makes it live.")
        }
        for line in remarks.flatMap({ TerminalText.wrapped($0, printer.width) }) {
            printer.line(TerminalText.sanitized(line))
        }
        if let recordsDigestsEvery {
            printer.muted(
                "States are committed every \(Formatted.count(recordsDigestsEvery, of: "event")).")
        }
        for row in projections where !row.quarantine.isEmpty {
            printer.line("Quarantine of \(row.id):")
            for event in row.quarantine {
                printer.line("  \(TerminalText.sanitized(event.description))")
            }
        }
    }
}

extension ProjectionStatus {
    /// How far the build has come that `projection swap` would make live.
    fileprivate var keptPosition: String? {
        canSwapBack ? other.map { Formatted.count($0.position) } : nil
    }

    /// What stands below the table: builds beside the live one, and what needs a rebuild.
    fileprivate var remarks: [String] {
        var remarks: [String] = []
        if let need {
            remarks.append(
                "\(id) needs a rebuild: \(need.reason). "
                    + (need.isDamage
                        ? "`npsledger projection rebuild \(id)` folds it anew."
                        : "It is folded anew when it is next asked."))
        }
        guard let other else { return remarks }
        let position = Formatted.count(other.position)
        if other.state == .unfinished {
            remarks.append(
                "A new build of \(id) is unfinished, at position \(position): "
                    + "`npsledger projection rebuild \(id)` goes on with it.")
        } else if keptPosition == nil {
            remarks.append(
                "A build of \(id) is kept at position \(position), with layout "
                    + "\(other.version ?? 0): for the program that wrote it.")
        }
        return remarks
    }
}
