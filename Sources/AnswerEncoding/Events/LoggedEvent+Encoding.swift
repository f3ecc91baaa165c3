import Classification
import JSON
import LedgerCore
import LedgerQueries
import Presentation

extension LoggedEvent {
    /// What it says, in one sentence for people; topics by name, where they are known.
    package var sentence: String {
        guard let topics, let event = payload as? TopicsRecorded else {
            return EventDetail.describe(payload).sentence
        }
        return "model \(event.model): about " + topics.map(\.words).joined(separator: ", ")
    }

    /// What was found, for programs; nothing for other events.
    var topicsJSON: [(String, JSONValue)] {
        topics.map { [("topics", .array($0.map(\.json)))] } ?? []
    }

    /// The event, with its payload's own fields.
    package var json: JSONValue {
        .object(
            [
                ("position", .integer(position)), ("event", .string(name.rawValue)),
                ("version", .integer(version)),
                ("recordedAt", .string(Timestamp.format(recordedAt))),
                ("clock", .optional(clock.map { Timestamp.format($0) })),
                ("occurredAt", .string(Timestamp.format(occurredAt))),
                ("actor", .string(actor)), ("cause", .optional(cause)),
                ("payload", .object(EventDetail.describe(payload).fields)),
                ("sealed", .bool(isSealed)),
            ] + topicsJSON)
    }
}

extension FoundTopic {
    /// Its name, and a share only where that is a probability.
    var words: String {
        (name ?? "topic \(number)")
            + (isPrototype ? " (close to its phrases)" : " \(EventDetail.share(share))")
    }

    var json: JSONValue {
        let share = Double(share) / 10_000
        return [
            "topic": .integer(number), "name": .optional(name), "origin": .optional(origin?.name),
            "probability": isPrototype ? .null : .number(share),
            "closeness": isPrototype ? .number(share) : .null,
        ]
    }
}
