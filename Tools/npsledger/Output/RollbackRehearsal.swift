import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics
import Presentation

/// What a rollback would do, found out without writing to log or vault.
struct RollbackRehearsal {
    /// Most values of a dimension that is shown unasked: a screen has room for a few such.
    static let valuesMax = 12
    /// Most dimensions shown unasked.
    static let dimensionsMax = 6

    /// One segment now and after.
    struct Row {
        let segment: [(dimension: String, value: String?)]
        var now = NPSCounts.zero
        var after = NPSCounts.zero
        /// The responses that count under both.
        var flips = FlipMatrix()
        /// Texts that the version would leave uncounted: not read by it, or not surely enough.
        var uncounted = 0
        var adjustedP: Double?

        var name: String { segment.map { $0.value ?? "—" }.joined(separator: " · ") }
    }

    let target: RegisteredModel
    let current: ModelVersion?
    let takesBack: RegisteredModel.Activation
    let basis: Lens.Basis
    let asOf: Position
    /// Texts that the version has not read.
    let unread: Int
    /// How fast it reads; nil where nothing is unread or the vault does not open.
    let pace: HistoryClassifier.Pace?
    /// Why there is no pace although something is unread.
    let problem: String?
    /// By dimension where none was asked for, with its name as section.
    let sections: [(title: String?, rows: [Row])]
    let total: Row

    init(
        _ session: OpenLedger, _ plan: RollbackPlan, by: [String]?, basis: Lens.Basis
    ) throws {
        let registry = session.ledger.models
        let target = plan.target
        // A rollback that would be refused is not rehearsed.
        let reader = try registry.reader(target)
        try session.catchUp(session.catalog.npsBySegment)
        let found = try session.catalog.npsBySegment.read { state, _ in
            let query = NPSBySegmentQuery(state)
            if let by { try session.check(SegmentSelection(by: by), query) }
            var options = try LensOptions.defaults()
            options.basis = basis
            let now = try session.resolve(options, state)
            options.model = target.version
            let after = try session.resolve(options, state)
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
        self.unread = unread.count
        total = Self.sum(groups, [])
        sections = Self.adjusted(
            by != nil
                ? [(nil, Self.rows(groups, Array(dimensions.enumerated())))]
                : dimensions.enumerated().map { ($1, Self.rows(groups, [($0, $1)])) })
        let sealed = SealedReader(session.ledger, sealed: false)
        if let first = unread.first { _ = try sealed.open(first.1) }
        problem =
            sealed.problem
            ?? (reader.isExternal && !unread.isEmpty
                ? "model \(target.version) is outside this process, and only asking would tell"
                : nil)
        pace =
            unread.isEmpty || problem != nil
            ? nil
            : try HistoryClassifier(
                session.ledger, version: target.version, reader: reader,
                threads: Session.threads
            ).pace(unread)
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
