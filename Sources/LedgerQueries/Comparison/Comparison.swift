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
        /// Two segments, as independent groups.
        case segments(Segment, Segment)
        /// Two windows, by what they share.
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
    }

    /// One of two windows.
    public struct Window: Hashable, Sendable {
        /// As it is called in the answer.
        public let name: String
        /// First response time.
        public let from: Microseconds
        /// Response time to stop before.
        public let to: Microseconds

        /// A window.
        public init(name: String, from: Microseconds, to: Microseconds) {
            self.name = name
            self.from = from
            self.to = to
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

    /// A request.
    public init(
        _ sides: Sides, _ selection: Selection = Selection(), lens: LensRequest = LensRequest(),
        adjustment: PAdjustment = .bh
    ) {
        self.sides = sides
        self.selection = selection
        self.lens = lens
        self.adjustment = adjustment
    }

    func check() throws(LedgerError) {
        func require(_ holds: Bool, _ else: String) throws(LedgerError) {
            guard holds else { throw LedgerError(.invalid, `else`) }
        }
        switch sides {
        case .segmentsAndRest:
            try require(!selection.segments.by.isEmpty, "without dimensions there are no segments")
        case .segments:
            try require(selection.segments.by.isEmpty, "two segments are not grouped further")
        case .windows(let first, let second):
            try require(!selection.hasTime, "the windows already say which time")
            try require(
                first.from < first.to && second.from < second.to,
                "a window ends before it begins")
        case .models(let first, let second):
            try require(first != second, "a model agrees with itself")
            try require(lens.model == nil, "the two already say which models")
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
    /// The largest first; of several, all together last where models are compared.
    public let rows: [ComparisonRow]
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
        let (frame, rows) = try catalog.npsBySegment.read { state, build in
            let chosen = request.selection.segments
            try check(chosen, NPSBySegmentQuery(state, workers: workers))
            let lens = try resolve(
                request.lens, request.selection, horizon: build.position, state)
            let inquiry = Inquiry(
                open: self, request: request, lens: lens, horizon: build.position, state: state)
            var frame = try self.frame(lens, request.lens)
            if case .models(let first, let second) = request.sides {
                frame.models = [first, second]
            }
            return (frame, try inquiry.rows())
        }
        return ComparisonAnswer(
            frame: frame, by: request.selection.segments.by, rows: request.adjustment.apply(rows))
    }
}

/// A comparison on one snapshot of a state.
private struct Inquiry<State: StateReader> {
    let open: OpenLedger
    let request: ComparisonRequest
    let lens: ResolvedLens
    let horizon: Position
    let state: State

    private var query: NPSBySegmentQuery<State> { NPSBySegmentQuery(state, workers: open.workers) }
    private var chosen: SegmentSelection { request.selection.segments }

    func rows() throws -> [ComparisonRow] {
        switch request.sides {
        case .segmentsAndRest: try segmentsAndRest()
        case .segments(let first, let second): try segments(first, second)
        case .windows(let first, let second): try windows(first, second)
        case .models(let first, let second): try models(first, second)
        }
    }

    private func segmentsAndRest() throws -> [ComparisonRow] {
        let groups = try query.tally(lens, chosen)
        let all = groups.reduce(into: NPSTally()) { $0 += $1.tallies[0] }
        return groups.map { group in
            let own = group.tallies[0].counts
            return ComparisonRow(
                name: ComparisonRow.name(group.values), beforeName: "all others",
                afterName: "segment", before: all.counts - own, after: own,
                difference: .independent(own, all.counts - own))
        }.sorted { $0.after.total > $1.after.total }
    }

    private func segments(
        _ first: ComparisonRequest.Segment, _ second: ComparisonRequest.Segment
    ) throws -> [ComparisonRow] {
        let sides = try [first, second].map { segment -> NPSCounts in
            let keeping = chosen.keeping.merging(segment.keeping) { _, new in new }
            let side = SegmentSelection(by: [], keeping: keeping)
            try open.check(side, query)
            return try query.tally(lens, side).first?.tallies[0].counts ?? .zero
        }
        return [
            ComparisonRow(
                name: ComparisonRow.name([]), beforeName: first.name, afterName: second.name,
                before: sides[0], after: sides[1], difference: .independent(sides[1], sides[0]))
        ]
    }

    private func windows(
        _ first: ComparisonRequest.Window, _ second: ComparisonRequest.Window
    ) throws -> [ComparisonRow] {
        func counts(_ from: Microseconds, _ to: Microseconds) throws -> [[String?]: NPSCounts] {
            guard from < to else { return [:] }
            let window = try open.resolve(
                request.lens, from: from, to: to, horizon: horizon, state)
            let groups = try query.tally(window, chosen)
            return Dictionary(
                uniqueKeysWithValues: groups.map { ($0.values, $0.tallies[0].counts) })
        }
        let befores = try counts(first.from, first.to)
        let afters = try counts(second.from, second.to)
        let shared = try counts(max(first.from, second.from), min(first.to, second.to))
        return Set(befores.keys).union(afters.keys).map { values in
            let both = shared[values] ?? .zero
            let (before, after) = (befores[values] ?? .zero, afters[values] ?? .zero)
            return ComparisonRow(
                name: ComparisonRow.name(values), beforeName: first.name, afterName: second.name,
                before: before, after: after,
                difference: both.total == 0
                    ? .independent(after, before)
                    : .overlapping(
                        onlyFirst: after - both, shared: both, onlySecond: before - both))
        }.sorted { ($1.after.total, $0.name) < ($0.after.total, $1.name) }
    }

    private func models(
        _ first: ModelVersion, _ second: ModelVersion
    ) throws -> [ComparisonRow] {
        for version in [first, second] { _ = try open.models.model(version) }
        let comparison = try ModelComparison(first, second, under: lens.lens, chosen, in: state)
        try comparison.check(first, second)
        return comparison.rows(first, second)
    }
}

/// One comparison: two sides and their difference, the one after minus the one before.
///
/// The side named first is the one before.
public struct ComparisonRow: Hashable, Sendable {
    /// The segment in words; `all` without one.
    public let name: String
    /// What the side before is called.
    public let beforeName: String
    /// What the side after is called.
    public let afterName: String
    /// Sums before.
    public let before: NPSCounts
    /// Sums after.
    public let after: NPSCounts
    /// The change; nil where a side has no responses.
    public let difference: Difference?
    /// Values of a segment of two models, in the order of the dimensions; nil where responses have
    /// none.
    public package(set) var values: [String?] = []
    /// From which class to which the responses go, where two models are compared.
    public package(set) var flips: FlipMatrix?
    /// Whether it sums up the others.
    public package(set) var isTotal = false
    /// p adjusted over the rows; nil for the total, and where p is none.
    public package(set) var adjustedP: Double?

    /// Whether p comes from the exact test.
    public var isExact: Bool { flips?.isExact ?? false }

    /// p before any adjustment.
    public var p: Double? { flips?.pValue ?? difference?.pValue }

    static func name(_ values: [String?]) -> String {
        values.isEmpty ? "all" : values.map { $0 ?? "—" }.joined(separator: " · ")
    }
}

/// How p is adjusted for looking at many rows.
public enum PAdjustment: String, CaseIterable, Sendable {
    /// Benjamini and Hochberg: the share of false discoveries.
    case bh
    /// Holm: the chance of any.
    case holm
    /// Not at all.
    case none

    func apply(_ rows: [ComparisonRow]) -> [ComparisonRow] {
        let tested = rows.indices.filter { rows[$0].difference != nil && !rows[$0].isTotal }
        let raw = tested.map { rows[$0].p ?? 1 }
        let adjusted =
            switch self {
            case .bh: MultipleComparisons.benjaminiHochberg(raw)
            case .holm: MultipleComparisons.holm(raw)
            case .none: raw
            }
        var rows = rows
        for (index, p) in zip(tested, adjusted) { rows[index].adjustedP = p }
        return rows
    }
}

/// Which group of a selection responses fall into, found out tuple by tuple as they are met.
package struct SegmentGroups<State: StateReader> {
    private let selection: SegmentSelection
    private let query: NPSBySegmentQuery<State>
    /// Values of each group in the order of the selection's `by`; nil where responses have none.
    package private(set) var values: [[String?]] = []
    private var numbers: [[String?]: Int] = [:]
    /// By tuple; nil for one that the selection leaves out.
    private var known: [UInt32: Int?] = [:]

    package init(_ selection: SegmentSelection, _ query: NPSBySegmentQuery<State>) {
        self.selection = selection
        self.query = query
    }

    /// The group of a tuple, nil where the selection leaves it out.
    package mutating func group(of tuple: UInt32) throws -> Int? {
        if let group = known[tuple] { return group }
        let segments = try query.segments(tuple)
        var group: Int?
        if selection.keeps(segments) {
            let values = selection.by.map { segments[$0] }
            group = numbers[values] ?? self.values.count
            if numbers.updateValue(group ?? 0, forKey: values) == nil { self.values.append(values) }
        }
        known[tuple] = .some(group)
        return group
    }
}
