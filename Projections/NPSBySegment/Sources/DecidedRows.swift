import LedgerCore

/// What people's decisions make of the rows of a chunk as of a position: the latest that settles,
/// else the latest, of those on the text that the row had then.
struct DecidedRows {
    /// Set in the code of a decision that settles.
    static let settlesBit: UInt8 = 4

    private var codes: [Int: UInt8] = [:]

    /// The decisions of a chunk; nil where none stands.
    init?(_ rows: RowChunkView, asOf: Position) throws {
        guard rows.decisionCount > 0 else { return nil }
        let start = rows.decisionsOffset
        // Entries are in log order: a later one replaces an earlier one of its rank.
        for index in 0..<rows.decisionCount {
            let at = start + index * RowChunk.Decision.byteCount
            let row = Int(rows.bytes.load(at, as: UInt16.self))
            let code = UInt8(truncatingIfNeeded: rows.bytes.load(at + 2, as: UInt16.self))
            guard row < rows.count, NPSClass(rawValue: code & ~Self.settlesBit) != nil else {
                throw DamagedState("a decision")
            }
            let position = rows.bytes.load(at + 4, as: Position.self)
            let until = rows.bytes.load(at + 12, as: Position.self)
            guard position < asOf, until >= asOf else { continue }
            if code & Self.settlesBit != 0 || (codes[row] ?? 0) & Self.settlesBit == 0 {
                codes[row] = code
            }
        }
        if codes.isEmpty { return nil }
    }

    /// Rows with a decision; in no order.
    var rows: some Sequence<Int> { codes.keys }

    /// What a row was decided to count as.
    subscript(_ row: Int) -> NPSClass? {
        codes[row].flatMap { NPSClass(rawValue: $0 & ~Self.settlesBit) }
    }
}
