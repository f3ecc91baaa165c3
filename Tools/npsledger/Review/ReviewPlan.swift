import LedgerCore
import LedgerQueries
import NPSBySegmentProjection
import NPSLedger

/// What is to be asked, and why the rest is not.
struct ReviewPlan {
    let confidenceBelow: Double?
    let againstScore: Bool
    let sample: Int?
    let seed: UInt64
    let blindShare: Int
    let limit: Int?

    private(set) var requests: [ReviewRequested] = []
    /// Texts with the property asked for that somebody is to read already.
    private(set) var open = 0
    /// The same, that somebody has decided on.
    private(set) var decided = 0
    /// Texts that the model has not read.
    private(set) var unread = 0
    /// Texts that a sample is drawn from.
    private(set) var population = 0
    private(set) var model: ModelVersion?
    private(set) var sampleRound: UInt32?
    /// Whether the seed was used before: then nothing is drawn.
    private(set) var isRepeated = false

    init(
        confidenceBelow: Double?, againstScore: Bool, sample: Int?, seed: UInt64, blindShare: Int,
        limit: Int?
    ) {
        self.confidenceBelow = confidenceBelow
        self.againstScore = againstScore
        self.sample = sample
        self.seed = seed
        self.blindShare = blindShare
        self.limit = limit
    }

    private func wantsSecond(_ response: Position) -> Bool {
        ReviewSampling.isShared(response, percent: blindShare, seed: seed)
    }

    /// Walks the texts once.
    mutating func gather(
        _ lens: ResolvedLens, _ selection: SegmentSelection,
        _ query: NPSBySegmentQuery<some StateReader>, _ history: ReviewHistory
    ) throws {
        model = lens.model
        guard confidenceBelow != nil || againstScore || sample != nil else { return }
        guard model != nil else {
            throw CommandFailure(
                ExitStatus.no, "no model is active, so there is no reading to ask about")
        }
        var sampling = sample.map { ReviewSampling(seed: seed, size: $0) }
        let below = confidenceBelow.map { Int(($0 * 100).rounded()) } ?? 0
        var unsure: [ReviewRequested] = []
        try query.forEachText(lens, selection) { text in
            guard let likeliest = text.likeliest else {
                unread += 1
                return
            }
            let confidence = text.confidence
            sampling?.add(
                ReviewText(
                    response: text.row.position, text: text.event, subject: text.row.subject),
                confidence: confidence)
            let reason: ReviewReason
            if againstScore, Self.contradicts(text, likeliest, lens.thresholds) {
                reason = .textAgainstScore
            } else if Int(confidence) < below {
                reason = .lowConfidence
            } else {
                return
            }
            let reviewCase = history.reviewCase(response: text.row.position, text: text.event)
            if reviewCase.openRequest() != nil {
                open += 1
            } else if reviewCase.standing != nil {
                decided += 1
            } else {
                let request = ReviewRequested(
                    response: text.row.position, text: text.event, reason: reason,
                    model: lens.model, confidence: confidence,
                    wantsSecond: wantsSecond(text.row.position))
                if reason == .lowConfidence {
                    unsure.append(request)
                } else {
                    requests += [request]
                }
            }
        }
        if let limit, unsure.count > limit {
            unsure.sort { ($0.confidence ?? 0, $0.response) < ($1.confidence ?? 0, $1.response) }
            unsure.removeLast(unsure.count - limit)
            unsure.sort { $0.response < $1.response }
        }
        requests += unsure
        if let sampling { try draw(sampling, history) }
    }

    private mutating func draw(_ sampling: ReviewSampling, _ history: ReviewHistory) throws {
        population = sampling.population
        if let known = history.samples.keys.filter({ $0.seed == seed }).map(\.round).max() {
            sampleRound = known
            isRepeated = true
            return
        }
        let drawn = sampling.drawn
        guard !drawn.isEmpty else {
            throw CommandFailure(
                ExitStatus.no,
                "there is no text to draw from: the model has read none of those "
                    + "asked about (npsledger classify)")
        }
        let round = (history.samples.keys.map(\.round).max() ?? 0) + 1
        sampleRound = round
        let sample = ReviewSample(
            round: round, seed: seed, size: UInt64(drawn.count), population: UInt64(population))
        requests += drawn.map { member in
            ReviewRequested(
                response: member.text.response, text: member.text.text, reason: .sample,
                model: model, confidence: member.confidence, sample: sample,
                wantsSecond: wantsSecond(member.text.response))
        }
    }

    /// Asks about a response that was named, whatever was decided about it.
    mutating func ask(_ text: ResponseText, _ history: ReviewHistory) {
        let response = text.row.position
        let reviewCase = history.reviewCase(response: response, text: text.event)
        let isPlanned = requests.contains { $0.response == response }
        guard reviewCase.openRequest() == nil, !isPlanned else {
            open += 1
            return
        }
        requests.append(
            ReviewRequested(
                response: response, text: text.event, reason: .asked,
                model: text.row.isJudged ? model : nil,
                confidence: text.row.isJudged ? text.confidence : nil,
                wantsSecond: wantsSecond(response)))
    }

    private static func contradicts(
        _ text: ResponseText, _ read: NPSClass, _ thresholds: Thresholds
    ) -> Bool {
        guard let score = text.row.score else { return false }
        let stated = thresholds.classify(score: score)
        return (stated == .promoter && read == .detractor)
            || (stated == .detractor && read == .promoter)
    }
}
