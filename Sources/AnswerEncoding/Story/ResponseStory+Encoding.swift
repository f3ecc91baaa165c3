import JSON
import LedgerCore
import LedgerQueries
import Presentation

extension ResponseStory {
    /// The story, and what the response counts as.
    package var json: JSONValue {
        [
            "position": .integer(position), "source": .string(response.source),
            "id": .string(response.id), "subject": .integer(response.subject),
            "segment": .object(
                response.segments.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }),
            "answeredAt": .string(Timestamp.format(steps[0].event.occurredAt)),
            "answeredAtStated": .bool(isTimeStated),
            Incomplete.name: .integer(verdict.frame.incomplete),
            "sealedBecause": .optional(sealedBecause), "events": .array(steps.map(\.json)),
            "counts": .object(
                verdict.json + [
                    ("promotion", promotion.map { .object($0.json) } ?? .null),
                    ("withdrawal", withdrawal.map { .object($0.json) } ?? .null),
                ]),
        ]
    }

    /// The events, one a row.
    package var csv: (header: [String], rows: [[String]]) {
        Incomplete.csv(
            (
                ["position", "event", "recordedAt", "occurredAt", "actor", "detail"],
                steps.map { step in
                    let event = step.event
                    return [
                        "\(event.position)", event.name.rawValue,
                        Timestamp.format(event.recordedAt),
                        Timestamp.format(event.occurredAt), event.actor, event.sentence,
                    ]
                }
            ), verdict.frame.incomplete)
    }
}

extension ResponseStory.Step {
    fileprivate var json: JSONValue {
        .object(
            [
                ("position", .integer(event.position)), ("event", .string(event.name.rawValue)),
                ("recordedAt", .string(Timestamp.format(event.recordedAt))),
                ("clock", .optional(event.clock.map { Timestamp.format($0) })),
                ("occurredAt", .string(Timestamp.format(event.occurredAt))),
                ("actor", .string(event.actor)), ("cause", .optional(event.cause)),
                ("leafHash", .string(leafHash)),
                ("payload", .object(EventDetail.describe(event.payload).fields)),
            ] + event.topicsJSON + [
                ("text", .optional(text)), ("respondent", .optional(respondent)),
                ("reason", .optional(reason)), ("sourceRow", .optional(sourceRow)),
            ])
    }
}

extension ResponseStory {
    /// Who made the model count that decides, and who another since, one sentence each.
    package var promotionSentences: [String] {
        [promotion?.sentence, withdrawal.map { "since then " + $0.sentence }].compactMap { $0 }
    }
}

extension ResponseVerdict {
    /// The lens, in one line for people; a single response has no interval.
    package var sentence: String {
        let lens = frame.lens
        var parts = [lens.basis.rawValue]
        if lens.basis != .stated {
            let pinned = if case .pinned = lens.model { " (pinned)" } else { "" }
            parts.append(frame.model.map { "model \($0)\(pinned)" } ?? "no model")
        }
        if let id = frame.thresholdsID { parts.append("thresholds \(id)") }
        if lens.reviews == .ignored { parts.append("reviews ignored") }
        parts.append(frame.momentSentence)
        return (parts + [frame.incompleteSentence].compactMap { $0 }).joined(separator: ", ")
    }

    /// Why it counts as it does: a clause.
    package var because: String {
        switch ground {
        case .excluded: "it is excluded"
        case .stated(let score):
            "its stated score of \(EventDetail.score(score)) under thresholds "
                + "\(frame.thresholdsID.map { "\($0)" } ?? "standard")"
        case .noScore: "it has no stated score"
        case .noText: "it has no text"
        case .decided: "what a person decided of its text"
        case .noModel: "no model was active"
        case .unread(let model): "model \(model) has not read it"
        case .unlearnt(let model, let language):
            "its text is in \(language.name), which model \(model) has not learnt"
        case .unsure(let model): "model \(model) is less sure than the thresholds ask"
        case .read(let model): "what model \(model) reads in its text"
        }
    }

    fileprivate var json: [(String, JSONValue)] {
        [
            ("class", .optional(npsClass?.name)), ("because", .string(because)),
            ("basis", .string(frame.lens.basis.rawValue)), ("model", .optional(frame.model)),
            ("thresholds", .optional(frame.thresholdsID)), ("asOf", .integer(frame.lens.asOf)),
            ("decision", .optional(decision?.name)), ("contradiction", .bool(isContradiction)),
        ]
    }
}
