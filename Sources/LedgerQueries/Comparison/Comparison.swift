import Catalog
import LedgerCore
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics

/// Which responses are held against which.
public struct ComparisonRequest: Hashable, Sendable {
    /// The two sides.
    public enum Sides: Hashable, Sendable {
        /// Each segment, and all responses outside it.
        case segmentsAndRest
        /// Two segments.
        case segments(Segment, Segment)
        /// Two windows.
        case windows(Window, Window)
        /// Two models on the same responses.
        case models(ModelVersion, ModelVersion)
    }

    /// One of two segments.
    public struct Segment: Hashable, Sendable {
        /// As it is called in the answer.
        public let name: String
        /// Values to keep, by dimension; beside those of the selection.
        public let keeping: [String: Set<String>]

        /// A segment.
        public init(name: String, keeping: [String: Set<String>]) {
            self.name = name
            self.keeping = keeping
        }

        /// Reads `DIM=VALUE,…`; an empty value keeps responses without one.
        ///
        /// - Throws: `LedgerError` with code `invalid`.
        public init(_ text: String) throws(LedgerError) {
            var values: [String: Set<String>] = [:]
            for part in text.split(separator: ",") {
                guard let sign = part.firstIndex(of: "="), sign > part.startIndex else {
                    throw LedgerError(
                        .invalid, "“\(part)” is no segment: DIM=VALUE, such as region=EMEA")
                }
                values[String(part[..<sign]), default: []]
                    .insert(String(part[part.index(after: sign)...]))
            }
            self.init(name: text, keeping: values)
        }
    }

    /// One of two windows.
    public struct Window: Hashable, Sendable {
        /// As it is called in the answer.
        public let name: String
        /// First response time.
        public let from: TimeBound
        /// Response time to stop before.
        public let to: TimeBound

        /// A window.
        public init(name: String, from: TimeBound, to: TimeBound) {
            self.name = name
            self.from = from
            self.to = to
        }

        /// Reads `FROM..TO`.
        ///
        /// - Throws: `LedgerError` with code `invalid`.
        public init(_ text: String) throws(LedgerError) {
            guard let dots = text.firstRange(of: "..") else {
                throw LedgerError(
                    .invalid,
                    "“\(text)” is no span: FROM..TO, such as 2026-01-01..2026-04-01")
            }
            let from = try TimeBound(String(text[..<dots.lowerBound]))
            let to = try TimeBound(String(text[dots.upperBound...]))
            guard from.time < to.time else {
                throw LedgerError(.invalid, "the span \(text) ends before it begins")
            }
            self.init(name: text, from: from, to: to)
        }

        func range(_ calendar: ReportingCalendar) -> Range<Microseconds> {
            let (from, to) = (from.time(in: calendar), to.time(in: calendar))
            return from..<max(from, to)
        }
    }

    /// The sides, the one to start from first.
    public var sides: Sides
    /// Which responses, and by which dimensions they make segments.
    public var selection: Selection
    /// The frame.
    public var lens: LensRequest
    /// How p is adjusted over the rows.
    public var adjustment: PAdjustment
    /// Order of the rows.
    public var order: Order
    /// Rows at most; nil for all. p is adjusted over all of them first.
    public var limit: Int?
    /// What counts once.
    public var per: CountingUnit

    /// A request.
    public init(
        _ sides: Sides, _ selection: Selection = Selection(), lens: LensRequest = LensRequest(),
        adjustment: PAdjustment = .bh, order: Order = .responses, limit: Int? = nil,
        per: CountingUnit = .response
    ) {
        self.sides = sides
        self.selection = selection
        self.lens = lens
        self.adjustment = adjustment
        self.order = order
        self.limit = limit
        self.per = per
    }

    /// Orders of rows.
    public enum Order: String, CaseIterable, Sendable {
        /// Those with most responses after first.
        case responses
        /// The largest rise first, the largest fall last.
        case change
        /// The smallest p first.
        case p
        /// By name.
        case name

        /// Rows in this order; what sums up the others stays last.
        func apply(_ rows: [ComparisonRow]) -> [ComparisonRow] {
            func before(_ left: ComparisonRow, _ right: ComparisonRow) -> Bool {
                guard left.isTotal == right.isTotal else { return right.isTotal }
                func less<T: Comparable>(_ a: T, _ b: T) -> Bool {
                    a != b ? a < b : left.name < right.name
                }
                switch self {
                case .responses: return less(right.after.total, left.after.total)
                case .name: return left.name < right.name
                case .change:
                    return less(
                        -(left.difference?.estimate ?? -3), -(right.difference?.estimate ?? -3))
                case .p: return less(left.p ?? 2, right.p ?? 2)
                }
            }
            return rows.sorted(by: before)
        }
    }

