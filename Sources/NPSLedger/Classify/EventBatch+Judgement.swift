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
            actor: .system, cause: text, key: .judgement(of: response, text: text, by: model)
        ) { payload.write(to: &$0) }
        guard !output.topics.isEmpty else { return false }
        try append(
            EventDraft(
                TopicsRecorded(
                    response: response, model: model,
                    topics: output.topics.map {
                        TopicsRecorded.Finding(topic: $0.index, probability: $0.probability)
                    }), occurredAt: now, actor: .system, cause: text),
            key: .reading("\u{0}topics", of: response, text: text, by: model))
        return true
    }
}

extension IdempotencyKey {
    /// One judgement of one text by one model: two processes may judge it, one of them is recorded.
    static func judgement(
        of response: Position, text: Position, by model: ModelVersion
    ) -> IdempotencyKey {
        reading("\u{0}judgement", of: response, text: text, by: model)
    }

    /// What one model read in one text, of a kind that `source` names: the key of the id
    /// “response/text/model”, written without a string, since half of an import's events have one.
    fileprivate static func reading(
        _ source: StaticString, of response: Position, text: Position, by model: ModelVersion
    ) -> IdempotencyKey {
        let digitsMax = 20
        return withUnsafeTemporaryAllocation(byteCount: 3 * digitsMax + 2, alignment: 1) { id in
            // From the last digit of the last number forward.
            var start = id.count
            for (index, number) in [UInt64(model), text, response].enumerated() {
                if index > 0 {
                    start -= 1
                    id[start] = UInt8(ascii: "/")
                }
                var rest = number
                repeat {
                    start -= 1
                    id[start] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                } while rest > 0
            }
            return IdempotencyKey(
                source: UnsafeRawBufferPointer(
                    start: source.utf8Start, count: source.utf8CodeUnitCount),
                id: UnsafeRawBufferPointer(rebasing: id[start...]))
        }
    }
}
