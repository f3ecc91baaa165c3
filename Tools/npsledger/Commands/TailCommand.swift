import AnswerEncoding
import ArgumentParser
import JSON
import LedgerCore
import LedgerQueries
import Presentation

/// `tail`: events as they come.
struct TailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Events as JSON Lines, and on request as they come.",
        usage: "npsledger tail [--from POSITION] [--event NAME]… [--follow] [options]",
        discussion: """
            Begins with the last ten events of the log, or at --from, and ends with what was recorded \
            when it was asked. With --follow it goes on with what is appended, until interrupted; \
            --from may then lie ahead. --event leaves out all others, among the first ten too. \
            Sealed parts stay sealed. Another process may be writing meanwhile.

            EXAMPLES
              npsledger tail --from 0 --event model.activated
              npsledger tail --follow --event model.activated
            """)

    @OptionGroup var options: LedgerOptions

    @Option(name: .long, help: "First position, counted from 0 (else the last ten events).")
    var from: UInt64?

    @Option(name: .long, help: "Only events of this type; repeat for more.")
    var event: [String] = []

    @Flag(name: .long, help: "Go on with what is appended, until interrupted.")
    var follow = false

    func validate() throws {
        for name in event where EventName(rawValue: name) == nil {
            throw ValidationError(
                "There is no event “\(name)”; there are: "
                    + EventName.allCases.map(\.rawValue).joined(separator: ", "))
        }
    }

    func run() throws {
        let names = event.isEmpty ? nil : Set(event.compactMap { EventName(rawValue: $0) })
        try Session.open(options).tail(TailRequest(from: from, names: names, follows: follow)) {
            event in
            Printer.write(event.json.serialized() + "\n")
        }
    }
}
