import ArgumentParser
import Catalog
import LedgerCore
import LedgerReplay
import LedgerStore
import LineageProjection
import NPSBySegmentProjection
import NPSLedger
import Presentation

/// `trace`: one response's whole story.
struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "One response: every event about it, and what it counts as.",
        usage: "npsledger trace RESPONSE [--source NAME] [options]",
        discussion: """
            RESPONSE is the source's id or a log position. Texts are shown where the master key \
            opens them.

            EXAMPLES
              npsledger trace 83120
              npsledger trace r-4711 --source web --as-of 2026-03-03
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var lens: LensOptions

    @Argument(help: "The source's id of the response, or its position in the log.")
    var response: String

    @Option(name: .long, help: "The source, where an id exists in several.")
    var source: String?

    @Flag(name: .long, help: "Leave sealed texts closed.")
    var sealed = false

    func run() throws {
        let session = try Session(options)
        defer { session.ledger.close() }
        if let version = lens.model { _ = try ModelRegistry(session.ledger).model(version) }
        try session.catchUp(session.catalog.npsBySegment)
        try session.catchUp(session.catalog.lineage)
        let position = try find(in: session.ledger)
        let asOf = try lens.position(in: session.ledger.log)
        guard position < asOf else {
            throw CommandFailure(
                ExitStatus.noInput,
                "response \(position) was recorded after the position asked about (\(asOf))")
        }
        let links = try session.catalog.lineage.read { state, _ in
            try LineageQuery.events(of: position, asOf: asOf, in: state)
        }
        let story = try ResponseStory(
            session, position, links.map(\.position), opensTexts: !sealed)
        let verdict = try session.catalog.npsBySegment.read { state, _ in
            try ResponseVerdict(session, position, lens, state)
        }
        let printer = Printer(options)
        switch options.format {
        case .json: printer.json(.object(story.json + [("counts", verdict.json)]))
        case .csv:
            printer.csv(
                ["position", "event", "recordedAt", "occurredAt", "actor", "detail"],
                story.steps.map { step in
                    [
                        "\(step.position)", step.name, Timestamp.format(step.recordedAt),
                        Timestamp.format(step.occurredAt), step.actor, step.detail,
                    ]
                })
        case .table: story.show(verdict, printer)
        }
    }

    /// The position of the response that the argument names.
    private func find(in ledger: Ledger) throws -> Position {
        var found: [(source: String, position: Position)] = []
        for source in try source.map({ [$0] }) ?? Self.sources(ledger) {
            let key = IdempotencyKey(source: source, id: response)
            if let hit = try ledger.log.lookUp([key])[0] { found.append((source, hit.position)) }
        }
        if found.count > 1 {
            throw CommandFailure(
                ExitStatus.usage,
                "“\(response)” exists in several sources ("
                    + found.map(\.source).joined(separator: ", ") + "): name one with --source")
        }
        if let hit = found.first { return hit.position }
        if source == nil, let position = Position(response) {
            let name = try ledger.log.withEvent(position) { $0.name }
            if name == .responseRecorded { return position }
            if let name {
                throw CommandFailure(
                    ExitStatus.noInput,
                    "position \(position) holds “\(name.rawValue)”, which is not a response")
            }
        }
        throw CommandFailure(
            ExitStatus.noInput,
            "no response “\(response)” is recorded"
                + (source.map { " for source “\($0)”" } ?? "")
                + "; give the source's id of it, or its position")
    }

    /// Sources that ever stated a mapping.
    static func sources(_ ledger: Ledger) throws -> [String] {
        var sources: Set<String> = []
        try ledger.log.forEachEvent(in: 0..<Position.max, named: [.mappingEdited]) { event in
            sources.insert(try MappingEdited(event).source)
            return true
        }
        return sources.sorted()
    }
}
