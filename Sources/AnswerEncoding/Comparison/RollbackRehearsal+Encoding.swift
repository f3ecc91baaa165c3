import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

extension RollbackRehearsal {
    /// The rehearsal for programs.
    package var json: JSONValue {
        [
            "dryRun": true, "model": .integer(target.version), "from": .optional(current),
            "takesBack": .integer(takesBack.position), "pointerFlip": .bool(isPointerFlip),
            "unread": .integer(unread), "estimate": estimateJSON,
            "basis": .string(basis.rawValue), "asOf": .integer(asOf),
            Incomplete.name: .integer(incomplete),
            "rows": .array(sections.flatMap(\.rows).map(json)), "total": json(total),
        ]
    }

    private var estimateJSON: JSONValue {
        guard let estimate else { return .null }
        let (seconds, attoseconds) = estimate.duration.components
        return [
            "seconds": .number(Double(seconds) + (Double(attoseconds) / 1e15).rounded() / 1e3),
            "sampleTexts": .integer(estimate.sampleTexts),
        ]
    }

    private static func side(_ counts: NPSCounts) -> JSONValue {
        [
            "responses": .integer(counts.total),
            "nps": .optional(AnswerNumber.points(counts.score)),
        ]
    }

    private func json(_ row: Row) -> JSONValue {
        let change = row.flips.change
        let bounds = change?.interval()
        return [
            "segment": .object(row.segment.map { ($0.dimension, .optional($0.value)) }),
            "now": Self.side(row.now), "after": Self.side(row.after),
            "change": .optional(AnswerNumber.points(change?.estimate)),
            "low": .optional(AnswerNumber.points(bounds?.low)),
            "high": .optional(AnswerNumber.points(bounds?.high)),
            "p": .optional(row.flips.pValue), "adjustedP": .optional(row.adjustedP),
            "flipped": .integer(row.flips.flipped), "uncounted": .integer(row.uncounted),
        ]
    }

    /// The rehearsal as a header and rows: the segments, and all responses last.
    package var csv: (header: [String], rows: [[String]]) {
        let rows = sections.flatMap(\.rows)
        let dimensions = sections.flatMap { $0.rows.first?.segment.map(\.dimension) ?? [] }
        return Incomplete.csv(
            (
                ["grouped"] + dimensions + [
                    "responsesNow", "npsNow", "responsesAfter", "npsAfter", "change", "low", "high",
                    "p", "adjustedP", "flipped", "uncounted",
                ], (rows + [total]).map { csv($0, dimensions) }
            ), incomplete)
    }

    private func csv(_ row: Row, _ dimensions: [String]) -> [String] {
        let change = row.flips.change
        let bounds = change?.interval()
        let values = Dictionary(
            row.segment.map { ($0.dimension, $0.value ?? "") }, uniquingKeysWith: { $1 })
        let figures = [change?.estimate, bounds?.low, bounds?.high].map(AnswerNumber.pointsText)
        let chances = [row.flips.pValue, row.adjustedP].map(AnswerNumber.text)
        // What the row is grouped by: without it, a segment without a value looks like the total.
        let grouped = row.segment.map(\.dimension).joined(separator: " ")
        return [grouped] + dimensions.map { values[$0] ?? "" } + [
            "\(row.now.total)", AnswerNumber.pointsText(row.now.score), "\(row.after.total)",
            AnswerNumber.pointsText(row.after.score),
        ] + figures + chances + ["\(row.flips.flipped)", "\(row.uncounted)"]
    }
}
