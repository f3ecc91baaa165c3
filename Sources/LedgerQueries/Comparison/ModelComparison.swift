import Catalog
import LedgerCore
import LedgerStore
import NPSBySegmentProjection
import NPSStatistics
import Presentation

/// The same responses under two models, by segment: from which class to which they go.
struct ModelComparison {
    /// The lens under each model; all else is the same.
    let lenses: (first: ResolvedLens, second: ResolvedLens)
    let selection: SegmentSelection
    /// Every group that holds responses, the largest first.
    private(set) var segments: [(values: [String?], flips: FlipMatrix)] = []
    /// All groups together.
    private(set) var total = FlipMatrix()
    private(set) var ranking: FlipRanking
    /// Responses with a text, and how many of them each model has read.
    private(set) var texts = 0
    private(set) var read = (first: 0, second: 0)

    /// Walks the responses once.
    ///
    /// - Parameter flipsMax: how many flipped responses are kept, the most confident; nil for all.
    init(
        _ first: ModelVersion, _ second: ModelVersion, under lens: Lens,
        _ selection: SegmentSelection, flipsMax: Int? = 0, in state: some StateReader
    ) throws {
        func pinned(_ version: ModelVersion) throws -> ResolvedLens {
            var pinned = lens
            pinned.model = .pinned(version)
            return try ResolvedLens(pinned, in: state)
        }
        lenses = (try pinned(first), try pinned(second))
        self.selection = selection
        ranking = FlipRanking(limit: flipsMax)
        let query = NPSBySegmentQuery(state)
        var groups = SegmentGroups(selection, query)
        var cells: [[Int]] = []
        let (basis, thresholds) = (lens.basis, lenses.second.thresholds)
        try query.forEachPair(lenses.first, lenses.second) { one, other in
            guard let one, let other, let group = try groups.group(of: other.tuple) else { return }
            if other.hasText {
                texts += 1
                read.first += one.isJudged ? 1 : 0
                read.second += other.isJudged ? 1 : 0
            }
            guard let from = one.npsClass(basis, lenses.first.thresholds),
                let to = other.npsClass(basis, thresholds)
            else { return }
            while cells.count <= group { cells.append([Int](repeating: 0, count: 9)) }
            cells[group][Int(from.rawValue) * 3 + Int(to.rawValue)] += 1
            if from != to { ranking.add(FlippedResponse(one, other, from: from, to: to)) }
        }
        segments = cells.enumerated().map { group, counts in
            var flips = FlipMatrix()
            for (cell, count) in counts.enumerated() {
                flips.add(from: cell / 3, to: cell % 3, count: count)
            }
            return (groups.values[group], flips)
        }.filter { $0.flips.total > 0 }.sorted { left, right in
            left.flips.total != right.flips.total
                ? left.flips.total > right.flips.total
                : left.values.map { $0 ?? "" }.lexicographicallyPrecedes(
                    right.values.map { $0 ?? "" })
        }
        total = segments.reduce(into: FlipMatrix()) { $0 = $0 + $1.flips }
    }

    /// Fails where there is nothing to compare, saying what would help.
    func check(_ first: ModelVersion, _ second: ModelVersion) throws {
        let asOf = lenses.second.lens.asOf
        if lenses.second.lens.basis != .stated {
            for (version, count) in [(first, read.first), (second, read.second)]
            where count == 0 && texts > 0 {
                throw LedgerError(
                    .refused,
                    "as of position \(asOf), model \(version) has read none of the "
                        + "\(Formatted.count(texts)) texts asked about",
                    remedy: .classify(version))
            }
        }
        guard total.total > 0 else {
            throw LedgerError(
                .refused,
                "no response asked about counts under both models as of position \(asOf), and there "
                    + (texts == 0
                        ? "is no text among them" : "are \(Formatted.count(texts)) texts"),
                remedy: .widen)
        }
    }

    /// The rows that are shown: each segment, and where there are several all together last.
    func rows(_ first: ModelVersion, _ second: ModelVersion) -> [ComparisonRow] {
        func row(_ values: [String?], _ flips: FlipMatrix, isTotal: Bool) -> ComparisonRow {
            ComparisonRow(
                name: ComparisonRow.name(values),
                beforeName: "model \(first)", afterName: "model \(second)", before: flips.before,
                after: flips.after, difference: flips.change, values: values, flips: flips,
                isTotal: isTotal)
        }
        let rows = segments.map { row($0.values, $0.flips, isTotal: false) }
        return selection.by.isEmpty ? rows : rows + [row([], total, isTotal: true)]
    }
}
