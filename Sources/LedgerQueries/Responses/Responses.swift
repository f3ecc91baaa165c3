import Catalog
import LedgerCore
import LedgerReplay
import LedgerStore
import LineageProjection
import NPSBySegmentProjection
import NPSStatistics

/// Which responses made a number: the same selection and lens as the question for the number.
public struct ResponsesRequest: Hashable, Sendable {
    /// Which responses; dimensions to group by are those told of each.
    public var selection: Selection
    /// Under which frame.
    public var lens: LensRequest
    /// Only responses that count as this; nil for all.
    public var outcome: CountedOutcome?
    /// Where the page before ended; nil for the first. It says as of when all of its pages are, so
    /// what is recorded meanwhile shifts none of them.
    public var after: ResponsesCursor?
    /// Responses at most; nil for all.
    public var limit: Int?

    /// A question.
    public init(
        _ selection: Selection = Selection(), _ lens: LensRequest = LensRequest(),
        outcome: CountedOutcome? = nil, after: ResponsesCursor? = nil, limit: Int? = nil
    ) {
        self.selection = selection
        self.lens = lens
        self.outcome = outcome
        self.after = after
        self.limit = limit
    }
}

/// What becomes of a response that a number accounts for.
public enum CountedOutcome: String, CaseIterable, Sendable {
    /// It counts −1.
    case detractor
    /// It counts 0.
    case passive
    /// It counts +1.
    case promoter
    /// Its text is not read, or not surely enough: it is told beside the number, and not in it.
    case uncounted

    /// What becomes of a response of a class, or of none.
    public init(_ npsClass: NPSClass?) {
        self =
            switch npsClass {
            case .detractor: .detractor
            case .passive: .passive
            case .promoter: .promoter
            case nil: .uncounted
            }
    }

    /// How many responses of a tally it becomes of.
    public func count(_ tally: NPSTally) -> Int {
        switch self {
        case .detractor: tally.counts.detractors
        case .passive: tally.counts.passives
        case .promoter: tally.counts.promoters
        case .uncounted: tally.uncounted
        }
    }
}

/// The end of a page of responses, which are listed in log order: as of when, and the last one.
public struct ResponsesCursor: Hashable, Sendable {
    /// As of which position all pages are.
    public let asOf: Position
    /// Position of the last response of the page.
    public let last: Position

    init(asOf: Position, last: Position) {
        self.asOf = asOf
        self.last = last
    }

    /// Reads what ``text`` wrote.
    ///
    /// - Throws: `LedgerError` with code `invalid`.
    public init(_ text: String) throws(LedgerError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let asOf = Position(parts[0]), let last = Position(parts[1]),
            last < asOf
        else {
            throw LedgerError(
                .invalid, "“\(text)” is not the end of a page, such as the page before it states")
        }
        self.init(asOf: asOf, last: last)
    }

    /// Two positions and a colon, such as `29914:8120`.
    public var text: String { "\(asOf):\(last)" }
}

/// What is told before the responses: the number that they make.
public struct ResponsesAnswer: Sendable {
    /// Under which frame.
    public let frame: AnswerFrame
    /// The dimensions told of each response: those grouped by, or all.
    public let dimensions: [String]
    /// The number, over all pages.
    public let total: SegmentScore
    /// Only responses that count as this; nil for all.
    public let outcome: CountedOutcome?

    /// How many responses all pages list.
    public var count: Int {
        outcome.map { $0.count(total.tally) }
            ?? total.tally.counts.total + total.tally.uncounted
    }
}

/// A response that a number accounts for.
public struct CountedResponse: Sendable {
    /// Probabilities of the classes in basis points; together 10,000.
    public struct Reading: Hashable, Sendable {
        /// The model.
        public let model: ModelVersion
        /// That it is a detractor.
        public let detractor: UInt16
        /// That it is a promoter.
        public let promoter: UInt16

        /// That it is passive.
        public var passive: UInt16 {
            UInt16(clamping: 10_000 - Int(detractor) - Int(promoter))
        }
        /// Of the likeliest class.
        public var confidence: UInt16 { max(detractor, passive, promoter) }
    }

    /// Position of its `response.recorded`.
    public let position: Position
    /// The source that sent it.
    public let source: String
    /// The source's own id of it.
    public let id: String
    /// When it was answered.
    public let answeredAt: Microseconds
    /// When it was recorded.
    public let recordedAt: Microseconds
    /// Stated score in hundredths as of the lens; nil where there is none.
    public let score: UInt16?
    /// Dimension and value, as of the lens.
    public let segments: [String: String]
    /// What it counts as; nil where its text could not be counted.
    public let npsClass: NPSClass?
    /// Why.
    public let ground: ResponseVerdict.Ground
    /// What the lens's model read in its text, where the lens counts texts and it has read it.
    public let reading: Reading?
    /// Positions of the amendments of score, text or segments, ascending.
    public let amendments: [Position]
    /// Positions of the events by which it counts, ascending: its record, amendments, and the
    /// classification or the decision where its text counts.
    public let events: [Position]
}

/// A page of the responses behind a number, as one value.
public struct ResponsesPage: Sendable {
    /// The number that they make, over all pages.
    public let answer: ResponsesAnswer
    /// The responses, in log order.
    public let responses: [CountedResponse]
    /// Where it ended; nil where nothing follows.
    public let next: ResponsesCursor?
}

