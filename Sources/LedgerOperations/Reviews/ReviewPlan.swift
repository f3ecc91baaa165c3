import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger

/// Which texts people are asked to read.
///
/// What is open or decided is not asked again, so the same can be searched for every day. A sample
/// is drawn at random from all texts that the model has read, whatever was asked about them before:
/// only so does it estimate the model's quality without bias. A response that is named is asked
/// about anew, also where it was decided.
public struct ReviewSearch: Sendable {
    /// Texts whose likeliest class is less likely than this, in percent; nil for none.
    public var confidenceBelow: Double?
    /// Promoters by score and detractors by text, or the reverse.
    public var againstScore = false
    /// So many texts at random; nil for no sample.
    public var sample: Int?
    /// Decides what is drawn, and what two people read.
    public var seed: UInt64 = 1
    /// Share that two people read, neither knowing what the other says, in percent.
    public var blindShare = 0
    /// Of those of low confidence at most so many more, the least sure; nil for all.
    public var limit: Int?
    /// By what this version reads; nil for the active one.
    public var model: ModelVersion?
    /// Among which responses; it groups by nothing.
    public var selection = Selection()
    /// Responses that are named.
    public var responses: [ResponseName] = []

    /// A search for nothing.
    public init() {}

    /// Whether it is about what a model reads.
    var readsTexts: Bool { confidenceBelow != nil || againstScore || sample != nil }

    /// - Throws: `LedgerError` with code `invalid` where nothing is searched for, or what cannot be.
    func check() throws(LedgerError) {
        func require(_ holds: Bool, _ rule: String) throws(LedgerError) {
            guard holds else { throw LedgerError(.invalid, rule) }
        }
        try require(readsTexts || !responses.isEmpty, "nothing says which texts to ask about")
        try require(
            confidenceBelow.map { $0 > 0 && $0 <= 100 } ?? true,
            "a low confidence is a percentage above 0, at most 100")
        try require(
            sample.map { (1...ReviewRegistry.requestsMax).contains($0) } ?? true,
            "a sample has 1 to \(ReviewRegistry.requestsMax) texts")
        try require(
            (0...100).contains(blindShare), "a blind share is a percentage from 0 to 100")
        try require(limit.map { $0 >= 1 } ?? true, "a limit is at least 1")
        try require(selection.segments.by.isEmpty, "texts to ask about are not grouped")
    }
}

/// What was asked, and why the rest was not.
public struct ReviewRequestOutcome: Sendable {
    /// Texts asked about.
    public let requested: Int
    /// Those of them that two people are to read.
    public let second: Int
    /// Texts that were searched for, and somebody is to read already.
    public let open: Int
    /// The same, that somebody has decided on.
    public let decided: Int
    /// Texts that the model has not read.
    public let unread: Int
    /// Those of them that it left unread for their language, and will not read.
    public let unlearnt: Int
    /// The model.
    public let model: ModelVersion?
    /// Texts that the sample was drawn from.
    public let population: Int
    /// Number of the sample; nil where none was asked for.
    public let sampleRound: UInt32?
    /// Whether the seed was used before: then nothing was drawn.
    public let isRepeated: Bool
    /// Whether it was only looked what would be asked.
    public let isRehearsal: Bool
}

extension OpenLedger {
    /// Asks people to read texts.
    ///
    /// - Parameter isRehearsal: say what would be asked, and record nothing.
    /// - Throws: `LedgerError` with code `invalid` for a search that cannot be, `refused` where no
    ///   model reads, `not-found` for a response without a text that counts; what
    ///   ``ReviewRegistry/request(_:asOf:actor:)`` throws.
    public func requestReviews(
        _ search: ReviewSearch, by actor: Actor, isRehearsal: Bool = false
    ) throws -> ReviewRequestOutcome {
        try search.check()
        try refresh(catalog.npsBySegment)
        let named = try search.responses.map { ($0.name, try find($0)) }
        var plan = ReviewPlan(search)
        let asOf = try catalog.npsBySegment.read { state, build in
            let request = LensRequest(
                asOf: .position(build.position), model: search.model, basis: .inferred)
            let lens = try resolve(
                request, search.selection, horizon: build.position, state)
            let query = NPSBySegmentQuery(state)
            let chosen = search.selection.segments
            try check(chosen, query)
            let history = try ReviewHistory(log, asOf: build.position)
            try plan.gather(lens, chosen, query, history)
            let texts = try query.texts(of: Set(named.map(\.1)), lens)
            for (name, response) in named {
                guard let text = texts[response] else {
                    throw LedgerError(
                        .notFound,
                        "response “\(name)” has no text that counts under the selection: there is "
                            + "nothing to review")
                }
                plan.ask(text, history)
            }
            return build.position
        }
        let recorded =
            isRehearsal
            ? 0
            : try ReviewRegistry(ledger).request(plan.requests, asOf: asOf, actor: actor)
        if recorded > 0 { try refreshAll() }
        return ReviewRequestOutcome(
            requested: isRehearsal ? plan.requests.count : recorded,
            second: plan.requests.count { $0.wantsSecond }, open: plan.open,
            decided: plan.decided, unread: plan.unread, unlearnt: plan.unlearnt,
            model: plan.model, population: plan.population, sampleRound: plan.sampleRound,
            isRepeated: plan.isRepeated, isRehearsal: isRehearsal)
    }
}

