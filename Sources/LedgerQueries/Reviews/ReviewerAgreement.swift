import LedgerCore
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics

/// How far reviewers agree, and how often a model reads as they do.
public struct ReviewerAgreement: Sendable {
    /// Confidence of the intervals, in percent.
    public let confidence: Double
    /// Pairs of reviewers by name, with what they decided unaware of each other.
    public let pairs: [ReviewAgreement.Pair]
    /// Random samples in the order they were drawn; none where no model reads.
    public let samples: [SampleQuality]

    /// The interval of the kappa of a pair.
    public func interval(of pair: ReviewAgreement.Pair) -> Interval? {
        pair.matrix.kappaInterval(confidence: confidence / 100)
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
            confidence: confidence, pairs: agreement.sorted,
            samples: try desk.model.map { try samples(of: desk, $0) } ?? [])
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
