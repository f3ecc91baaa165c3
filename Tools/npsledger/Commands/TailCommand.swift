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
            Sealed parts stay sealed. Another process may be writing meanwhile.

            EXAMPLE
              npsledger tail --follow --event model.activated
            """)

    @OptionGroup var options: LedgerOptions

    @Option(name: .long, help: "First position (else the last ten events).")
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
        let open = try Session.open(options)
        defer { open.close() }
        let names = event.isEmpty ? nil : Set(event.compactMap { EventName(rawValue: $0) })
        try open.tail(TailRequest(from: from, names: names, follows: follow)) { event in
            Printer.write(event.json.serialized() + "\n")
        }
    }
}
