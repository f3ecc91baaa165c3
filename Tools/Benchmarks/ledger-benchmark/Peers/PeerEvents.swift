import Foundation
import LedgerCore
import LedgerStore
import NPSBySegmentProjection
import NPSStatistics

/// The events that every store gets: a response, then the classification of it, and so on.
///
/// The ledger takes them as CBOR, the others as JSON of the same fields.
struct PeerEvents {
    /// Middle scores of a survey.
    private static let scores: [UInt16] = [0, 2, 3, 5, 6, 6, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10]

    struct Event {
        var draft: EventDraft
        var key: IdempotencyKey
        var tuple: Int
        var score: UInt16?
    }

    private var templates: ResponseTemplates

    init() throws { templates = try ResponseTemplates(vault: nil, actor: .system) }

    /// The event at a position; all are drawn from it, so that any can be made again.
    mutating func event(_ position: Int) throws -> Event {
        var numbers = SplitMix64(state: UInt64(position / 2))
        let random = numbers.next()
        let tuple = Int(random % UInt64(HistorySegments.tuples.count))
        let time = HistoryPlan.start + Microseconds(position)
        if position % 2 == 0 {
            let score =
                random >> 16 % 10 == 0
                ? nil : Self.scores[Int(random >> 20 % UInt64(Self.scores.count))] * 100
            let made = try templates.response(
                position, tuple: tuple, score: score, hasText: true, at: time)
            return Event(draft: made.draft, key: made.key, tuple: tuple, score: score)
        }
        let promoter = UInt16(random >> 8 % 10_001)
        let detractor = UInt16(random >> 24 % (10_001 - UInt64(promoter)))
        let response = Position(position - 1)
        return Event(
            draft: EventDraft(
                ClassificationRecorded(
                    response: response, model: 1,
                    classes: [detractor, 10_000 - detractor - promoter, promoter],
                    sentiment: [2_000, 3_000, 5_000], intents: [promoter, detractor, 310, 45, 7],
                    featureCount: 61), occurredAt: time, actor: .system, cause: response),
            key: .classification(of: response, text: response, by: 1),
            tuple: tuple, score: nil)
    }

    /// The events of a range, ready for the log.
    mutating func batch(_ positions: Range<Int>) throws -> EventBatch {
        var batch = EventBatch(reservingEvents: positions.count)
        for position in positions {
            let event = try event(position)
            try batch.append(event.draft, key: event.key)
        }
        return batch
    }

    /// Writes name, key, region and payload in JSON, one event a line, for the others.
    mutating func write(_ count: Int, to file: String) throws {
        _ = FileManager.default.createFile(atPath: file, contents: nil)
        guard let handle = FileHandle(forWritingAtPath: file) else {
            throw BenchmarkFailure("\(file) cannot be written")
        }
        defer { try? handle.close() }
        var text = ""
        for position in 0..<count {
            let event = try event(position)
            let region = HistorySegments.tuples[event.tuple]["region"] ?? ""
            let key =
                position % 2 == 0
                ? ResponseTemplates.identifier(position) : "\(position - 1)/\(position - 1)/1"
            text += "\(event.draft.name.rawValue)\t\(key)\t\(region)\t"
            text += try Self.json(event.draft) + "\n"
            if text.utf8.count > 1 << 20 {
                try handle.write(contentsOf: Data(text.utf8))
                text.removeAll(keepingCapacity: true)
            }
        }
        try handle.write(contentsOf: Data(text.utf8))
    }

    /// The payload's fields as JSON, in the order of the CBOR.
    private static func json(_ draft: EventDraft) throws -> String {
        let fields = EventFields(try CBORCursor.decode(draft.payload))
        if draft.name == .responseRecorded {
            let response = try ResponseRecorded(fields: fields)
            let score = response.score.map { #""score":\#($0),"# } ?? ""
            let segments = response.segments.sorted { $0.key < $1.key }
                .map { #""\#($0.key)":"\#($0.value)""# }.joined(separator: ",")
            return #"{"id":"\#(response.id)","text":true,\#(score)"source":"web","#
                + #""subject":\#(response.subject),"segments":{\#(segments)}}"#
        }
        let classified = try ClassificationRecorded(fields: fields)
        func list(_ values: [UInt16]) -> String { values.map(String.init).joined(separator: ",") }
        return #"{"class":[\#(list(classified.classes))],"model":1,"#
            + #""intent":[\#(list(classified.intents))],"features":61,"#
            + #""response":\#(classified.response),"sentiment":[\#(list(classified.sentiment))]}"#
    }
}
