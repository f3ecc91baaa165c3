import LedgerCore

/// Of several responses of one respondent the one that counts: a bit for each row.
struct CountedResponses {
    private struct Best {
        var occurredAt: Microseconds
        var row: Int
    }

    private let latestCounts: Bool
    private var best: [UInt64: Best] = [:]
    private var bits: [UInt64]

    init(_ policy: Lens.Duplicates, chunkCount: Int) {
        latestCounts = policy == .latest
        bits = [UInt64](repeating: 0, count: chunkCount << (RowChunk.rowBits - 6))
    }

    /// Takes a response into account; rows come in log order.
    mutating func note(_ row: VisibleRow, _ chunk: Int, _ index: Int) {
        let place = chunk << RowChunk.rowBits | index
        guard let known = best[row.subject] else {
            best[row.subject] = Best(occurredAt: row.occurredAt, row: place)
            return
        }
        // At the same time the one that was recorded last is the latest.
        let isBetter =
            latestCounts
            ? row.occurredAt >= known.occurredAt : row.occurredAt < known.occurredAt
        if isBetter { best[row.subject] = Best(occurredAt: row.occurredAt, row: place) }
    }

    /// Marks what was found.
    mutating func choose() {
        for found in best.values { bits[found.row >> 6] |= 1 << UInt64(found.row & 63) }
        best = [:]
    }

    func contains(_ chunk: Int, _ index: Int) -> Bool {
        let place = chunk << RowChunk.rowBits | index
        return bits[place >> 6] >> UInt64(place & 63) & 1 == 1
    }
}
