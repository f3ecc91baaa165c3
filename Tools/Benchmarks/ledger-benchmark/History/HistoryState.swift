import LedgerCore

/// What the writer of a history knows of the responses it has written, in a few bytes each.
struct HistoryState {
    /// Marks a response without a stated score.
    static let noScore = UInt16.max
    /// Marks a text that a model did not read.
    static let unread: UInt8 = 3

    /// Positions; a history stays far below 2³² events.
    var positions: [UInt32] = []
    var tuples: [UInt16] = []
    var scores: [UInt16] = []
    /// Bit 0: has a text. Bit 1: excluded.
    var flags: [UInt8] = []
    /// What each model reads, two bits a model.
    var readings: [UInt8] = []
    /// Where the text is that was amended, by response.
    var amendedTexts: [Int: Position] = [:]

    init(reserving count: Int) {
        positions.reserveCapacity(count)
        tuples.reserveCapacity(count)
        scores.reserveCapacity(count)
        flags.reserveCapacity(count)
        readings.reserveCapacity(count)
    }

    var count: Int { positions.count }

    mutating func add(position: Position, tuple: Int, score: UInt16?, hasText: Bool) {
        positions.append(UInt32(position))
        tuples.append(UInt16(tuple))
        scores.append(score ?? Self.noScore)
        flags.append(hasText ? 1 : 0)
        readings.append(0xF)
    }

    func hasText(_ index: Int) -> Bool { flags[index] & 1 != 0 }
    func isExcluded(_ index: Int) -> Bool { flags[index] & 2 != 0 }
    func textPosition(_ index: Int) -> Position {
        amendedTexts[index] ?? Position(positions[index])
    }

    mutating func read(_ index: Int, by model: ModelVersion, _ judged: NPSClass) {
        let shift = (model - 1) * 2
        readings[index] = readings[index] & ~(3 << shift) | judged.rawValue << shift
    }

    mutating func amend(_ index: Int, score: UInt16?, textAt: Position?) {
        if let score { scores[index] = score }
        guard let textAt else { return }
        flags[index] |= 1
        amendedTexts[index] = textAt
        readings[index] = 0xF
    }

    mutating func exclude(_ index: Int) { flags[index] |= 2 }

    /// Counts by region and plan under the standard thresholds; blended where a model is given.
    func groups(readBy model: ModelVersion?) -> [HistoryTotals.Group] {
        let plans = HistorySegments.plans.count
        var counts = Array(repeating: [0, 0, 0], count: HistorySegments.regions.count * plans)
        for index in 0..<count where !isExcluded(index) {
            let tuple = Int(tuples[index])
            let group = HistorySegments.region(tuple) * plans + HistorySegments.plan(tuple)
            if scores[index] != Self.noScore {
                let stated = Thresholds.standard.classify(score: scores[index])
                counts[group][Int(stated.rawValue)] += 1
            } else if let model {
                let reading = readings[index] >> UInt8((model - 1) * 2) & 3
                if reading != Self.unread { counts[group][Int(reading)] += 1 }
            }
        }
        return counts.enumerated().compactMap { group, counts in
            guard counts.contains(where: { $0 > 0 }) else { return nil }
            return HistoryTotals.Group(
                region: HistorySegments.regions[group / plans].name,
                plan: HistorySegments.plans[group % plans], detractors: counts[0],
                passives: counts[1], promoters: counts[2])
        }
    }
}
