import Classification
import Dispatch
import Encoders
import LedgerCore
import LedgerStore
import SurveyImport
import Synchronization

/// What an event appended in a batch stands for, so that its outcome can be counted.
enum BatchItem: Sendable {
    case response(PreparedRow, [TextJudgement])
    case amendment(PreparedRow, response: Position, [TextJudgement])
    case rejection(code: String)
    case conflict
    case judgement(isShadow: Bool)
    case topics
    case exclusion

    /// The text that is sealed beside the event.
    var text: String? {
        switch self {
        case .response(let row, _), .amendment(let row, _, _): row.row.text
        case .rejection, .conflict, .judgement, .topics, .exclusion: nil
        }
    }
}

/// What encoders made of an item's text, in their order.
struct EncodedItem: Sendable {
    /// Of the item in its batch.
    let index: Int
    let subject: UInt64
    let text: String
    let vectors: [Embedding]
}

/// What one model read in a row's text.
struct TextJudgement: Sendable {
    let model: ModelVersion
    let output: ClassifierOutput
    /// Whether the model reads without counting.
    let isShadow: Bool
}

/// An event that can be drafted once the response's position is known.
enum Following: Sendable {
    case judgement(response: Position, text: Position, TextJudgement)
    case exclusion(response: Position, id: String, reason: String)
}

/// A batch that the log's thread is writing.
final class CommitInFlight: Sendable {
    let items: [BatchItem]
    let encoded: [EncodedItem]
    private let done = DispatchSemaphore(value: 0)
    private let result = Mutex<Result<[AppendOutcome], any Error>?>(nil)

    init(
        _ batch: EventBatch, _ items: [BatchItem], _ encoded: [EncodedItem], _ log: EventLog
    ) {
        self.items = items
        self.encoded = encoded
        log.submit(batch) { [self] outcome in
            result.withLock { $0 = outcome }
            done.signal()
        }
    }

    /// Waits until the batch is durable.
    func wait() throws -> [AppendOutcome] {
        done.wait()
        return try result.withLock { result in
            try result?.get() ?? []
        }
    }
}
