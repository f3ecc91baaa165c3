import AnswerEncoding
import Classification
import LedgerCore
import NPSLedger
import Presentation

/// What the topics of model versions are called: looked up in the registrations when one is met.
final class TopicNames {
    private let ledger: Ledger
    private var known: [ModelVersion: [RegisteredTopic]] = [:]

    init(_ ledger: Ledger) { self.ledger = ledger }

    /// The topics of a version by number; empty for a version that has none, or is not registered.
    func topics(of version: ModelVersion) throws -> [RegisteredTopic] {
        if let topics = known[version] { return topics }
        // Versions are registered before they judge, so a later one may be news.
        for model in try ledger.models.list() {
            known[model.version] = model.topics
        }
        let topics = known[version] ?? []
        known[version] = topics
        return topics
    }

    /// What an event found, in words: a share only where it is a probability.
    func sentence(_ event: TopicsRecorded) throws -> String {
        let topics = try topics(of: event.model)
        let words = event.topics.map { finding in
            let topic = Int(finding.topic) < topics.count ? topics[Int(finding.topic)] : nil
            return (topic?.name ?? "topic \(finding.topic)")
                + (topic?.isPrototype == true
                    ? " (close to its phrases)" : " \(EventDetail.share(finding.probability))")
        }
        return "model \(event.model): about " + words.joined(separator: ", ")
    }

    /// What an event found, for programs.
    func json(_ event: TopicsRecorded) throws -> JSONValue {
        let topics = try topics(of: event.model)
        return .array(
            event.topics.map { finding in
                let topic = Int(finding.topic) < topics.count ? topics[Int(finding.topic)] : nil
                let share = Double(finding.probability) / 10_000
                let isPrototype = topic?.isPrototype == true
                return [
                    "topic": .integer(finding.topic), "name": .optional(topic?.name),
                    "origin": .optional(topic?.origin?.name),
                    "probability": isPrototype ? .null : .number(share),
                    "closeness": isPrototype ? .number(share) : .null,
                ]
            })
    }
}
