import Catalog
import LedgerCore
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSStatistics

/// What a score is asked of.
public struct ScoreRequest: Hashable, Sendable {
    /// Which responses, and how they are grouped.
    public var selection: Selection
    /// Under which frame.
    public var lens: LensRequest
    /// Order of the segments.
    public var order: Order
    /// Segments at most; nil for all.
    public var limit: Int?
    /// Responses that a segment has at least; those with fewer are left out, and counted.
    public var responsesMin: Int
    /// What counts once.
    public var per: CountingUnit

    /// A question.
    public init(
        _ selection: Selection = Selection(), _ lens: LensRequest = LensRequest(),
        order: Order = .responses, limit: Int? = nil, responsesMin: Int = 0,
        per: CountingUnit = .response
    ) {
        self.selection = selection
        self.lens = lens
        self.order = order
        self.limit = limit
        self.responsesMin = responsesMin
        self.per = per
    }

    /// With fewer answers than this a score says little, however high: the adjusted interval holds
    /// its confidence from here on.
    public static let tellingResponsesMin = 10

    /// Orders of segments.
    public enum Order: String, CaseIterable, Sendable {
        /// The largest first.
        case responses
        /// The highest score first; those of fewer than ``tellingResponsesMin`` answers after all
        /// others, so that a single promoter is not the best of all segments.
        case nps
        /// The highest lower end of the interval first: what the score is at least.
        case low
        /// By their values.
        case name

        /// Rows in this order, by the score that each has.
        func apply<Row>(_ rows: [Row], by score: (Row) -> SegmentScore) -> [Row] {
            rows.sorted { one, other in
                let (left, right) = (score(one), score(other))
                let byName = left.name < right.name
                switch self {
                case .name: return byName
                case .responses:
                    let (a, b) = (left.tally.counts.total, right.tally.counts.total)
                    return a != b ? a > b : byName
                case .low:
                    let (a, b) = (left.interval?.low ?? -2, right.interval?.low ?? -2)
                    return a != b ? a > b : byName
                case .nps:
                    let isTelling = [left, right].map {
                        $0.tally.counts.total >= tellingResponsesMin
                    }
                    guard isTelling[0] == isTelling[1] else { return isTelling[0] }
                    // Without a score it comes after the lowest.
                    let (a, b) = (left.tally.counts.score ?? -2, right.tally.counts.score ?? -2)
                    return a != b ? a > b : byName
                }
            }
        }
    }
}

/// The score of one segment: its sums, and the interval of its score.
public struct SegmentScore: Sendable {
    /// The dimensions asked for with the segment's values; nil where responses have none.
    public let segment: [(dimension: String, value: String?)]
    /// The sums.
    public let tally: NPSTally
    /// Of the score, as a share.
    public let interval: Interval?
    /// How many people gave the answers that count.
    public let persons: Int
    /// With each person once; nil unless that was asked.
    public private(set) var perPerson: PersonScore?

    init(
        _ dimensions: [String], _ values: [String?], _ tally: NPSTally, _ sums: ClusterSums,
        _ frame: AnswerFrame
    ) {
        segment = Array(zip(dimensions, values))
        self.tally = tally
        persons = sums.persons
        interval = frame.interval(of: tally.counts, sums)
    }

    /// - Parameter change: what it changes in the sums that each person counts once.
    mutating func countPersons(_ change: ClusterSums, _ frame: AnswerFrame) {
        perPerson = PersonScore(ClusterSums(ExpectedScore(tally.counts)) + change, frame)
    }

    /// Whether somebody answered more than once.
    public var hasRepeatedAnswers: Bool { persons < tally.counts.total }

    /// The values, with a dash for one that there is not.
    public var name: String { segment.map { $0.value ?? "—" }.joined(separator: " · ") }
}

/// A score by segment.
public struct ScoreAnswer: Sendable {
    /// Under which frame.
    public let frame: AnswerFrame
    /// The segments asked for, in their order; none where none were.
    public let rows: [SegmentScore]
    /// All responses that the selection keeps.
    public let total: SegmentScore
    /// Segments beyond the limit.
    public let omitted: Int
    /// Segments with fewer responses than asked for.
    public let tooFew: Int
    /// Texts that are not counted because the model has not read them, nor told their language.
    public let unread: Int

    /// Texts that are not counted because the model is less sure than the thresholds ask for.
    public var unsure: Int { max(0, total.tally.uncounted - frame.unlearntTexts - unread) }
}