extension OpenLedger {
    /// A page of the responses behind a number, which takes as much memory as its limit lets it.
    ///
    /// - Throws: as ``responses(_:for:begin:each:)`` does.
    public func responses(
        _ request: ResponsesRequest, for viewer: Viewer = .everything
    ) throws -> ResponsesPage {
        var answer: ResponsesAnswer?
        var responses: [CountedResponse] = []
        let next = try self.responses(request, for: viewer) {
            answer = $0
        } each: {
            responses.append($0)
        }
        guard let answer else { throw LedgerError(.internal, "a page of responses without a head") }
        return ResponsesPage(answer: answer, responses: responses, next: next)
    }

    /// The responses that a number accounts for, in log order: those that count and, where texts
    /// count, those whose text could not. Excluded ones are in no number.
    ///
    /// Over all pages the classes add up to what ``score(_:for:)`` says for the same selection and
    /// lens. A page looks at nothing before it, except where one answer of each respondent counts.
    ///
    /// - Parameters:
    ///   - begin: gets the number that the responses make, before the first.
    ///   - each: gets each response. All of millions may come, one at a time.
    /// - Returns: where the page ended; nil where nothing follows.
    /// - Throws: `LedgerError` as ``score(_:for:)`` does, with code `invalid` where the page before
    ///   was as of another position than asked for; what `begin` and `each` throw.
    public func responses(
        _ request: ResponsesRequest, for viewer: Viewer = .everything,
        begin: (ResponsesAnswer) throws -> Void, each: (CountedResponse) throws -> Void
    ) throws -> ResponsesCursor? {
        let chosen = request.selection.segments
        let linked = try refresh(try catalog.lineage)
        return try scores { state, horizon in
            let horizon = min(horizon, linked)
            let query = try query(state)
            try check(chosen, query)
            let asked = try pageLens(request)
            let lens = try resolve(asked, request.selection, horizon: horizon, state)
            let frame = try frame(lens, asked, chosen, query, hasLineage: true)
            let ungrouped = SegmentSelection(keeping: chosen.keeping)
            let (groups, repeated) = try sums(lens, ungrouped, query)
            let tally = groups.reduce(into: NPSTally()) { $0 += $1.tallies[0] }
            let persons = SumsByPerson([([], tally.counts)], repeated)
            try begin(
                ResponsesAnswer(
                    frame: frame,
                    dimensions: chosen.by.isEmpty ? try query.dimensions() : chosen.by,
                    total: SegmentScore([], [], tally, persons.all, frame), outcome: request.outcome
                ))
            return try catalog.lineage.read { links, _ in
                var (listed, last, isCut) = (0, Position(0), false)
                let first = request.after.map { $0.last + 1 } ?? 0
                try query.forEachAccounted(lens, ungrouped, from: first) { row in
                    let npsClass = row.npsClass(lens.lens.basis, lens.thresholds)
                    guard request.outcome ?? CountedOutcome(npsClass) == CountedOutcome(npsClass)
                    else { return true }
                    guard listed < request.limit ?? .max else {
                        isCut = true
                        return false
                    }
                    let events = try LineageQuery.events(
                        of: row.position, asOf: lens.lens.readAsOf, in: links)
                    try each(
                        try counted(
                            row, lens, CountingEvents(log, row.position, lens, events),
                            try query.segments(row.tuple)))
                    (listed, last) = (listed + 1, row.position)
                    return true
                }
                return isCut && listed > 0 ? ResponsesCursor(asOf: lens.lens.asOf, last: last) : nil
            }
        }
    }

    /// The lens of a page: as of when the page before it was.
    private func pageLens(_ request: ResponsesRequest) throws -> LensRequest {
        guard request.limit ?? 1 > 0 else {
            throw LedgerError(.invalid, "a page has at least one response")
        }
        var lens = request.lens
        guard let after = request.after else { return lens }
        if lens.asOf != .now, try position(lens.asOf) != after.asOf {
            throw LedgerError(
                .invalid,
                "the page before was as of \(after.asOf), and its next one cannot be as of another "
                    + "position")
        }
        lens.asOf = .position(after.asOf)
        return lens
    }

    private func counted(
        _ row: VisibleRow, _ lens: ResolvedLens, _ events: CountingEvents,
        _ segments: [String: String]
    ) throws -> CountedResponse {
        let found = try log.withEvent(row.position) { event in
            (try ResponseRecorded(event), event.recordedAt)
        }
        guard let (recorded, recordedAt) = found else {
            throw LedgerError(
                .corrupt, "response \(row.position) is counted, and not in the log",
                remedy: .verify)
        }
        let ground = ResponseVerdict.Ground(row, lens)
        var basis = [row.position] + events.amendments
        switch ground {
        case .decided: basis += try events.decision().map { [$0] } ?? []
        case .read, .unsure, .unlearnt: basis += try events.classification().map { [$0] } ?? []
        default: break
        }
        return CountedResponse(
            position: row.position, source: recorded.source, id: recorded.id,
            answeredAt: row.occurredAt, recordedAt: recordedAt, score: row.score,
            segments: segments, npsClass: row.npsClass(lens.lens.basis, lens.thresholds),
            ground: ground,
            reading: row.isClassified
                ? lens.model.map {
                    CountedResponse.Reading(
                        model: $0, detractor: row.detractor, promoter: row.promoter)
                } : nil,
            amendments: events.amendments, events: basis.sorted())
    }
}