    func check() throws(LedgerError) {
        func require(_ holds: Bool, _ else: String) throws(LedgerError) {
            guard holds else { throw LedgerError(.invalid, `else`) }
        }
        try require(
            lens.interval != .score,
            "a difference has no score interval: adjusted-wald and wald have one")
        switch sides {
        case .segmentsAndRest:
            try require(!selection.segments.by.isEmpty, "without dimensions there are no segments")
        case .segments:
            try require(selection.segments.by.isEmpty, "two segments are not grouped further")
        case .windows(let first, let second):
            try require(!selection.hasTime, "the windows already say which time")
            try require(
                first.from.time < first.to.time && second.from.time < second.to.time,
                "a window ends before it begins")
        case .models(let first, let second):
            try require(first != second, "a model agrees with itself")
            try require(lens.model == nil, "the two already say which models")
            try require(per == .response, "models are compared response by response")
            try require(lens.basis != .stated, "stated scores are the same under every model")
        }
    }
}

/// Is the difference real?
public struct ComparisonAnswer: Sendable {
    /// The frame; it names two models where those are compared.
    public let frame: AnswerFrame
    /// The dimensions that make segments.
    public let by: [String]
    /// In the order asked for; of several, all together last where models are compared.
    public let rows: [ComparisonRow]
    /// All segments together, where two windows are compared by segment; p is not adjusted.
    public let total: ComparisonRow?
    /// How much of that change is that segments score otherwise, and how much that their shares moved;
    /// nil where there is no such row, or a window is empty.
    public let mix: MixDecomposition?
    /// Rows beyond the limit.
    public let omitted: Int
    /// Responses on either side, in all rows.
    public let responses: Int
    /// The people who gave them; nil where the same responses are read by two models.
    public let persons: Int?
    /// Rows that are marked, those beyond the limit included.
    public let marked: Int
    /// The confidence of the intervals of marked rows, as a share: lower than the others miss, because
    /// they were selected. Nil where it is that of all, or none is adjusted.
    public let markedConfidence: Double?

    /// Whether the change of a row is told from chance.
    public func isReal(_ row: ComparisonRow) -> Bool {
        (row.adjustedP ?? row.p ?? 1) < 1 - frame.confidenceShare
    }

    /// The confidence of a row's interval, as a share.
    public func confidence(_ row: ComparisonRow) -> Double {
        isReal(row) ? markedConfidence ?? frame.confidenceShare : frame.confidenceShare
    }

    init(
        _ frame: AnswerFrame, _ request: ComparisonRequest, _ compared: ComparedRows
    ) {
        self.frame = frame
        (total, mix) = (compared.total, compared.mix)
        by = request.selection.segments.by
        responses = compared.responses
        persons = compared.persons
        let rows = request.order.apply(request.adjustment.apply(compared.rows))
        let tested = rows.filter { $0.adjustedP != nil }
        marked = tested.count { ($0.adjustedP ?? 1) < 1 - frame.confidenceShare }
        let isSelected = request.adjustment != .none && persons != nil && marked < tested.count
        markedConfidence =
            isSelected
            ? MultipleComparisons.confidenceOfSelected(
                marked, of: tested.count, confidence: frame.confidenceShare) : nil
        let parts = rows.filter { !$0.isTotal }
        let shown = parts.prefix(request.limit ?? .max)
        omitted = parts.count - shown.count
        self.rows = shown + rows.filter(\.isTotal)
    }
}

extension OpenLedger {
    /// Compares two sides: the change from the first to the second with its interval, and p adjusted
    /// over all rows.
    ///
    /// - Throws: `LedgerError` with code `invalid` for a question that contradicts itself;
    ///   `not-found` for a dimension, value, model or position that is not there; `refused` where two
    ///   models have no response in common.
    public func compare(
        _ request: ComparisonRequest, for viewer: Viewer = .everything
    ) throws -> ComparisonAnswer {
        try request.check()
        try refresh(catalog.npsBySegment)
        var models: [ModelVersion] = []
        if case .models(let first, let second) = request.sides { models = [first, second] }
        let (frame, compared) = try catalog.npsBySegment.read { state, build in
            let chosen = request.selection.segments
            var tuples = SegmentTuples()
            try tuples.load(state)
            let query = NPSBySegmentQuery(state, workers: workers, tuples: tuples)
            try check(chosen, query)
            let lens = try resolve(
                request.lens, request.selection, horizon: build.position, state)
            let inquiry = Inquiry(
                open: self, request: request, lens: lens, horizon: build.position, state: state,
                query: query)
            var frame = try self.frame(lens, request.lens, chosen, query, models: models)
            if !models.isEmpty { frame.unlearnt = [:] }
            return (frame, try inquiry.compared())
        }
        return ComparisonAnswer(frame, request, compared)
    }
}

