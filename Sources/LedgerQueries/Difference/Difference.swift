import Catalog
import LedgerCore
import LedgerReplay
import LedgerStore
import LineageProjection
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics

/// Which two answers are held against each other, and what is listed of the difference.
public struct DifferenceRequest: Hashable, Sendable {
    /// One of the two answers.
    public struct Side: Hashable, Sendable {
        /// Its frame.
        public var lens: LensRequest
        /// Its time; which responses and groups are those of the whole question.
        public var selection: Selection

        /// One side.
        public init(_ lens: LensRequest = LensRequest(), _ selection: Selection = Selection()) {
            self.lens = lens
            self.selection = selection
        }
    }

    /// The answer to start from.
    public var first: Side
    /// The answer to go to.
    public var second: Side
    /// Which responses, and how they are grouped.
    public var segments: SegmentSelection
    /// Responses listed, those with the largest effects; nil for all.
    public var listed: Int?
    /// Whether their texts are opened, which takes the master key.
    public var opensTexts: Bool

    /// A question.
    public init(
        _ first: Side, _ second: Side, _ segments: SegmentSelection = SegmentSelection(),
        listed: Int? = 20, opensTexts: Bool = false
    ) {
        self.first = first
        self.second = second
        self.segments = segments
        self.listed = listed
        self.opensTexts = opensTexts
    }
}

/// Two scores and their difference by reason.
///
/// With a response's class as c in −1, 0, 1, the difference is Σ (c₂/n₂ − c₁/n₁) over all responses.
/// Its parts are integers over the common denominator n₁·n₂, and add up to it exactly.
///
/// Beside that it is taken apart step by step: by what the whole score does as one cause after the
/// other is added, in the order of the events. Each response belongs to one reason; to a step belongs
/// also what those that drop out do to the score of those that stay.
public struct ScoreDifference: Sendable {
    /// What some responses come to.
    public struct Part: Sendable {
        /// How many.
        public let responses: Int
        /// How many of them do not count under the first lens.
        public let entering: Int
        /// How many of them do not count under the second lens.
        public let leaving: Int
        /// Their part of the difference, over the denominator.
        public let numerator: Int
    }

    /// The difference in one group.
    public struct Group: Sendable {
        /// Values in the order of the dimensions grouped by.
        public let values: [String?]
        /// What counts under the first lens.
        public let first: NPSCounts
        /// What counts under the second lens.
        public let second: NPSCounts
        /// By person, what counts under the first lens and under the second.
        public let persons: (first: ClusterSums, second: ClusterSums)
        /// The reasons that occur, in their order.
        public let reasons: [(reason: DifferenceReason, part: Part)]
        /// Responses that count the same, but among others.
        public let unchanged: Part
        /// The difference, over the denominator.
        public let numerator: Int
        /// What the score does at each step, as a share, from the first lens to the second.
        public let steps: [(reason: DifferenceReason, effect: Double)]
        /// n₁·n₂; nil where one side counts nothing and there is no difference.
        public let denominator: Int?

        init(
            _ values: [String?], _ sums: DifferenceSums, order: [DifferenceReason],
            _ persons: (first: ClusterSums, second: ClusterSums)
        ) {
            func part(_ row: DifferenceSums.Row) -> Part {
                Part(
                    responses: row.responses, entering: row.entering, leaving: row.leaving,
                    numerator: sums.numerator(row))
            }
            self.values = values
            self.persons = persons
            first = sums.first
            second = sums.second
            reasons = DifferenceReason.allCases.filter { sums[$0].responses > 0 }
                .map { ($0, part(sums[$0])) }
            unchanged = part(sums.unchanged)
            steps = sums.effects(in: order)
            numerator = sums.numerator
            denominator = sums.denominator
        }

        /// A part of the difference in points; nil where there is none.
        public func points(_ numerator: Int) -> Double? {
            denominator.map { Double(numerator) / Double($0) * 100 }
        }