extension OpenLedger {
    /// The score, by segment, under any lens.
    ///
    /// - Throws: `LedgerError` with code `not-found` for a dimension, value, model, threshold set or
    ///   position that there is not, `invalid` for a request that contradicts itself.
    public func score(
        _ request: ScoreRequest, for viewer: Viewer = .everything
    ) throws -> ScoreAnswer {
        let chosen = request.selection.segments
        return try scores { state, horizon in
            let query = try query(state)
            try check(chosen, query)
            let lens = try resolve(request.lens, request.selection, horizon: horizon, state)
            let frame = try frame(lens, request.lens, chosen, query)
            let (groups, repeated) = try sums(lens, chosen, query)
            let total = groups.reduce(into: NPSTally()) { $0 += $1.tallies[0] }
            let persons = SumsByPerson(
                groups.map { ($0.values, $0.tallies[0].counts) }, repeated)
            var rows = zip(groups, persons.groups).map {
                SegmentScore(chosen.by, $0.values, $0.tallies[0], $1, frame)
            }
            var all = SegmentScore([], [], total, persons.all, frame)
            if request.per == .person {
                rows.countPersons(&all, try query.answersByPerson(lens, chosen), frame)
            }
            // What is left when no confidence is asked for was not read.
            let unread =
                total.uncounted > 0 && lens.thresholds.confidenceMin > 0
                ? try sums(lens.askingNoConfidence, chosen, query).groups
                    .reduce(0) { $0 + $1.tallies[0].uncounted } : total.uncounted
            let asked = chosen.by.isEmpty ? [] : rows
            let kept = asked.filter { $0.tally.counts.total >= request.responsesMin }
            let shown = request.order.apply(kept) { $0 }.prefix(request.limit ?? .max)
            return ScoreAnswer(
                frame: frame, rows: Array(shown),
                total: all,
                omitted: kept.count - shown.count, tooFew: asked.count - kept.count,
                unread: max(0, unread - frame.unlearntTexts))
        }
    }

    /// A query that knows the tuples where this process goes on asking.
    func query<State: StateReader>(_ state: State) throws -> NPSBySegmentQuery<State> {
        NPSBySegmentQuery(
            state, workers: workers, tuples: keepsSums ? try cubes.tuples(state) : nil)
    }

    /// Sums by group, and what repeated answers change in them; by the sums of a former question
    /// where this process goes on asking.
    func sums<State: StateReader>(
        _ lens: ResolvedLens, _ chosen: SegmentSelection, _ query: NPSBySegmentQuery<State>
    ) throws -> (groups: [NPSBySegmentQuery<State>.Group], repeated: RepeatedByGroup) {
        guard keepsSums else { return try query.score(lens, chosen) }
        return try cubes.with(lens) { try $0.score(lens, chosen, query) }
    }

    /// Answers from one snapshot of the scores, which are folded forward first.
    ///
    /// - Parameter answer: gets the state, and how far it has come.
    package func scores<Answer>(
        _ answer: (LMDBState, Position) throws -> Answer
    ) throws -> Answer {
        let store = try catalog.npsBySegment
        guard keepsSums else {
            try refresh(store)
            return try store.read { state, build in try answer(state, build.position) }
        }
        while true {
            try refresh(store)
            let generation = try store.generation()
            cubes.require(generation)
            let answered = try store.read { state, build in try answer(state, build.position) }
            // Another build that became live meanwhile may say otherwise at the same positions.
            if try store.generation() == generation { return answered }
        }
    }
}

/// The sums of each group and of all, the answers of each respondent together.
struct SumsByPerson {
    /// In the order of the groups.
    let groups: [ClusterSums]
    let all: ClusterSums

    /// - Parameter groups: what counts in each, each response as a person.
    init(_ groups: [(values: [String?], counts: NPSCounts)], _ repeated: RepeatedByGroup) {
        let places = Dictionary(
            uniqueKeysWithValues: repeated.groups.enumerated().map { ($1, $0) })
        self.groups = groups.map { group in
            var sums = ClusterSums(ExpectedScore(group.counts))
            if let place = places[group.values] { sums.join(repeated.sums[place]) }
            return sums
        }
        var all = ClusterSums(ExpectedScore(groups.reduce(NPSCounts.zero) { $0 + $1.counts }))
        all.join(repeated.all)
        self.all = all
    }
}
