import AnswerEncoding
import ArgumentParser
import JSON
import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger
import Presentation

/// `policy`: what the ledger's owner decides once for everybody.
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "What this ledger allows, and who decided it.",
        discussion: """
            externalModels says whether texts may be sent to models outside this process:

              none      no text leaves; in force until another value is set
              redacted  texts leave without addresses, handles and long numbers
              full      texts leave as they are

            Names and what a text tells about somebody are not taken out by redaction.

            reportingZone says whose days are reported, such as Europe/Vienna (else UTC); \
            firstWeekday on which day weeks begin (else monday); fiscalYearStart in which month \
            quarters and years begin (else january). What is asked as of an earlier position has \
            the calendar that was in force then.

            EXAMPLE
              npsledger policy set externalModels=redacted --reason "contract of 3 March"
            """,
        subcommands: [List.self, Set.self, History.self], defaultSubcommand: List.self)

    /// `policy list`
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Every policy and its value.", usage: "npsledger policy list [options]")
        @OptionGroup var options: LedgerOptions
        @OptionGroup var moment: MomentOptions

        func run() throws {
            PolicyCommand.show(
                try Session.open(options).policies(asOf: try moment.moment()), Printer(options))
        }
    }

    /// `policy set`
    struct Set: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a value into force.",
            usage: "npsledger policy set POLICY=VALUE --reason WHY [options]",
            discussion: """
                The act and its reason are recorded and shown by `audit`.

                EXAMPLE
                  npsledger policy set externalModels=redacted --reason "contract of 3 March"
                """)
        @OptionGroup var options: LedgerOptions
        @OptionGroup var act: ActOptions
        @Argument(help: "The policy and its value, such as externalModels=redacted.")
        var setting: String

        private func parsed() throws -> (policy: Policy, value: String) {
            let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let policy = Policy(rawValue: parts[0]),
                policy.accepts(parts[1])
            else {
                let known = Policy.allCases.map {
                    "\($0.rawValue)=\($0.values?.joined(separator: "|") ?? "ZONE")"
                }
                throw ValidationError(
                    "“\(setting)” is no policy with a value: give "
                        + known.joined(separator: " or ") + ".")
            }
            return (policy, parts[1])
        }

        func validate() throws { _ = try parsed() }

        func run() throws {
            let (policy, value) = try parsed()
            let set = try Session.open(options, by: act.actor).setPolicy(
                policy, to: value, reason: act.reason, by: try act.actor.resolved())
            PolicyCommand.show([set], Printer(options))
        }
    }

    /// `policy history`
    struct History: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Every value that was put into force.",
            usage: "npsledger policy history [options]")
        @OptionGroup var options: LedgerOptions
        @OptionGroup var moment: MomentOptions

        func run() throws {
            PolicyCommand.show(
                try Session.open(options).policyHistory(asOf: try moment.moment()), Printer(options)
            )
        }
    }

    static func show(_ rows: [PolicyValue], _ printer: Printer) {
        printer.show(PolicyEncoding.json(rows), csv: PolicyEncoding.csv(rows)) {
            var table = Table(columns: [
                Table.Column("policy"), Table.Column("value"), .number("position"),
                Table.Column("since"), Table.Column("by", flexible: true),
            ])
            for row in rows {
                table.append([
                    Table.Cell(row.policy.rawValue), Table.Cell(row.value, .strong),
                    Table.Cell(row.edit.map { "\($0.position)" } ?? ""),
                    Table.Cell(
                        row.edit.map { "\(Timestamp.format($0.recordedAt).prefix(19))Z" }
                            ?? "the beginning"),
                    Table.Cell(row.edit?.actor ?? ""),
                ])
            }
            printer.table(table)
        }
    }
}
