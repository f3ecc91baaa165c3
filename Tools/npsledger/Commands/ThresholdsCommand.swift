import AnswerEncoding
import ArgumentParser
import JSON
import LedgerOperations
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
            let inForce = try Session.open(options).thresholds(asOf: try moment.moment())
            ThresholdsCommand.show(inForce.map { [$0] } ?? [], Printer(options))
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
            ThresholdsCommand.show(
                try Session.open(options).thresholdsHistory(asOf: try moment.moment()),
                Printer(options))
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
            help: "Least probability, in percent, for a classified text to count.")
        var confidenceMin: Double?

        func validate() throws {
            guard passiveFrom != nil || promoterFrom != nil || confidenceMin != nil else {
                throw ValidationError(
                    "Say what to change: --passive-from, --promoter-from or --min-confidence.")
            }
        }

        func run() throws {
            let edit = try Session.open(options, by: act.actor).editThresholds(
                ThresholdsChange(
                    passiveFrom: passiveFrom, promoterFrom: promoterFrom,
                    confidenceMin: confidenceMin),
                reason: act.reason, by: try act.actor.resolved())
            ThresholdsCommand.show([edit], Printer(options))
        }
    }

    static func show(_ edits: [ThresholdRegistry.Edit], _ printer: Printer) {
        printer.show(ThresholdsEncoding.json(edits), csv: ThresholdsEncoding.csv(edits)) {
            var table = Table(columns: [
                .number("id"), .number("passive ≥"), .number("promoter ≥"),
                .number("confidence ≥"), .number("position"), Table.Column("since"),
                Table.Column("by", flexible: true),
            ])
            for edit in edits {
                var cells = ThresholdsEncoding.row(
                    edit, time: "\(Timestamp.format(edit.recordedAt).prefix(19))Z")
                cells[3] += " %"
                table.append(cells.map { Table.Cell($0) })
            }
            printer.table(table)
        }
    }
}
