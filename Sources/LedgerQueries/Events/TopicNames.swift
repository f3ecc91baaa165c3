import Classification
import LedgerCore
import NPSLedger

/// A topic that a model found in a text.
public struct FoundTopic: Hashable, Sendable {
    /// Its number with the model.
    public let number: UInt8
    /// Its name; nil where no registration has it.
    public let name: String?
    /// Where the model has it from; nil where that is not known.
    public let origin: TopicOrigin?
    /// In basis points: its probability, or how close the text lies to its phrases.
    public let share: UInt16
    /// Whether it is found by its phrases, so that its share is no probability.
    public let isPrototype: Bool
}

/// What the topics of model versions are called: looked up in the registrations when one is met.
package final class TopicNames {
    private let models: ModelRegistry
    private var known: [ModelVersion: [RegisteredTopic]] = [:]

    package init(_ models: ModelRegistry) { self.models = models }

    /// The topics of a version by number; empty for a version that has none, or is not registered.
    private func topics(of version: ModelVersion) throws -> [RegisteredTopic] {
        if let topics = known[version] { return topics }
        // Versions are registered before they read a text, so a later one may be news.
        for model in try models.list() { known[model.version] = model.topics }
        let topics = known[version] ?? []
        known[version] = topics
        return topics
    }

    /// What an event found, by name.
    package func found(_ event: TopicsRecorded) throws -> [FoundTopic] {
        let topics = try topics(of: event.model)
        return event.topics.map { finding in
            let topic = Int(finding.topic) < topics.count ? topics[Int(finding.topic)] : nil
            return FoundTopic(
                number: finding.topic, name: topic?.name, origin: topic?.origin,
                share: finding.probability, isPrototype: topic?.isPrototype == true)
        }
    }
}
