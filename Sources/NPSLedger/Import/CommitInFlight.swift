import Classification
import Dispatch
import Encoders
import LedgerCore
import LedgerStore
import Synchronization

/// What an event appended in a batch stands for, so that its outcome can be counted.
enum BatchItem: Sendable {
    /// A row of the batch, and the index of its text among those that were read.
    case response(Int, text: Int?)
    case amendment(Int, response: Position, text: Int?)
    case rejection(code: String)
    case conflict
    case judgement(isShadow: Bool)
    case topics
    case exclusion
}

/// What encoders made of an item's text, in their order.
struct EncodedItem: Sendable {
    /// Of the item in its batch.
    let index: Int
    let subject: UInt64
    let text: [UInt8]
    let vectors: [Embedding]
}

/// What models and encoders made of the texts of a batch.
struct TextReadings: Sendable {
    /// For each decision the index of its text; nil where it has none.
    var textOfDecision: [Int?] = []
    var texts: [[UInt8]] = []
    /// For each model, what counts first: its outputs by text; nil where it did not read one.
    var models: [(version: ModelVersion, isShadow: Bool, outputs: [ClassifierOutput?])] = []
    /// For each encoder its vectors by text.
    var vectors: [[Embedding]] = []

    /// What was read in a text.
    func judgements(ofText index: Int) -> some Sequence<TextJudgement> {
        models.lazy.compactMap { model in
            model.outputs[index].map {
                TextJudgement(model: model.version, output: $0, isShadow: model.isShadow)
            }
        }
    }
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
    let rows: PreparedRows
    let readings: TextReadings
    let events: DraftedEvents
    private let done = DispatchSemaphore(value: 0)
    private let result = Mutex<Result<[AppendOutcome], any Error>?>(nil)

    init(
        _ events: consuming DraftedEvents, of rows: PreparedRows, _ readings: TextReadings,
        _ log: EventLog
    ) {
        self.rows = rows
        self.readings = readings
        // The log has the batch for itself: it may stamp it anew, and frees it.
        let batch = events.batch
        events.batch = EventBatch()
        self.events = events
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
