import AnswerEncoding
import ArgumentParser
import LedgerCore
import LedgerStore
import NPSLedger
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
        let ledger = try Ledger(at: options.paths)
        defer { ledger.close() }
        let topicNames = TopicNames(ledger)
        let names = event.isEmpty ? nil : Set(event.compactMap { EventName(rawValue: $0) })
        let size = try ledger.log.head().size
        var next = from ?? (size > Self.shownByDefault ? size - Self.shownByDefault : 0)
        var goesOn = true
        while goesOn, follow || next < size {
            // Without --follow one look a call: its answer says how far the log was considered,
            // which the events of a rare type would not.
            var hasLooked = false
            func isDone() -> Bool {
                defer { hasLooked = true }
                return hasLooked && !follow
            }
            next = try ledger.log.follow(from: next, named: names, until: isDone) { event in
                guard follow || event.position < size else { return false }
                goesOn = Printer.write(
                    try Self.json(event, topicNames).serialized() + "\n")
                return goesOn
            }
        }
    }

    /// Events shown where no first one is named: as many as `tail` shows lines.
    private static let shownByDefault: Position = 10

    private static func json(_ event: EventView, _ names: TopicNames) throws -> JSONValue {
        let payload = try EventCatalog.payload(of: event)
        let topics = try (payload as? TopicsRecorded).map { [("topics", try names.json($0))] } ?? []
        return .object(
            [
                ("position", .integer(event.position)), ("event", .string(event.name.rawValue)),
                ("version", .integer(event.version)),
                ("recordedAt", .string(Timestamp.format(event.recordedAt))),
                ("clock", .optional(event.clock.map { Timestamp.format($0) })),
                ("occurredAt", .string(Timestamp.format(event.occurredAt))),
                ("actor", .string(event.actorName)), ("cause", .optional(event.cause)),
                ("payload", .object(EventDetail.describe(payload).fields)),
                ("sealed", .bool(event.sealedCommitment != nil)),
            ] + topics)
    }
}
