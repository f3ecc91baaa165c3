import ArgumentParser
import Dispatch
import LedgerCore
import LedgerStore
import NPSLedger
import Presentation

/// `tail`: events as they come.
struct TailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Events as JSON Lines, and on request as they come.",
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
        let ledger = try Ledger(at: options.paths)
        defer { ledger.close() }
        let names = event.isEmpty ? nil : Set(event.compactMap { EventName(rawValue: $0) })
        let size = try ledger.log.head().size
        var next = from ?? (size > 10 ? size - 10 : 0)
        var goesOn = true
        while goesOn {
            // A page at a time: a read transaction held while output is slow would pin old pages.
            let end = min(try ledger.log.head().size, next + 1_000)
            if next < end {
                var lines: [String] = []
                next = try ledger.log.forEachEvent(in: next..<end, named: names) { event in
                    lines.append(try Self.json(event).serialized())
                    return true
                }
                next = max(next, end)
                for line in lines where goesOn {
                    goesOn = Terminal.write(line + "\n", to: .standardOutput)
                }
            } else if follow {
                // Ten milliseconds are what a person does not notice and a processor does not feel.
                _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(10))
            } else {
                return
            }
        }
    }

    private static func json(_ event: EventView) throws -> JSONValue {
        let payload = try EventCatalog.payload(of: event)
        return [
            "position": .integer(event.position), "event": .string(event.name.rawValue),
            "version": .integer(event.version),
            "recordedAt": .string(Timestamp.format(event.recordedAt)),
            "occurredAt": .string(Timestamp.format(event.occurredAt)),
            "actor": .string(event.actorName), "cause": .optional(event.cause),
            "payload": .object(EventDetail.describe(payload).fields),
            "sealed": .bool(event.sealedCommitment != nil),
        ]
    }
}
