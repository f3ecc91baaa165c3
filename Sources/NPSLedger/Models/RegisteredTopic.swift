import Classification
import LedgerCore

/// A topic of a registered model version, as its registration says.
public struct RegisteredTopic: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Where the model has it from; nil where the registration does not say.
    public let origin: TopicOrigin?
    /// What the model measured of it out of fold; nil where nothing was.
    public let metrics: TrainingMetrics.Label?

    /// Whether it is found by how close a text lies to a few phrases: what is recorded of it then
    /// is no probability.
    public var isPrototype: Bool { origin == .prototype }
}

extension RegisteredModel {
    /// The topics of the version by their numbers, with what its card says of them.
    public var topics: [RegisteredTopic] {
        let names = registration.topics
        guard !names.isEmpty else { return [] }
        let labels = metadata?.heads.first { $0.head == "topics" }?.labels ?? []
        return names.enumerated().map { index, name in
            // A card is what the artefact says of itself, in the order of its topics.
            let label = index < labels.count && labels[index].name == name ? labels[index] : nil
            let origin = TopicOrigin.allCases.first { $0.name == label?.origin }
            return RegisteredTopic(
                name: name, origin: origin, metrics: origin == .trained ? label : nil)
        }
    }
}
