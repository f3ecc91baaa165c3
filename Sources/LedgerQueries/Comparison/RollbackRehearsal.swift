import Catalog
import LedgerCore
import LedgerReplay
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics

/// A rollback that is only thought of.
public struct RehearsalRequest: Hashable, Sendable {
    /// The version to go back to; nil for the one before.
    public var target: ModelVersion?
    /// When whoever asks decided to: an activation that was recorded since is none that they can
    /// have meant. Nil for now.
    public var begun: Microseconds?
    /// Dimensions that make segments; nil for each that has few values.
    public var by: [String]?
    /// Which responses count by what.
    public var basis: Lens.Basis

    /// A request.
    public init(
        to target: ModelVersion? = nil, begun: Microseconds? = nil, by: [String]? = nil,
        basis: Lens.Basis = .blended
    ) {
        self.target = target
        self.begun = begun
        self.by = by
        self.basis = basis
    }
}

/// What a rollback would do, found out without writing to log or vault.
public struct RollbackRehearsal: Sendable {
    /// Most values of a dimension that is shown unasked: a screen has room for a few such.
    static let valuesMax = 12
    /// Most dimensions shown unasked.
    static let dimensionsMax = 6

    /// One segment now and after.
    public struct Row: Sendable {
        /// Its dimensions with their values; nil where responses have none.
        public let segment: [(dimension: String, value: String?)]
        /// Sums now.
        public fileprivate(set) var now = NPSCounts.zero
        /// Sums after.
        public fileprivate(set) var after = NPSCounts.zero
        /// The responses that count under both.
        public fileprivate(set) var flips = FlipMatrix()
        /// Texts that the version would leave uncounted: not read by it, or not surely enough.
        public fileprivate(set) var uncounted = 0
        /// p adjusted over all rows; nil where there is no change.
        public fileprivate(set) var adjustedP: Double?

        /// The values in words.
        public var name: String { segment.map { $0.value ?? "—" }.joined(separator: " · ") }
    }

    /// How long a version would read.
    public struct Estimate: Hashable, Sendable {
        /// What it is taken to need; commits to the log come on top.
        public let duration: Duration
        /// Texts that it was timed on.
        public let sampleTexts: Int
    }

    /// The version to go back to.
    public let target: RegisteredModel
    /// The active one.
    public let current: ModelVersion?
    /// The activation that would be taken back.
    public let takesBack: RegisteredModel.Activation
    /// Which responses count by what.
    public let basis: Lens.Basis
    /// The size of the log that this was found out on.
    public let asOf: Position
    /// Events before it that could not be applied, so that the answer lacks them.
    public let incomplete: Int
    /// Texts that the version has not read.
    public let unread: Int
    /// How long it would read them; nil where nothing is unread or it cannot be timed.
    public let estimate: Estimate?
    /// Why there is no estimate although something is unread.
    public let problem: String?
    /// By dimension where none was asked for, with its name as section.
    public let sections: [(title: String?, rows: [Row])]
    /// All responses together.
    public let total: Row

    /// Whether one event is all it takes.
    public var isPointerFlip: Bool { unread == 0 }

    fileprivate init(
        _ open: OpenLedger, _ plan: RollbackPlan, by: [String]?, basis: Lens.Basis
    ) throws {
        let target = plan.target
        // A rollback that would be refused is not rehearsed.
        let reader = try open.models.reader(target)
        try open.refresh(open.catalog.npsBySegment)
        let found = try open.catalog.npsBySegment.read { state, build in
            let query = NPSBySegmentQuery(state)
            if let by { try open.check(SegmentSelection(by: by), query) }
            var request = LensRequest(basis: basis)
            let now = try open.resolve(request, horizon: build.position, state)
            request.model = target.version
            let after = try open.resolve(request, horizon: build.position, state)
            let dimensions = try by ?? Self.dimensions(query)
            let groups = try Self.groups(query, now, after, dimensions)
            return (
                dimensions, groups, now,
                try query.unread(by: target.version, asOf: now.lens.asOf).map {
                    ($0.response, $0.text)
                }
            )
        }
        let (dimensions, groups, now, unread) = found
        self.target = target
        takesBack = plan.takesBack
        self.basis = basis
        current = now.model
        asOf = now.lens.asOf
        incomplete = try open.incomplete(asOf: asOf, [open.catalog.npsBySegment])
        self.unread = unread.count
        total = Self.sum(groups, [])
        sections = Self.adjusted(
            by != nil
                ? [(nil, Self.rows(groups, Array(dimensions.enumerated())))]
                : dimensions.enumerated().map { ($1, Self.rows(groups, [($0, $1)])) })
        let sealed = SealedReader(open.ledger, sealed: false)
        if let first = unread.first { _ = try sealed.open(first.1) }
        problem =
            sealed.problem
            ?? (reader.isExternal && !unread.isEmpty
                ? "model \(target.version) is outside this process, and only asking would tell"
                : nil)
        guard !unread.isEmpty, problem == nil else {
            estimate = nil
            return
        }
        let pace = try HistoryClassifier(
            open.ledger, version: target.version, reader: reader, threads: open.threads
        ).pace(unread)
        estimate = Estimate(duration: pace.estimate(unread.count), sampleTexts: pace.texts)
    }

