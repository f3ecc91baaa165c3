import ArgumentParser
import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
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
        let session = try Session.open(options)
        defer { session.ledger.close() }
        if let version = lens.model { _ = try session.ledger.models.model(version) }
        try session.catchUp(session.catalog.npsBySegment)
        try session.catchUp(session.catalog.lineage)
        let position = try ResponseArgument.find(response, source: source, in: session.ledger)
        let asOf = try lens.position(in: session)
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
}
