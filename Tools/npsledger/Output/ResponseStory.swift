import AnswerEncoding
import LedgerCore
import LedgerProof
import LedgerQueries
import LedgerStore
import LedgerVault
import NPSLedger
import Presentation

/// Every event about one response, in order.
struct ResponseStory {
    struct Step {
        let position: Position
        let name: String
        let recordedAt: Microseconds
        /// What the clock said, where that is not when it was recorded.
        let clock: Microseconds?
        let occurredAt: Microseconds
        let actor: String
        let cause: Position?
        let leafHash: String
        let detail: String
        let fields: [(String, JSONValue)]
        /// What `topics.recorded` found, by name; nil for other events.
        let topics: JSONValue?
        let personal: PersonalData?
    }

    let response: ResponseRecorded
    let steps: [Step]
    /// Why texts are not shown, where they are not.
    let sealedBecause: String?

    init(
        _ session: OpenLedger, _ position: Position, _ linked: [Position], opensTexts: Bool
    ) throws {
        var steps: [Step] = []
        var recorded: ResponseRecorded?
        let reader = SealedReader(session.ledger, sealed: !opensTexts)
        let log = session.ledger.log
        let names = TopicNames(session.ledger)
        for position in [position] + linked {
            let opened = try reader.open(position)
            let leaf = try log.leafHash(at: position).description
            try log.withEvent(position) { event in
                let payload = try EventCatalog.payload(of: event)
                if let response = payload as? ResponseRecorded { recorded = response }
                let (detail, fields) = EventDetail.describe(payload)
                let topics = payload as? TopicsRecorded
                steps.append(
                    Step(
                        position: position, name: event.name.rawValue,
                        recordedAt: event.recordedAt, clock: event.clock,
                        occurredAt: event.occurredAt,
                        actor: event.actorName, cause: event.cause, leafHash: leaf,
                        detail: try topics.map(names.sentence) ?? detail, fields: fields,
                        topics: try topics.map(names.json), personal: opened))
            }
        }
        guard let recorded else {
            throw CommandFailure(
                ExitStatus.noInput, "position \(position) does not hold a response")
        }
        response = recorded
        self.steps = steps
        sealedBecause = reader.problem
    }

    var json: [(String, JSONValue)] {
        [
            ("position", .integer(steps[0].position)), ("source", .string(response.source)),
            ("id", .string(response.id)), ("subject", .integer(response.subject)),
            (
                "segment",
                .object(
                    response.segments.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }
                )
            ),
            (
                "events",
                .array(
                    steps.map { step in
                        .object(
                            [
                                ("position", .integer(step.position)),
                                ("event", .string(step.name)),
                                ("recordedAt", .string(Timestamp.format(step.recordedAt))),
                                ("clock", .optional(step.clock.map { Timestamp.format($0) })),
                                ("occurredAt", .string(Timestamp.format(step.occurredAt))),
                                ("actor", .string(step.actor)), ("cause", .optional(step.cause)),
                                ("leafHash", .string(step.leafHash)),
                                ("payload", .object(step.fields)),
                            ] + (step.topics.map { [("topics", $0)] } ?? []) + [
                                ("text", .optional(step.personal?.text)),
                                ("respondent", .optional(step.personal?.respondent)),
                                ("reason", .optional(step.personal?.reason)),
                                (
                                    "sourceRow",
                                    .optional(
                                        step.personal?.row.map {
                                            String(decoding: $0, as: UTF8.self)
                                        })
                                ),
                            ])
                    })
            ),
        ]
    }

    func show(_ verdict: ResponseVerdict, _ printer: Printer) {
        let title = "Response \(response.id) of \(response.source), position \(steps[0].position)"
        for line in TerminalText.wrapped(title, printer.width) { printer.heading(line) }
        for (dimension, value) in response.segments.sorted(by: { $0.key < $1.key }) {
            for line in TerminalText.wrapped("\(dimension): \(value)", printer.width - 2) {
                printer.line("  " + line)
            }
        }
        for step in steps {
            printer.line()
            let title = "\(step.position)  \(step.name)"
            let author =
                "  \(Timestamp.format(step.recordedAt)) by " + TerminalText.sanitized(step.actor)
            printer.line(
                printer.style.paint(title, .strong)
                    + printer.style.paint(
                        DisplayWidth.truncated(author, to: printer.width - title.count), .muted))
            if let clock = step.clock {
                printer.line("    at \(Timestamp.format(clock)) by the clock")
            }
            for line in TerminalText.wrapped(step.detail, printer.width - 4) {
                printer.line("    " + line)
            }
            if let text = step.personal?.text {
                for line in TerminalText.wrapped("“\(text)”", printer.width - 4) {
                    printer.line("    " + TerminalText.sanitized(line))
                }
            }
            if let reason = step.personal?.reason {
                for line in TerminalText.wrapped("because “\(reason)”", printer.width - 4) {
                    printer.line("    " + TerminalText.sanitized(line))
                }
            }
            if let row = step.personal?.row {
                let text = TerminalText.sanitized(String(decoding: row, as: UTF8.self))
                printer.muted("    row  " + DisplayWidth.truncated(text, to: printer.width - 9))
            }
            printer.muted("    leaf \(step.leafHash)")
        }
        printer.line()
        if let sealedBecause { printer.muted("Texts are not shown: \(sealedBecause)") }
        verdict.show(printer)
    }
}
