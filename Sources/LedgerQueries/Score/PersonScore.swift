import NPSBySegmentProjection
import NPSStatistics

/// What counts once in a score.
public enum CountingUnit: String, CaseIterable, Sendable {
    /// Each response.
    case response
    /// Each person, by the mean of their answers; told beside the score of the responses.
    case person
}

/// A score in which each person counts once, by the mean of their answers.
///
/// The answer of those who answer often weighs no more than anybody else's. Which of the two is right
/// depends on what is asked: how often customers are met well, or how many are content.
public struct PersonScore: Hashable, Sendable {
    /// The mean over persons, as a share.
    public let score: Double?
    /// Its interval, as a share; that of Wald or adjusted Wald, for a mean has no score interval.
    public let interval: Interval?

    /// - Parameter sums: with each person once.
    init(_ sums: ClusterSums, _ frame: AnswerFrame) {
        score = sums.mean
        interval = sums.interval(
            confidence: frame.confidenceShare, adjusted: frame.interval != .wald)
    }
}

/// A change in which each person counts once on each side, by the mean of their answers there.
public struct PersonChange: Hashable, Sendable {
    /// The score before, as a share.
    public let before: Double?
    /// The score after, as a share.
    public let after: Double?
    /// The change; nil where a side has no responses.
    public let difference: Difference?

    init(_ sums: ClusterPairSums, adjusted: Bool) {
        before = sums.second.mean
        after = sums.first.mean
        difference = sums.difference(adjusted: adjusted)
    }
}

extension [SegmentScore] {
    /// Tells, beside the score of each group and of all, that in which each person counts once.
    ///
    /// - Parameters:
    ///   - total: all groups together.
    ///   - answers: of those who gave several.
    mutating func countPersons(
        _ total: inout SegmentScore, _ answers: AnswersByPerson, _ frame: AnswerFrame
    ) {
        let (changes, all) = answers.averaged()
        let places = Dictionary(uniqueKeysWithValues: answers.groups.enumerated().map { ($1, $0) })
        for index in indices {
            let change = places[self[index].segment.map(\.value)].map { changes[$0] } ?? .zero
            self[index].countPersons(change, frame)
        }
        total.countPersons(all, frame)
    }
}
