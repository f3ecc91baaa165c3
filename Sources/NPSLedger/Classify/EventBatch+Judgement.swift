import Classification
import LedgerCore
import LedgerStore

extension EventBatch {
    /// Appends what a model read in a text, and then what it found the text to be about, if anything.
    ///
    /// Both stand in one commit: a judgement without its topics would never get them, since the
    /// model has read the text by then.
    /// - Returns: Whether topics were appended.
    mutating func append(
        _ output: ClassifierOutput, of response: Position, text: Position, by model: ModelVersion,
        at now: Microseconds
    ) throws -> Bool {
        let payload = ClassificationRecorded(response: response, model: model, output)
        try append(
            ClassificationRecorded.name, version: ClassificationRecorded.version, occurredAt: now,
            actor: .system, cause: text, key: .classification(of: response, text: text, by: model)
        ) { payload.write(to: &$0) }
        guard !output.topics.isEmpty else { return false }
        try append(
            EventDraft(
                TopicsRecorded(
                    response: response, model: model,
                    topics: output.topics.map {
                        TopicsRecorded.Finding(topic: $0.index, probability: $0.probability)
                    }), occurredAt: now, actor: .system, cause: text),
            key: .topics(of: response, text: text, by: model))
        return true
    }
}
