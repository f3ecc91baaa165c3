import AnswerEncoding
import ArgumentParser
import LedgerCore
import LedgerQueries
import NPSLedger
import Presentation

/// `thresholds`: the cut-offs' life.
struct ThresholdsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "thresholds",
        abstract: "The cut-offs between detractor, passive and promoter.",
        subcommands: [Show.self, Edit.self, History.self], defaultSubcommand: Show.self)

    /// `thresholds show`
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The set in force.",
            usage: "npsledger thresholds show [options]")
        @OptionGroup var options: LedgerOptions
        @OptionGroup var moment: MomentOptions

        func run() throws {
            let ledger = try Ledger(at: options.paths)
            defer { ledger.close() }
            let history = try ThresholdRegistry(ledger).history(
                asOf: try Session.open(ledger).position(try moment.moment()))
            ThresholdsCommand.show(Array(history.suffix(1)), Printer(options))
        }
    }

    /// `thresholds history`
    struct History: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Every set there was.",
            usage: "npsledger thresholds history [options]")
        @OptionGroup var options: LedgerOptions
        @OptionGroup var moment: MomentOptions

        func run() throws {
            let ledger = try Ledger(at: options.paths)
            defer { ledger.close() }
            let history = try ThresholdRegistry(ledger).history(
                asOf: try Session.open(ledger).position(try moment.moment()))
            ThresholdsCommand.show(history, Printer(options))
        }
    }

    /// `thresholds edit`
    struct Edit: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a new set into force.",
            usage: "npsledger thresholds edit --CUT-OFF VALUE… --reason WHY [options]",
            discussion: """
                What is not given stays as it is. Official NPS has 7 and 9.

                EXAMPLE
                  npsledger thresholds edit --min-confidence 50 --reason "count no guesses"
                """)

        @OptionGroup var options: LedgerOptions
        @OptionGroup var act: ActOptions

        @Option(name: .long, help: "The first score that is passive, such as 7.")
        var passiveFrom: Double?

        @Option(name: .long, help: "The first score that is promoter, such as 9.")
        var promoterFrom: Double?

        @Option(
            name: .customLong("min-confidence"),
            help: "Least probability, in percent, for a judged text to count.")
        var confidenceMin: Double?

        func validate() throws {
            guard passiveFrom != nil || promoterFrom != nil || confidenceMin != nil else {
                throw ValidationError(
                    "Say what to change: --passive-from, --promoter-from or --min-confidence.")
            }
        }

        private static func hundredths(_ value: Double, _ name: String) throws -> UInt16 {
            let scaled = (value * 100).rounded()
            guard scaled.isFinite, abs(scaled - value * 100) < 1e-6, scaled >= 0, scaled <= 10_000
            else {
                throw CommandFailure(
                    ExitStatus.usage, "--\(name) \(value): at most two decimals, not negative")
            }
            return UInt16(scaled)
        }

        func run() throws {
            let ledger = try act.actor.open(options)
            defer { ledger.close() }
            let registry = ThresholdRegistry(ledger)
            let inForce = try registry.history().last
            let now = inForce?.thresholds ?? .standard
            guard
                let edited = Thresholds(
                    passiveFrom: try passiveFrom.map { try Self.hundredths($0, "passive-from") }
                        ?? now.passiveFrom,
                    promoterFrom: try promoterFrom.map { try Self.hundredths($0, "promoter-from") }
                        ?? now.promoterFrom,
                    confidenceMin: try confidenceMin.map {
                        try Self.hundredths($0, "min-confidence")
                    } ?? now.confidenceMin)
            else {
                throw CommandFailure(
                    ExitStatus.usage,
                    "thresholds need 0 < passive-from ≤ promoter-from ≤ 10 and "
                        + "min-confidence ≤ 100")
            }
            // What was not given comes from the set read above; another one meanwhile must not be
            // undone by it.
            let edit = try registry.edit(
                edited, basedOn: inForce?.id, reason: act.reason,
                actor: try act.actor.resolved())
            ThresholdsCommand.show([edit], Printer(options))
        }
    }

    static func show(_ edits: [ThresholdRegistry.Edit], _ printer: Printer) {
        switch printer.format {
        case .json:
            printer.json([
                "thresholds": .array(
                    edits.map { edit in
                        [
                            "id": .integer(edit.id),
                            "passiveFrom": .number(Double(edit.thresholds.passiveFrom) / 100),
                            "promoterFrom": .number(Double(edit.thresholds.promoterFrom) / 100),
                            "minConfidence": .number(Double(edit.thresholds.confidenceMin) / 100),
                            "position": .integer(edit.position),
                            "recordedAt": .string(Timestamp.format(edit.recordedAt)),
                            "actor": .string(edit.actor),
                        ]
                    })
            ])
        case .csv:
            printer.csv(
                [
                    "id", "passiveFrom", "promoterFrom", "minConfidence", "position", "recordedAt",
                    "actor",
                ], edits.map { row($0, time: Timestamp.format($0.recordedAt)) })
        case .table:
            var table = Table(columns: [
                .number("id"), .number("passive ≥"), .number("promoter ≥"),
                .number("confidence ≥"), .number("position"), Table.Column("since"),
                Table.Column("by", flexible: true),
            ])
            for edit in edits {
                var cells = row(
                    edit, time: "\(Timestamp.format(edit.recordedAt).prefix(19))Z")
                cells[3] += " %"
                table.append(cells.map { Table.Cell($0) })
            }
            printer.table(table)
        }
    }

    private static func row(_ edit: ThresholdRegistry.Edit, time: String) -> [String] {
        [
            "\(edit.id)", EventDetail.score(edit.thresholds.passiveFrom),
            EventDetail.score(edit.thresholds.promoterFrom),
            EventDetail.score(edit.thresholds.confidenceMin), "\(edit.position)", time, edit.actor,
        ]
    }
}