        /// The values, with a dash for one that there is not.
        public var name: String { values.map { $0 ?? "—" }.joined(separator: " · ") }
    }

    /// The two frames.
    public let first: AnswerFrame
    /// The second frame.
    public let second: AnswerFrame
    /// Dimensions grouped by.
    public let by: [String]
    /// Dimensions whose values tell one response from another: those grouped by, or all.
    public let dimensions: [String]
    /// Groups in which something counts, the largest first; none where nothing is grouped by.
    public let groups: [Group]
    /// All responses.
    public let total: Group
    /// How far segments scored otherwise, and how far their shares moved; nil where nothing is grouped
    /// by, or a side counts nothing.
    public let mix: MixDecomposition?
    /// Where models and cut-offs differ, by which events; in the order of the steps.
    public let causes: [Cause]
    /// Responses that count otherwise.
    public let changed: Int
    /// How many of them are listed.
    public let listed: Int
    /// Whether texts are listed with them.
    public let hasTexts: Bool

    /// How much of a reason's part is that segments score otherwise at the mean of both mixes, as a
    /// share; the rest is that their shares moved. Over all reasons both add up to ``mix``.
    ///
    /// - Parameter reason: nil for the responses that count the same.
    /// - Returns: nil where nothing is grouped by, or a side counts nothing.
    public func scoreEffect(of reason: DifferenceReason?) -> Double? {
        guard mix != nil else { return nil }
        let (before, after) = (Double(total.first.total), Double(total.second.total))
        return groups.reduce(0) { sum, group in
            guard let denominator = group.denominator else { return sum }
            let part =
                reason.map { reason in
                    group.reasons.first { $0.reason == reason }?.part.numerator ?? 0
                } ?? group.unchanged.numerator
            let share = Double(group.first.total) / before + Double(group.second.total) / after
            return sum + share / 2 * Double(part) / Double(denominator)
        }
    }

    /// An event that made models or cut-offs differ.
    public struct Cause: Hashable, Sendable {
        /// At which step.
        public let reason: DifferenceReason
        /// Where it stands; nil where the log does not say, as of standard cut-offs.
        public let position: Position?
    }

    /// Events that could not be applied before the later of the two positions.
    public var incomplete: Int { max(first.incomplete, second.incomplete) }

    init(
        _ frames: (AnswerFrame, AnswerFrame), _ request: DifferenceRequest,
        dimensions: [String], _ found: NPSBySegmentQuery<some StateReader>.Difference,
        persons: (first: SumsByPerson, second: SumsByPerson), causes: [Cause]
    ) {
        (first, second) = frames
        let (groups, total, order) = (found.groups, found.total, found.steps)
        by = request.segments.by
        self.dimensions = dimensions
        self.total = Group([], total, order: order, (persons.first.all, persons.second.all))
        mix =
            by.isEmpty
            ? nil
            : MixDecomposition(
                groups.map { SegmentChange(before: $0.sums.first, after: $0.sums.second) })
        self.causes = causes.sorted {
            order.firstIndex(of: $0.reason) ?? 0 < order.firstIndex(of: $1.reason) ?? 0
        }
        changed = total.changed
        listed = min(request.listed ?? .max, total.changed)
        hasTexts = request.opensTexts
        self.groups =
            by.isEmpty
            ? []
            : groups.indices.map {
                Group(
                    groups[$0].values, groups[$0].sums, order: order,
                    (persons.first.groups[$0], persons.second.groups[$0]))
            }
            .filter { $0.first.total + $0.second.total > 0 }
            .sorted {
                let (a, b) = (
                    $0.first.total + $0.second.total, $1.first.total + $1.second.total
                )
                return a != b ? a > b : $0.name < $1.name
            }
    }
}

