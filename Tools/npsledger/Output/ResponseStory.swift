import LedgerCore
import LedgerProof
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
        let occurredAt: Microseconds
        let actor: String
        let cause: Position?
        let leafHash: String
        let detail: String
        let fields: [(String, JSONValue)]
        let personal: PersonalData?
    }

    let response: ResponseRecorded
    let steps: [Step]
    /// Why texts are not shown, where they are not.
    let sealedBecause: String?

    init(
        _ session: Session, _ position: Position, _ linked: [Position], opensTexts: Bool
    ) throws {
        var steps: [Step] = []
        var recorded: ResponseRecorded?
        let reader = SealedReader(session.ledger, sealed: !opensTexts)
        let log = session.ledger.log
        for position in [position] + linked {
            let opened = try reader.open(position)
            let leaf = try log.leafHash(at: position).description
            try log.withEvent(position) { event in
                let payload = try EventCatalog.payload(of: event)
                if let response = payload as? ResponseRecorded { recorded = response }
                let (detail, fields) = EventDetail.describe(payload)
                steps.append(
                    Step(
                        position: position, name: event.name.rawValue,
                        recordedAt: event.recordedAt, occurredAt: event.occurredAt,
                        actor: event.actorName, cause: event.cause, leafHash: leaf,
                        detail: detail, fields: fields, personal: opened))
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
                                ("occurredAt", .string(Timestamp.format(step.occurredAt))),
                                ("actor", .string(step.actor)), ("cause", .optional(step.cause)),
                                ("leafHash", .string(step.leafHash)),
                                ("payload", .object(step.fields)),
                                ("text", .optional(step.personal?.text)),
                                ("respondent", .optional(step.personal?.respondent)),
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
        printer.heading(
            "Response \(TerminalText.sanitized(response.id)) of "
                + "\(TerminalText.sanitized(response.source)), position \(steps[0].position)")
        for (dimension, value) in response.segments.sorted(by: { $0.key < $1.key }) {
            printer.line(
                "  \(TerminalText.sanitized(dimension)): \(TerminalText.sanitized(value))")
        }
        for step in steps {
            printer.line()
            printer.line(
                printer.style.paint("\(step.position)  \(step.name)", .strong)
                    + printer.style.paint(
                        "  \(Timestamp.format(step.recordedAt)) by "
                            + TerminalText.sanitized(step.actor), .muted))
            for line in Self.wrap(step.detail, printer.width - 4) { printer.line("    " + line) }
            if let text = step.personal?.text {
                for line in Self.wrap("“\(text)”", printer.width - 4) {
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

    /// Breaks a text at spaces; newlines of a comment become spaces.
    static func wrap(_ text: String, _ width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: { $0.isWhitespace }) {
            if !line.isEmpty, DisplayWidth.of(line) + 1 + DisplayWidth.of(word) > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