    /// Dimensions with few values, sorted.
    private static func dimensions(
        _ query: NPSBySegmentQuery<some StateReader>
    ) throws -> [String] {
        let few = try query.dimensions().filter { dimension in
            (2...valuesMax).contains(try query.values(of: dimension).count)
        }
        return Array(few.prefix(dimensionsMax))
    }

    private static func groups(
        _ query: NPSBySegmentQuery<some StateReader>, _ now: ResolvedLens, _ after: ResolvedLens,
        _ dimensions: [String]
    ) throws -> [[String?]: Row] {
        let selection = SegmentSelection(by: dimensions)
        var groups: [[String?]: Row] = [:]
        func change(_ values: [String?], _ body: (inout Row) -> Void) {
            body(&groups[values, default: Row(segment: Array(zip(dimensions, values)))])
        }
        for group in try query.tally(now, selection) {
            change(group.values) { $0.now = group.tallies[0].counts }
        }
        for group in try query.tally(after, selection) {
            change(group.values) {
                $0.after = group.tallies[0].counts
                $0.uncounted = group.tallies[0].uncounted
            }
        }
        for (values, matrix) in try query.flips(from: now, to: after, selection)
        where matrix.total > 0 {
            change(values) { $0.flips = matrix }
        }
        return groups
    }

    /// The groups summed over all dimensions but some.
    private static func rows(
        _ groups: [[String?]: Row], _ kept: [(offset: Int, element: String)]
    ) -> [Row] {
        let pieces = Dictionary(grouping: groups) { group in kept.map { group.key[$0.offset] } }
        return pieces.map { values, rows in
            sum(
                Dictionary(uniqueKeysWithValues: rows.map { ($0.key, $0.value) }),
                Array(zip(kept.map(\.element), values)))
        }.sorted { ($1.now.total, $0.name) < ($0.now.total, $1.name) }
    }

    private static func sum(
        _ groups: [[String?]: Row], _ segment: [(dimension: String, value: String?)]
    ) -> Row {
        groups.values.reduce(into: Row(segment: segment)) { sum, row in
            sum.now = sum.now + row.now
            sum.after = sum.after + row.after
            sum.flips = sum.flips + row.flips
            sum.uncounted += row.uncounted
        }
    }

    /// p adjusted over all the rows that are looked at.
    private static func adjusted(
        _ sections: [(String?, [Row])]
    ) -> [(title: String?, rows: [Row])] {
        let raw = sections.flatMap(\.1).compactMap(\.flips.pValue)
        var adjusted = MultipleComparisons.benjaminiHochberg(raw).makeIterator()
        return sections.map { title, rows in
            (
                title,
                rows.map { row in
                    var row = row
                    if row.flips.change != nil { row.adjustedP = adjusted.next() }
                    return row
                }
            )
        }
    }
}

extension OpenLedger {
    /// What a rollback would change in each segment and how long it would take. Nothing is written.
    ///
    /// - Throws: `LedgerError` as the rollback itself does; `not-found` for a dimension that no
    ///   response has; `invalid` for one that is named twice.
    public func rehearseRollback(
        _ request: RehearsalRequest, for viewer: Viewer = .everything
    ) throws -> RollbackRehearsal {
        try Selection(SegmentSelection(by: request.by ?? [])).check()
        return try RollbackRehearsal(
            self, try models.planRollback(to: request.target, begun: request.begun),
            by: request.by, basis: request.basis)
    }
}
