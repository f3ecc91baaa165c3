import JSON
import LedgerCore
import LedgerQueries
import NPSStatistics
import Presentation

extension ResponsesAnswer {
    /// The whole answer as JSON, in pieces: the head, then each response, then the end. The object
    /// stays open between them, since responses are written as they are found.
    package var jsonHead: String {
        JSONValue.object(
            frame.json + [
                ("total", total.json), ("only", .optional(outcome?.rawValue)),
                ("listed", .integer(count)), frame.unlearntJSON,
            ]
        ).serialized(pretty: true).dropLast(2) + ",\n  \"responses\": ["
    }

    /// How many of the responses are listed, and the number that all make.
    package func sentence(listed: Int) -> String {
        let tally = total.tally
        let score = tally.counts.score.map { "NPS " + Formatted.points($0 * 100) } ?? "no score"
        let order: [CountedOutcome] = [.promoter, .passive, .detractor, .uncounted]
        let parts = order.compactMap { outcome -> String? in
            let count = outcome.count(tally)
            guard outcome != .uncounted else {
                return count > 0 ? "\(Formatted.count(count)) uncounted" : nil
            }
            return Formatted.count(count, of: outcome.rawValue)
        }
        return "\(Formatted.count(listed)) of \(Formatted.count(count)) listed"
            + (outcome == nil ? "; all make " : ", among those that make ")
            + "\(score): n \(Formatted.count(tally.counts.total)), "
            + parts.joined(separator: ", ")
    }

    /// The day on which a response was answered, of the zone whose days are meant.
    package func day(of response: CountedResponse) -> String {
        frame.calendar.name(of: .day, start: frame.calendar.day(of: response.answeredAt))
    }

    /// What comes before and with a response.
    package func jsonPiece(_ response: CountedResponse, isFirst: Bool) -> String {
        (isFirst ? "\n    " : ",\n    ") + json(response).serialized()
    }

    /// What closes the answer: where the next page begins, or null.
    package static func jsonEnd(_ next: ResponsesCursor?, isEmpty: Bool) -> String {
        (isEmpty ? "]" : "\n  ]") + ",\n  \"next\": "
            + JSONValue.optional(next?.text).serialized() + "\n}\n"
    }

    private func json(_ response: CountedResponse) -> JSONValue {
        [
            "position": .integer(response.position), "source": .string(response.source),
            "id": .string(response.id),
            "answeredAt": .string(Timestamp.format(response.answeredAt)),
            "recordedAt": .string(Timestamp.format(response.recordedAt)),
            "segment": .object(dimensions.map { ($0, .optional(response.segments[$0])) }),
            "score": .optional(response.score.map { Double($0) / 100 }),
            "class": .optional(response.npsClass?.name),
            "reason": .string(response.ground.name), "because": .string(response.because),
            "reading": response.reading.map { reading in
                [
                    "model": .integer(reading.model),
                    "detractor": .number(Double(reading.detractor) / 10_000),
                    "passive": .number(Double(reading.passive) / 10_000),
                    "promoter": .number(Double(reading.promoter) / 10_000),
                ]
            } ?? .null,
            "amendments": .array(response.amendments.map { .integer($0) }),
            "events": .array(response.events.map { .integer($0) }),
        ]
    }

    /// The columns of the responses.
    package var csvHeader: [String] {
        ["position", "source", "id", "answeredAt", "recordedAt"] + dimensions + [
            "score", "class", "reason", "because", "model", "detractor", "passive", "promoter",
            "amendments", "events", Incomplete.name,
        ]
    }

    /// A response.
    package func csv(_ response: CountedResponse) -> [String] {
        let reading = response.reading
        let shares = [reading?.detractor, reading?.passive, reading?.promoter].map {
            AnswerNumber.text($0.map { Double($0) / 10_000 })
        }
        func list(_ positions: [Position]) -> String {
            positions.map { "\($0)" }.joined(separator: " ")
        }
        return [
            "\(response.position)", response.source, response.id,
            Timestamp.format(response.answeredAt), Timestamp.format(response.recordedAt),
        ] + dimensions.map { response.segments[$0] ?? "" } + [
            response.score.map(EventDetail.score) ?? "", response.npsClass?.name ?? "",
            response.ground.name, response.because, reading.map { "\($0.model)" } ?? "",
        ] + shares + [
            list(response.amendments), list(response.events), "\(frame.incomplete)",
        ]
    }
}

extension ResponsesPage {
    /// The page as JSON, the same bytes as its pieces.
    package var jsonText: String {
        answer.jsonHead
            + responses.enumerated().map { answer.jsonPiece($1, isFirst: $0 == 0) }.joined()
            + ResponsesAnswer.jsonEnd(next, isEmpty: responses.isEmpty)
    }
}

extension CountedResponse {
    /// Why it counts as it does, in a few words.
    package var because: String {
        let sure = reading.map { ", " + EventDetail.share($0.confidence) } ?? ""
        let reason =
            switch ground {
            case .stated: "stated score"
            case .decided: "a person decided"
            case .read(let model): "model \(model)\(sure)"
            case .unsure(let model): "model \(model)\(sure), not sure enough"
            case .unread(let model): "not read by model \(model)"
            case .unlearnt(let model, let language):
                "\(language.name), not learnt by model \(model)"
            case .noModel: "no model was active"
            case .noScore: "no stated score"
            case .noText: "no text"
            case .excluded: "excluded"
            }
        return reason + (amendments.isEmpty ? "" : ", amended")
    }
}

extension ResponseVerdict.Ground {
    /// Its name, for programs.
    package var name: String {
        switch self {
        case .excluded: "excluded"
        case .stated: "stated"
        case .noScore: "noScore"
        case .noText: "noText"
        case .decided: "decided"
        case .noModel: "noModel"
        case .unread: "unread"
        case .unlearnt: "unlearntLanguage"
        case .unsure: "unsure"
        case .read: "read"
        }
    }
}
