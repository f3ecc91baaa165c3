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
    /// How many each has left unread for their language.
    private(set) var unlearnt = (first: 0, second: 0)

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
                read.first += one.isClassified ? 1 : 0
                read.second += other.isClassified ? 1 : 0
                unlearnt.first += one.unlearntLanguage == nil ? 0 : 1
                unlearnt.second += other.unlearntLanguage == nil ? 0 : 1
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
        let lens = lenses.second.lens
        let asOf = lens.asOf
        if lenses.second.lens.basis != .stated {
            for (version, count) in [(first, read.first), (second, read.second)]
            where count == 0 && texts > 0 {
                throw LedgerError(
                    .refused,
                    "as of position \(asOf), model \(version) has read none of the "
                        + "\(Formatted.count(texts, of: "text")) asked about",
                    remedy: lens.pinnedAsOf == nil
                        ? .classify(version) : .classifyPast(version, asOf: asOf))
            }
        }
        guard total.total > 0 else {
            throw LedgerError(
                .refused,
                "no response asked about counts under both models as of position \(asOf), and there "
                    + (texts == 0
                        ? "is no text among them" : "are \(Formatted.count(texts, of: "text"))"),
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

/// A response that counts as another class under one model than under another.
public struct FlippedResponse: Hashable, Sendable {
    /// Position of its recording.
    public let position: Position
    /// Response time.
    public let occurredAt: Microseconds
    let tuple: UInt32
    /// Stated score in hundredths; nil without one.
    public let score: UInt16?
    /// Its class under the first model.
    public let from: NPSClass
    /// Its class under the second.
    public let to: NPSClass
    /// The first model's probabilities of detractor, passive, promoter in basis points.
    public let first: [Int]
    /// The second model's.
    public let second: [Int]

    init(_ one: VisibleRow, _ other: VisibleRow, from: NPSClass, to: NPSClass) {
        position = other.position
        occurredAt = other.occurredAt
        tuple = other.tuple
        score = other.score
        self.from = from
        self.to = to
        first = Self.probabilities(one)
        second = Self.probabilities(other)
    }

    private static func probabilities(_ row: VisibleRow) -> [Int] {
        let (detractor, promoter) = (Int(row.detractor), Int(row.promoter))
        return [detractor, 10_000 - detractor - promoter, promoter]
    }

    /// How sure the second model is of its class, in basis points.
    public var confidence: Int { second[Int(to.rawValue)] }

    /// Most confident first; ties in log order.
    static func precedes(_ left: FlippedResponse, _ right: FlippedResponse) -> Bool {
        left.confidence != right.confidence
            ? left.confidence > right.confidence : left.position < right.position
    }
}

/// The first of many flipped responses, without keeping the rest.
struct FlipRanking {
    /// How many are wanted; nil for all.
    let limit: Int?
    private var kept: [FlippedResponse] = []

    init(limit: Int?) { self.limit = limit }

    mutating func add(_ flip: FlippedResponse) {
        guard limit != 0 else { return }
        kept.append(flip)
        // Sorted now and then instead of kept sorted: each is looked at a few times at most.
        if let limit, kept.count >= 2 * limit + 1_024 { kept = ranked }
    }

    /// Those wanted, in order.
    var ranked: [FlippedResponse] {
        let sorted = kept.sorted(by: FlippedResponse.precedes)
        return limit.map { Array(sorted.prefix($0)) } ?? sorted
    }
}
