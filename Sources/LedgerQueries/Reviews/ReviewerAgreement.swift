import Catalog
import LedgerCore
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics

/// How far reviewers agree, and how often a model reads as they do.
public struct ReviewerAgreement: Sendable {
    /// Confidence of the intervals, in percent.
    public let confidence: Double
    /// Events that could not be applied, so that the answer lacks them.
    public let incomplete: Int
    /// Pairs of reviewers by name, with what they decided unaware of each other.
    public let pairs: [ReviewAgreement.Pair]
    /// Each person beside all others who decided on the same texts.
    public let reviewers: [Reviewer]
    /// Random samples in the order they were drawn; none where no model reads.
    public let samples: [SampleQuality]

    /// How far one person's decisions lean from those of the others.
    public struct Reviewer: Sendable {
        /// Their decisions, and how far they are from the others'.
        public let leaning: ReviewAgreement.Leaning
        /// The p of no leaning, adjusted over all reviewers (Benjamini and Hochberg); nil for nobody.
        public let adjustedP: Double?
    }

    /// The interval of the kappa of a pair.
    public func interval(of pair: ReviewAgreement.Pair) -> Interval? {
        pair.matrix.kappaInterval(confidence: confidence / 100)
    }

    /// The interval of Gwet's AC1 of a pair.
    public func gwetInterval(of pair: ReviewAgreement.Pair) -> Interval? {
        pair.matrix.gwetInterval(confidence: confidence / 100)
    }

    /// The interval of how much higher the second of a pair scores.
    public func leaningInterval(of pair: ReviewAgreement.Pair) -> Interval? {
        pair.leaning.bias.difference?.interval(confidence: confidence / 100)
    }

    /// The interval of how much higher a person scores than the others.
    public func interval(of reviewer: Reviewer) -> Interval? {
        reviewer.leaning.bias.difference?.interval(confidence: confidence / 100)
    }

    /// Whether a person's leaning is told from chance, all of them looked at together.
    public func isReal(_ reviewer: Reviewer) -> Bool {
        (reviewer.adjustedP ?? 1) < 1 - confidence / 100
    }

    /// The interval of the accuracy on a sample.
    public func interval(of sample: SampleQuality) -> Interval? {
        sample.accuracy.interval(confidence: confidence / 100)
    }
}

extension OpenLedger {
    /// How far reviewers agree, and how good a model is by what they decided.
    ///
    /// - Parameters:
    ///   - model: nil for the active one.
    ///   - confidence: of the intervals in percent, from 50 to below 100.
    /// - Throws: `LedgerError` with code `not-found` for a model that is not registered.
    public func reviewerAgreement(
        model: ModelVersion? = nil, confidence: Double = 95, for viewer: Viewer = .everything
    ) throws -> ReviewerAgreement {
        var request = LensRequest()
        request.confidence = confidence
        try request.check()
        let desk = try ReviewDesk(self, model: model)
        var agreement = ReviewAgreement()
        for item in desk.items { agreement.add(item.reviewCase) }
        return ReviewerAgreement(
            confidence: confidence,
            incomplete: try incomplete(asOf: desk.asOf, [catalog.npsBySegment]),
            pairs: agreement.sorted, reviewers: Self.reviewers(agreement.leanings),
            samples: try desk.model.map { try samples(of: desk, $0) } ?? [])
    }

    private static func reviewers(
        _ leanings: [ReviewAgreement.Leaning]
    ) -> [ReviewerAgreement.Reviewer] {
        let adjusted = MultipleComparisons.benjaminiHochberg(
            leanings.map { $0.bias.difference?.pValue ?? 1 })
        return zip(leanings, adjusted).map {
            ReviewerAgreement.Reviewer(leaning: $0, adjustedP: $1)
        }
    }

    private func samples(
        of desk: ReviewDesk, _ version: ModelVersion
    ) throws -> [SampleQuality] {
        let items = Dictionary(
            desk.items.map { ($0.response, $0) }, uniquingKeysWith: { _, last in last })
        let learnt = try learnt(from: desk, version)
        let drawn = desk.history.samples.sorted {
            ($0.key.round, $0.key.seed) < ($1.key.round, $1.key.seed)
        }
        return drawn.map { sample, members in
            var quality = SampleQuality(sample, model: version)
            for member in members {
                let item = items[member.request.response]
                let isSame = item?.text.event == member.request.text
                quality.add(
                    decided: item?.reviewCase.standing?.decided.decision,
                    read: isSame ? item?.text.likeliest : nil,
                    isLearnt: learnt.contains(member.request.response))
            }
            return quality
        }
    }

    /// Members of the samples that a model has learnt from.
    private func learnt(
        from desk: ReviewDesk, _ version: ModelVersion
    ) throws -> Set<Position> {
        let model = try models.model(version)
        let members = desk.history.samples.values.flatMap { $0 }.map(\.request)
        return try LearntTexts(model, try TrainedOn(model, self), self)
            .responses(among: members.map { ($0.response, $0.text) })
    }
}