extension OpenLedger {
    /// Which responses make two answers differ, and why.
    ///
    /// - Parameters:
    ///   - begin: gets the difference, before the first response.
    ///   - each: gets each response that is listed, those with the largest effects first. All of
    ///     millions may come, one at a time.
    /// - Throws: `LedgerError` as ``score(_:for:)`` does, or what `begin` and `each` throw.
    public func difference(
        _ request: DifferenceRequest, for viewer: Viewer = .everything,
        begin: (ScoreDifference) throws -> Void, each: (ListedChange) throws -> Void
    ) throws {
        let chosen = request.segments
        let linked = try refresh(try catalog.lineage)
        try scores { state, horizon in
            let horizon = min(horizon, linked)
            let query = NPSBySegmentQuery(state)
            try check(chosen, query)
            func resolved(_ side: DifferenceRequest.Side) throws -> ResolvedLens {
                try resolve(side.lens, side.selection, horizon: horizon, state)
            }
            let lenses = LensPair(
                first: try resolved(request.first), second: try resolved(request.second))
            let amended = try AmendedTexts(log, lenses.between)
            let causes = try causes(lenses)
            let thresholdsFirst = causes.first?.reason == .thresholds
            var largest = LargestChanges(limit: request.listed ?? 0)
            let found = try query.difference(
                from: lenses.first, to: lenses.second, chosen,
                thresholdsFirst: thresholdsFirst, isTextChanged: amended.contains
            ) { largest.add($0) }
            let frames = (
                try frame(lenses.first, request.first.lens, hasLineage: true),
                try frame(lenses.second, request.second.lens, hasLineage: true)
            )
            func persons(
                _ lens: ResolvedLens, _ side: (DifferenceSums) -> NPSCounts
            ) throws -> SumsByPerson {
                SumsByPerson(
                    found.groups.map { ($0.values, side($0.sums)) },
                    try query.repeated(lens, chosen))
            }
            let difference = ScoreDifference(
                frames, request, dimensions: chosen.by.isEmpty ? try query.dimensions() : chosen.by,
                found,
                persons: (
                    try persons(lenses.first, \.first), try persons(lenses.second, \.second)
                ), causes: causes)
            try begin(difference)
            try catalog.lineage.read { links, _ in
                let reader = try ChangeReader(
                    self, lenses, query: query, links: links, total: found.total,
                    opensTexts: request.opensTexts)
                if request.listed != nil {
                    for change in largest.sorted(by: found.total) { try each(reader.read(change)) }
                } else {
                    // Responses of one effect stand together: a walk for each keeps memory small.
                    for kinds in LargestChanges.magnitudes(of: found.total) {
                        _ = try query.difference(
                            from: lenses.first, to: lenses.second, chosen,
                            thresholdsFirst: thresholdsFirst, isTextChanged: amended.contains
                        ) { change in
                            guard kinds.contains(change.kind) else { return }
                            try each(reader.read(change))
                        }
                    }
                }
                if let problem = reader.problem {
                    observer.notice(.sealed(.texts, reason: problem))
                }
            }
        }
    }
}

extension OpenLedger {
    /// The events by which models and cut-offs of two lenses differ, in the order of the log; none
    /// where not both do, so that there is no order to speak of.
    private func causes(_ lenses: LensPair) throws -> [ScoreDifference.Cause] {
        let (first, second) = (lenses.first, lenses.second)
        guard first.model != second.model, first.thresholdsID != second.thresholdsID else {
            return []
        }
        let later = LensDifference(from: first, to: second).later
        var made = later.modelPosition
        if case .pinned(let version) = later.lens.model {
            made = try models.model(version).position
        }
        let model = ScoreDifference.Cause(reason: .reclassified, position: made)
        let thresholds = ScoreDifference.Cause(
            reason: .thresholds, position: later.thresholdsPosition)
        return thresholds.position ?? 0 < model.position ?? 0
            ? [thresholds, model] : [model, thresholds]
    }
}

/// The two lenses of a difference.
struct LensPair {
    let first: ResolvedLens
    let second: ResolvedLens

    /// What was recorded between them.
    var between: Range<Position> {
        min(first.lens.asOf, second.lens.asOf)..<max(first.lens.asOf, second.lens.asOf)
    }
}
