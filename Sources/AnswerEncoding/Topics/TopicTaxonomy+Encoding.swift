import Classification
import JSON
import Presentation

extension TopicTaxonomy {
    /// The topics as their file has them.
    package var json: JSONValue {
        [
            "exclusive": .bool(isExclusive),
            "topics": .array(
                topics.map { topic in
                    [
                        "name": .string(topic.name), "description": .string(topic.description),
                        "phrases": .array(topic.phrases.map { .string($0) }),
                    ]
                }),
        ]
    }
}