/// What is to be asked, and why the rest is not.
private struct ReviewPlan {
    private let search: ReviewSearch

    private(set) var requests: [ReviewRequested] = []
    /// Texts with the property asked for that somebody is to read already.
    private(set) var open = 0
    /// The same, that somebody has decided on.
    private(set) var decided = 0
    /// Texts that the model has not read.
    private(set) var unread = 0
    /// Those of them that it left unread for their language.
    private(set) var unlearnt = 0
    /// Texts that a sample is drawn from.
    private(set) var population = 0
    private(set) var model: ModelVersion?
    private(set) var sampleRound: UInt32?
    /// Whether the seed was used before: then nothing is drawn.
    private(set) var isRepeated = false

    init(_ search: ReviewSearch) { self.search = search }

    private func wantsSecond(_ response: Position) -> Bool {
        ReviewSampling.isShared(response, percent: search.blindShare, seed: search.seed)
    }

    /// Walks the texts once.
    mutating func gather(
        _ lens: ResolvedLens, _ selection: SegmentSelection,
        _ query: NPSBySegmentQuery<some StateReader>, _ history: ReviewHistory
    ) throws {
        model = lens.model
        guard search.readsTexts else { return }
        guard model != nil else {
            throw LedgerError(.refused, "no model is active, so there is no reading to ask about")
        }
        var sampling = search.sample.map { ReviewSampling(seed: search.seed, size: $0) }
        let below = search.confidenceBelow.map { Int(($0 * 100).rounded()) } ?? 0
        var unsure: [ReviewRequested] = []
        try query.forEachText(lens, selection) { text in
            guard text.row.isClassified else {
                unread += 1
                unlearnt += text.row.unlearntLanguage == nil ? 0 : 1
                return
            }
            let confidence = text.confidence
            sampling?.add(
                ReviewText(
                    response: text.row.position, text: text.event, subject: text.row.subject),
                confidence: confidence)
            let reason: ReviewReason
            if search.againstScore, text.row.contradictsItself(under: lens.thresholds) {
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
        if let limit = search.limit, unsure.count > limit {
            unsure.sort { ($0.confidence ?? 0, $0.response) < ($1.confidence ?? 0, $1.response) }
            unsure.removeLast(unsure.count - limit)
            unsure.sort { $0.response < $1.response }
        }
        requests += unsure
        if let sampling { try draw(sampling, history) }
    }

    private mutating func draw(_ sampling: ReviewSampling, _ history: ReviewHistory) throws {
        population = sampling.population
        if let known = history.samples.keys.filter({ $0.seed == search.seed }).map(\.round).max() {
            sampleRound = known
            isRepeated = true
            return
        }
        let drawn = sampling.drawn
        guard !drawn.isEmpty else {
            throw LedgerError(
                .refused,
                "there is no text to draw from: the model has read none of those asked about",
                remedy: .classify(search.model))
        }
        let round = (history.samples.keys.map(\.round).max() ?? 0) + 1
        sampleRound = round
        let sample = ReviewSample(
            round: round, seed: search.seed, size: UInt64(drawn.count),
            population: UInt64(population))
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
                model: text.row.isClassified ? model : nil,
                confidence: text.row.isClassified ? text.confidence : nil,
                wantsSecond: wantsSecond(response)))
    }
}
