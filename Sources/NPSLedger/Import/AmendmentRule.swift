import LedgerCore
import LedgerStore
import SurveyImport

/// Decides what a second message about a recorded response is.
struct AmendmentRule {
    enum Verdict {
        case duplicate
        /// The `number`-th amendment of the response, changing what it says.
        case amend(ResponseAmended, number: Int)
        case conflict
    }

    let log: EventLog
    let source: String

    /// Key of the `number`-th amendment of a response.
    static func key(source: String, id: String, number: Int) -> IdempotencyKey {
        IdempotencyKey(source: source, id: "\(id)\u{0}amended\u{0}\(number)")
    }

    /// The newest `updated` time wins; without times, a text may follow a score that came alone.
    func decide(_ prepared: PreparedRow, recordedAs position: Position) throws -> Verdict {
        guard
            let recorded = try log.withEvent(
                position,
                { event -> ResponseRecorded? in
                    event.name == .responseRecorded ? try ResponseRecorded(event) : nil
                }), let recorded
        else { return .conflict }
        var (score, hasText) = (recorded.score, recorded.hasText)
        var updatedAt = recorded.updatedAt
        var number = 1
        while let known = try log.lookUp([
            Self.key(source: source, id: prepared.id, number: number)
        ])[0] {
            if known.body == prepared.body { return .duplicate }
            try log.withEvent(known.position) { event in
                let amended = try ResponseAmended(event)
                score = amended.score ?? score
                hasText = hasText || amended.hasText
                updatedAt = amended.updatedAt ?? updatedAt
            }
            number += 1
        }
        let row = prepared.row
        let newScore = row.score.flatMap { UInt16(exactly: $0) }
        guard prepared.segments == recorded.segments else { return .conflict }
        let isNewer = row.updatedAt.map { $0 > updatedAt ?? .min } ?? false
        let addsText =
            !hasText && row.text != nil && (newScore == nil || newScore == score)
            && row.updatedAt == nil && updatedAt == nil
        guard isNewer || addsText else { return .conflict }
        return .amend(
            ResponseAmended(
                response: position, score: newScore == score ? nil : newScore,
                hasText: row.text != nil, updatedAt: row.updatedAt),
            number: number)
    }
}
