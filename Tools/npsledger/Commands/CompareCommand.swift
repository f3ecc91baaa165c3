import ArgumentParser
import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics
import Presentation

/// `compare`: is the difference real?
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Compare segments, windows or models.",
        usage: "npsledger compare --by | --segment | --span | --models … [options]",
        discussion: """
            Gives the change from the side named first to the second with its interval and p, \
            adjusted over all rows; with --by alone, from all others to each segment. Segments are \
            compared as independent groups, windows by what they share, and models on the same \
            responses (paired); `npsledger model compare` says more about those.

            EXAMPLES
              npsledger compare --by region                       each against all others
              npsledger compare --segment region=EMEA --segment region=APAC
              npsledger compare --span 2026-01-01..2026-04-01 --span 2026-04-01..2026-07-01
              npsledger compare --models 1,2 --by region
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var lens: LensOptions

    @Option(
        name: .long,
        help: ArgumentHelp("One of two segments; give it twice.", valueName: "dim=value,…"))
    var segment: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("One of two windows; give it twice.", valueName: "from..to"))
    var span: [String] = []

    @Option(
        name: .long, help: ArgumentHelp("Two model versions.", valueName: "v,w"))
    var models: String?

    @Option(name: .long, help: "Adjustment of p over the rows: bh, holm or none.")
    var adjust: Adjustment = .bh

    func validate() throws {
        let kinds = [!segment.isEmpty, !span.isEmpty, models != nil].filter { $0 }.count
        guard kinds <= 1 else {
            throw ValidationError("Give one of --segment, --span and --models.")
        }
        guard segment.isEmpty || segment.count == 2, span.isEmpty || span.count == 2 else {
            throw ValidationError("Give --segment or --span twice: a comparison has two sides.")
        }
        if !segment.isEmpty, selection.by != nil {
            throw ValidationError("--segment already says which two: leave --by out.")
        }
        if models != nil, lens.model != nil || lens.basis == .stated {
            throw ValidationError(
                lens.model != nil
                    ? "--models already says which models: leave --model out."
                    : "Stated scores are the same under every model: leave --basis stated out.")
        }
        if kinds == 0, selection.by == nil {
            throw ValidationError("Say what to compare: --by, --segment, --span or --models.")
        }
        if !span.isEmpty, selection.window != nil || selection.from != nil || selection.to != nil {
            throw ValidationError("--span already says which time.")
        }
        _ = try versions()
        _ = try span.map(Self.window)
        for side in segment { _ = try Self.side(side) }
    }

    private func versions() throws -> (ModelVersion, ModelVersion)? {
        guard let models else { return nil }
        let numbers = models.split(separator: ",").compactMap { ModelVersion($0) }
        guard numbers.count == 2, models.split(separator: ",").count == 2 else {
            throw ValidationError("--models takes two versions, such as 1,2.")
        }
        guard numbers[0] != numbers[1] else {
            throw ValidationError("--models takes two different versions, such as 1,2.")
        }
        return (numbers[0], numbers[1])
    }

    private static func window(_ text: String) throws -> (Microseconds, Microseconds) {
        guard let dots = text.firstRange(of: "..") else {
            throw ValidationError("--span takes FROM..TO, such as 2026-01-01..2026-04-01.")
        }
        let from = try SelectionOptions.time(String(text[..<dots.lowerBound]))
        let to = try SelectionOptions.time(String(text[dots.upperBound...]))
        guard from < to else { throw ValidationError("--span \(text) ends before it begins.") }
        return (from, to)
    }

    private static func side(_ text: String) throws -> [String: Set<String>] {
        var values: [String: Set<String>] = [:]
        for part in text.split(separator: ",") {
            guard let (dimension, value) = SelectionOptions.pair(String(part)) else {
                throw ValidationError("--segment takes DIM=VALUE, such as region=EMEA.")
            }
            values[dimension, default: []].insert(value)
        }
        return values
    }

    func run() throws {
        let session = try Session.open(options)
        defer { session.ledger.close() }
        try session.catchUp(session.catalog.npsBySegment)
        let (frame, rows) = try session.catalog.npsBySegment.read { state, _ in
            let query = NPSBySegmentQuery(state, workers: Session.workers)
            let chosen = try selection.selection()
            try session.check(chosen, query)
            let resolved = try session.resolve(lens, selection, state)
            let rows: [ComparisonRow] =
                if let (first, second) = try versions() {
                    try compareModels(first, second, session, resolved, chosen, state)
                } else if !span.isEmpty {
                    try compareWindows(session, query, chosen, state)
                } else if !segment.isEmpty {
                    try compareSegments(session, query, resolved, chosen)
                } else {
                    try compareWithRest(query, resolved, chosen)
                }
            var frame = try ResultFrame(session, resolved, lens)
            if let (first, second) = try versions() { frame.models = [first, second] }
            return (frame, rows)
        }
        ComparisonRow.show(
            adjust.apply(rows), by: try selection.selection().by, frame, lens.confidence / 100,
            Printer(options))
    }

    private func compareWithRest(
        _ query: NPSBySegmentQuery<some StateReader>, _ lens: ResolvedLens,
        _ chosen: SegmentSelection
    ) throws -> [ComparisonRow] {
        let groups = try query.tally(lens, chosen)
        let all = groups.reduce(into: NPSTally()) { $0 += $1.tallies[0] }
        return groups.map { group in
            let own = group.tallies[0].counts
            return ComparisonRow(
                name: group.values.map { $0 ?? "—" }.joined(separator: " · "),
                beforeName: "all others", afterName: "segment", before: all.counts - own,
                after: own,
                difference: .independent(own, all.counts - own))
        }.sorted { $0.after.total > $1.after.total }
    }

    private func compareSegments(
        _ session: OpenLedger, _ query: NPSBySegmentQuery<some StateReader>, _ lens: ResolvedLens,
        _ chosen: SegmentSelection
    ) throws -> [ComparisonRow] {
        let sides = try segment.map { text -> NPSCounts in
            let keeping = chosen.keeping.merging(try Self.side(text)) { _, new in new }
            let side = SegmentSelection(by: [], keeping: keeping)
            try session.check(side, query)
            return try query.tally(lens, side).first?.tallies[0].counts ?? .zero
        }
        return [
            ComparisonRow(
                name: "all", beforeName: segment[0], afterName: segment[1],
                before: sides[0], after: sides[1],
                difference: .independent(sides[1], sides[0]))
        ]
    }

    private func compareWindows(
        _ session: OpenLedger, _ query: NPSBySegmentQuery<some StateReader>,
        _ chosen: SegmentSelection, _ state: some StateReader
    ) throws -> [ComparisonRow] {
        let (a, b) = (try Self.window(span[0]), try Self.window(span[1]))
        func counts(_ from: Microseconds, _ to: Microseconds) throws -> [[String?]: NPSCounts] {
            guard from < to else { return [:] }
            let resolved = try session.resolve(lens, from: from, to: to, state)
            let groups = try query.tally(resolved, chosen)
            return Dictionary(
                uniqueKeysWithValues: groups.map { ($0.values, $0.tallies[0].counts) })
        }
        let (first, second) = (try counts(a.0, a.1), try counts(b.0, b.1))
        let shared = try counts(max(a.0, b.0), min(a.1, b.1))
        let names = Set(first.keys).union(second.keys)
        return names.map { values in
            let both = shared[values] ?? .zero
            let (before, after) = (first[values] ?? .zero, second[values] ?? .zero)
            return ComparisonRow(
                name: values.isEmpty
                    ? "all" : values.map { $0 ?? "—" }.joined(separator: " · "),
                beforeName: span[0], afterName: span[1], before: before, after: after,
                difference: both.total == 0
                    ? .independent(after, before)
                    : .overlapping(
                        onlyFirst: after - both, shared: both, onlySecond: before - both))
        }.sorted { ($1.after.total, $0.name) < ($0.after.total, $1.name) }
    }

    private func compareModels(
        _ first: ModelVersion, _ second: ModelVersion, _ session: OpenLedger,
        _ resolved: ResolvedLens, _ chosen: SegmentSelection, _ state: some StateReader
    ) throws -> [ComparisonRow] {
        let registry = session.ledger.models
        for version in [first, second] { _ = try registry.model(version) }
        let comparison = try ModelComparison(first, second, under: resolved.lens, chosen, in: state)
        try comparison.check(first, second)
        return comparison.rows(first, second)
    }
}

/// How p is adjusted for looking at many rows.
enum Adjustment: String, ExpressibleByArgument, CaseIterable {
    case bh
    case holm
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