/// Rows, with the responses and the people behind all of them.
struct ComparedRows {
    var rows: [ComparisonRow]
    let responses: Int
    let persons: Int?
    var total: ComparisonRow?
    var mix: MixDecomposition?

    init(_ rows: [ComparisonRow], _ responses: Int, persons: Int?) {
        (self.rows, self.responses, self.persons) = (rows, responses, persons)
    }
}

/// A comparison on one snapshot of a state.
private struct Inquiry<State: StateReader> {
    let open: OpenLedger
    let request: ComparisonRequest
    let lens: ResolvedLens
    let horizon: Position
    let state: State

    let query: NPSBySegmentQuery<State>

    private var chosen: SegmentSelection { request.selection.segments }

    func compared() throws -> ComparedRows {
        switch request.sides {
        case .segmentsAndRest: try segmentsAndRest()
        case .segments(let first, let second): try segments(first, second)
        case .windows(let first, let second): try windows(first, second)
        case .models(let first, let second): try models(first, second)
        }
    }

    private func row(
        _ name: String, _ beforeName: String, _ afterName: String, _ persons: ComparedPersons,
        pool: (() -> PersonPermutationTest)? = nil
    ) -> ComparisonRow {
        let isAdjusted = request.lens.interval != .wald
        var row = ComparisonRow(
            name: name, beforeName: beforeName, afterName: afterName, before: persons.before,
            after: persons.after, difference: persons.sums.difference(adjusted: isAdjusted))
        row.persons = ComparisonRow.Persons(
            before: persons.sums.second.persons, after: persons.sums.first.persons,
            both: persons.sums.personsInBoth)
        row.perPerson = persons.averaged.map { PersonChange($0, adjusted: isAdjusted) }
        row.tested = persons.tested(pool: pool).map { ComparisonRow.Tested(p: $0.p, test: $0.test) }
        return row
    }

