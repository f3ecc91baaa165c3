extension SimulationTruth {
    /// Counts a response when its first row goes out.
    mutating func record(_ profile: ResponseProfile, row: SimulatedRow) {
        expected.recorded += 1
        guard let scoreClass = row.scoreClass else { return }
        let isAfter = shift.map { row.at >= $0.startsAt } ?? false
        let isStated = !row.score.isEmpty
        let regions = 1
        let plans = regions + configuration.regions.count
        let products = plans + configuration.plans.count
        let channels = products + configuration.products.count
        count(0, scoreClass, isStated, isAfter)
        count(regions + profile.region, scoreClass, isStated, isAfter)
        count(plans + profile.plan, scoreClass, isStated, isAfter)
        count(products + profile.product, scoreClass, isStated, isAfter)
        count(channels + profile.channel, scoreClass, isStated, isAfter)
        if isAfter, row.region == configuration.plantedShift?.region {
            shift?.add(position: row.position, isAffected: true)
        }
    }

    private mutating func count(
        _ index: Int, _ scoreClass: ScoreClass, _ isStated: Bool, _ isAfter: Bool
    ) {
        segments[index].add(scoreClass, isStated: isStated, isAfter: isAfter)
    }

    /// Counts the comment of a row that brings one for the first time.
    mutating func countComment(of row: SimulatedRow) {
        guard let comment = row.truth else { return }
        switch comment.sentiment {
        case .negative: sentiments[0] += 1
        case .neutral: sentiments[1] += 1
        case .positive: sentiments[2] += 1
        }
        for intent in comment.intents {
            intents[intent.bit.trailingZeroBitCount] += 1
        }
        topics[comment.topic.index] += 1
        switch comment.language {
        case .english: englishComments += 1
        case .french: frenchComments += 1
        }
        if row.isContradiction {
            contradictions += 1
        }
        if let startsAt = wording?.startsAt, row.updatedAt >= startsAt {
            wording?.add(position: row.position, isAffected: row.wording == .planted)
        }
    }

    /// Counts a row that is not the first of its response.
    mutating func countOther(_ row: SimulatedRow) {
        switch row.kind {
        case .normal: break
        case .duplicate: expected.duplicates += 1
        case .conflict: expected.conflicts += 1
        case .lateComment: expected.amended += 1
        case .bad(let reason):
            expected.rejected += 1
            rejections[reason.index] += 1
        }
    }
}

extension BadRowReason {
    /// The place of this reason among all cases.
    var index: Int {
        switch self {
        case .scoreNotNumeric: 0
        case .scoreOutOfRange: 1
        case .scoreNotWhole: 2
        case .nothingSaid: 3
        case .unreadableTime: 4
        case .missingResponseID: 5
        }
    }
}