    private func segmentsAndRest() throws -> ComparedRows {
        let groups = try query.tally(lens, chosen)
        let answers = try query.answersByPerson(lens, chosen)
        let counts = groups.map(\.tallies[0].counts)
        let known = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($1.values, $0) })
        let segments = SegmentsAndRest(
            counts, answers, places: answers.groups.map { known[$0] }, per: request.per)
        // Made once, and only where somebody answers often.
        var everyone: PersonPermutationTest?
        let rows = groups.indices.map { place in
            row(
                ComparisonRow.name(groups[place].values), "all others", "segment",
                segments.compared(place)
            ) {
                let test = everyone ?? segments.everyone()
                everyone = test
                return test
            }
        }
        return ComparedRows(rows, segments.all.count, persons: segments.all.persons)
    }

    private func segments(
        _ first: ComparisonRequest.Segment, _ second: ComparisonRequest.Segment
    ) throws -> ComparedRows {
        let sides = try [first, second].map { segment in
            let keeping = chosen.keeping.merging(segment.keeping) { _, new in new }
            let side = SegmentSelection(by: [], keeping: keeping)
            try open.check(side, query)
            return side
        }
        let pair = try query.pair(lens, sides[1], sides[0])
        var persons = ComparedPersons(
            onlyAfter: pair.onlyFirst, shared: pair.shared, onlyBefore: pair.onlySecond,
            per: request.per)
        pair.answers.forEachPerson { cells in
            var person = PersonOnSides()
            for cell in cells {
                switch cell.slot {
                case 0: person.onlyAfter += cell.answers
                case 1: person.shared += cell.answers
                default: person.onlyBefore += cell.answers
                }
            }
            persons.join(person)
        }
        let responses = (pair.onlyFirst + pair.shared + pair.onlySecond).total
        return ComparedRows(
            [row(ComparisonRow.name([]), first.name, second.name, persons)], responses,
            persons: persons.sums.persons)
    }

    private func windows(
        _ first: ComparisonRequest.Window, _ second: ComparisonRequest.Window
    ) throws -> ComparedRows {
        func window(_ from: Microseconds, _ to: Microseconds) throws -> ResolvedLens {
            try open.resolve(request.lens, from: from, to: to, horizon: horizon, state)
        }
        func counts(_ from: Microseconds, _ to: Microseconds) throws -> [[String?]: NPSCounts] {
            guard from < to else { return [:] }
            let groups = try query.tally(try window(from, to), chosen)
            return Dictionary(
                uniqueKeysWithValues: groups.map { ($0.values, $0.tallies[0].counts) })
        }
        // Which answer of a person counts may differ between overlapping windows: then only the
        // answers themselves tell which are in both.
        let isPicked = lens.lens.duplicates != .all
        let calendar = try open.calendar(request.lens.calendar, asOf: lens.lens.asOf)
        let windows = WindowPair(before: first.range(calendar), after: second.range(calendar))
        let (before, after) = (windows.before, windows.after)
        let picked =
            isPicked
            ? try PickedAnswers(
                query, chosen, before: try window(before.lowerBound, before.upperBound),
                after: try window(after.lowerBound, after.upperBound)) : nil
        let befores = try counts(before.lowerBound, before.upperBound)
        let afters = try counts(after.lowerBound, after.upperBound)
        let shared =
            try picked?.shared
            ?? counts(
                max(before.lowerBound, after.lowerBound), min(before.upperBound, after.upperBound))
        var compared: [[String?]: ComparedPersons] = [:]
        for values in Set(befores.keys).union(afters.keys) {
            let both = shared[values] ?? .zero
            compared[values] = ComparedPersons(
                onlyAfter: (afters[values] ?? .zero) - both, shared: both,
                onlyBefore: (befores[values] ?? .zero) - both, per: request.per)
        }
        // Each is a person of its own until they are joined.
        let responses = compared.values.reduce(0) { $0 + $1.sums.persons }
        var all = Self.together(compared.values, per: request.per)
        let join: ([String?], PersonOnSides) -> Void = { compared[$0]?.join($1) }
        let joinAll: (PersonOnSides) -> Void = { all.join($0) }
        let repeats =
            try picked?.forEachPerson(join, whole: joinAll)
            ?? windows.forEachPerson(query, chosen, window, join, whole: joinAll)
        var rows = ComparedRows(
            compared.map { row(ComparisonRow.name($0), first.name, second.name, $1) }, responses,
            persons: responses - repeats)
        if !chosen.by.isEmpty { addTotal(to: &rows, first, second, Array(compared), all) }
        return rows
    }

    /// All segments, each response a person of its own until persons are joined.
    private static func together(
        _ parts: some Collection<ComparedPersons>, per unit: CountingUnit
    ) -> ComparedPersons {
        func sum(_ part: (ComparedPersons) -> NPSCounts) -> NPSCounts {
            parts.reduce(.zero) { $0 + part($1) }
        }
        let shared = sum(\.shared)
        return ComparedPersons(
            onlyAfter: sum(\.after) - shared, shared: shared, onlyBefore: sum(\.before) - shared,
            per: unit)
    }

    /// Adds the row of all segments together, and what of it comes from scores and what from mix.
    private func addTotal(
        to rows: inout ComparedRows, _ first: ComparisonRequest.Window,
        _ second: ComparisonRequest.Window,
        _ compared: [(key: [String?], value: ComparedPersons)], _ all: ComparedPersons
    ) {
        var total = row(ComparisonRow.name([]), first.name, second.name, all)
        total.isTotal = true
        let mix = MixDecomposition(
            compared.map(\.value).map {
                SegmentChange(
                    before: $0.before, after: $0.after,
                    standardError: $0.sums.difference(adjusted: false)?.standardError)
            })
        guard let mix else {
            rows.total = total
            return
        }
        total.mix = mix.effects
        let contributions = Dictionary(
            zip(compared.map { ComparisonRow.name($0.key) }, mix.contributions),
            uniquingKeysWith: { first, _ in first })
        for index in rows.rows.indices {
            rows.rows[index].mix = contributions[rows.rows[index].name]
        }
        (rows.total, rows.mix) = (total, mix)
    }

    private func models(
        _ first: ModelVersion, _ second: ModelVersion
    ) throws -> ComparedRows {
        for version in [first, second] { _ = try open.models.model(version) }
        let comparison = try ModelComparison(first, second, under: lens.lens, chosen, in: state)
        try comparison.check(first, second)
        return ComparedRows(
            comparison.rows(first, second), comparison.total.total, persons: nil)
    }
}
