import LedgerCore
import NPSStatistics

/// Decides, response by response, what two lenses make of it and why that differs.
///
/// Pure: it is given what each lens sees of a response, and knows nothing of where that is kept.
public struct LensDifference: Sendable {
    /// The lens that is left.
    public let first: ResolvedLens
    /// The lens that is gone to; it may be the earlier one.
    public let second: ResolvedLens
    /// Whether the steps go from the first to the second.
    private let goesForward: Bool

    /// The decision between two lenses.
    public init(from first: ResolvedLens, to second: ResolvedLens) {
        self.first = first
        self.second = second
        // A response has the same reason whichever lens is named first, so the steps always go the
        // same way: forward in time, and where that does not tell, to the higher number.
        func order(_ lens: ResolvedLens) -> [Int64] {
            let basis = Lens.Basis.allCases.firstIndex(of: lens.lens.basis) ?? 0
            let reviews = Lens.Reviews.allCases.firstIndex(of: lens.lens.reviews) ?? 0
            let duplicates = Lens.Duplicates.allCases.firstIndex(of: lens.lens.duplicates) ?? 0
            return [
                Int64(clamping: lens.lens.asOf), Int64(lens.model ?? 0),
                Int64(lens.thresholdsID ?? 0), Int64(basis), lens.lens.from ?? .min,
                lens.lens.to ?? .max, Int64(duplicates), Int64(reviews),
            ]
        }
        goesForward = !order(second).lexicographicallyPrecedes(order(first))
    }

    /// The first lens or the second as it has to be walked: without window, with all answers of each
    /// respondent and, where one of the two counts texts, with classifications looked up. Otherwise what
    /// is out of a window could not be told from what is excluded, nor what the basis leaves aside
    /// from what nobody has read.
    public func walked(_ lens: ResolvedLens) -> Lens {
        var walked = lens.lens
        walked.from = nil
        walked.to = nil
        walked.duplicates = .all
        let isStated = first.lens.basis == .stated && second.lens.basis == .stated
        walked.basis = isStated ? .stated : .blended
        return walked
    }

    /// What makes a response count, put together anew at each step.
    private struct Frame {
        var score: UInt16?
        var group: Int?
        var classification: (detractor: UInt16, promoter: UInt16)?
        var decision: NPSClass?
        var thresholds: Thresholds
        var basis: Lens.Basis
        var isInWindow: Bool
        var isDuplicate: Bool

        init(_ row: VisibleRow, _ lens: ResolvedLens, _ group: Int?, isDuplicate: Bool) {
            self.isDuplicate = isDuplicate
            score = row.score
            self.group = group
            classification = row.isClassified ? (row.detractor, row.promoter) : nil
            decision = row.decision
            thresholds = lens.thresholds
            basis = lens.lens.basis
            isInWindow =
                row.occurredAt >= lens.lens.from ?? .min && row.occurredAt < lens.lens.to ?? .max
        }

        var counted: ResponseChange.Counted? {
            guard isInWindow, !isDuplicate, let group, let npsClass else { return nil }
            return ResponseChange.Counted(group: group, npsClass: npsClass)
        }

        private var npsClass: NPSClass? {
            if basis != .inferred, let score { return thresholds.classify(score: score) }
            guard basis != .stated else { return nil }
            if let decision { return decision }
            guard let classification else { return nil }
            return thresholds.classify(
                detractor: classification.detractor, promoter: classification.promoter)
        }
    }

    /// What both lenses make of a response.
    ///
    /// - Parameters:
    ///   - one: the response as the first lens sees it when walked as `walked(_:)` says.
    ///   - other: the same for the second lens.
    ///   - group: the group of a segment tuple; nil where the selection leaves it out.
    ///   - isDuplicate: whether another answer of the respondent counts instead, under the first
    ///     lens and under the second.
    ///   - isTextChanged: whether a text was amended between the two as-of positions; asked only
    ///     for responses that count otherwise.
    public func decide(
        _ one: VisibleRow?, _ other: VisibleRow?, group: (UInt32) throws -> Int?,
        isDuplicate: (first: Bool, second: Bool) = (false, false),
        isTextChanged: (Position) throws -> Bool
    ) rethrows -> Decision {
        let left = try one.map {
            Frame($0, first, try group($0.tuple), isDuplicate: isDuplicate.first)
        }
        let right = try other.map {
            Frame($0, second, try group($0.tuple), isDuplicate: isDuplicate.second)
        }
        let (from, to) = (left?.counted, right?.counted)
        guard from != to else { return .same(from) }
        guard let position = one?.position ?? other?.position else { return .same(nil) }
        var amended: [ResponseChange.Amended] = []
        if let one, let other {
            if one.score != other.score { amended.append(.score) }
            if first.lens.asOf != second.lens.asOf, try isTextChanged(position) {
                amended.append(.text)
            }
            if one.tuple != other.tuple { amended.append(.segments) }
        }
        let reason: DifferenceReason
        if let left, let right {
            let isTextChanged = amended.contains(.text)
            reason =
                goesForward
                ? Self.reason(left, right, from, isTextChanged: isTextChanged)
                : Self.reason(right, left, to, isTextChanged: isTextChanged)
        } else {
            let missing = one == nil ? first : second
            reason = position >= missing.lens.asOf ? .recorded : .excluded
        }
        return .change(
            ResponseChange(
                position: position, first: from, second: to, reason: reason, amended: amended,
                firstRow: one, secondRow: other))
    }

    /// What a decision comes to.
    public enum Decision {
        /// It counts as this under both, or under neither.
        case same(ResponseChange.Counted?)
        /// It counts otherwise.
        case change(ResponseChange)
    }

    /// The first step from one frame to the other at which the response no longer counts as `from`.
    private static func reason(
        _ left: Frame, _ right: Frame, _ from: ResponseChange.Counted?, isTextChanged: Bool
    ) -> DifferenceReason {
        var frame = left
        frame.score = right.score
        frame.group = right.group
        if isTextChanged {
            (frame.classification, frame.decision) = (right.classification, right.decision)
        }
        if frame.counted != from { return .amended }
        frame.decision = right.decision
        if frame.counted != from { return .reviewed }
        frame.classification = right.classification
        if frame.counted != from { return .reclassified }
        frame.thresholds = right.thresholds
        if frame.counted != from { return .thresholds }
        frame.basis = right.basis
        if frame.counted != from { return .basis }
        frame.isInWindow = right.isInWindow
        return frame.counted != from ? .window : .duplicate
    }
}

/// A score under two lenses, and the difference taken apart by reason.
///
/// With a response's class as c in −1, 0, 1, the difference is Σ (c₂/n₂ − c₁/n₁) over all responses.
/// Kept as integers: over the common denominator n₁·n₂ the rows add up to the difference exactly.
public struct DifferenceSums: Hashable, Sendable {
    /// The responses that have one reason in common.
    public struct Row: Hashable, Sendable {
        /// How many.
        public var responses = 0
        /// Sum of their classes under the first lens.
        public var first = 0
        /// Sum of their classes under the second lens.
        public var second = 0

        mutating func add(_ first: Int, _ second: Int) {
            responses += 1
            self.first += first
            self.second += second
        }
    }

    private var firstClasses = [Int](repeating: 0, count: 3)
    private var secondClasses = [Int](repeating: 0, count: 3)
    private var rows = [Row](repeating: Row(), count: DifferenceReason.allCases.count)
    /// Responses that count the same under both: they make a difference only where n does.
    public private(set) var unchanged = Row()
    /// Changed responses by kind; see `ResponseChange.kind`.
    public private(set) var kinds = [Int](repeating: 0, count: ResponseChange.kindCount)

    /// Nothing counted.
    public init() {}

    /// The counts under the first lens.
    public var first: NPSCounts { Self.counts(firstClasses) }
    /// The counts under the second lens.
    public var second: NPSCounts { Self.counts(secondClasses) }
    /// Responses that count otherwise.
    public var changed: Int { kinds.reduce(0, +) }

    /// What a reason's responses come to.
    public subscript(_ reason: DifferenceReason) -> Row { rows[Int(reason.rawValue)] }

    private static func counts(_ classes: [Int]) -> NPSCounts {
        NPSCounts(detractors: classes[0], passives: classes[1], promoters: classes[2])
    }

    mutating func add(same counted: ResponseChange.Counted) {
        firstClasses[Int(counted.npsClass.rawValue)] += 1
        secondClasses[Int(counted.npsClass.rawValue)] += 1
        unchanged.add(counted.value, counted.value)
    }

    mutating func add(
        _ reason: DifferenceReason, _ first: ResponseChange.Counted?,
        _ second: ResponseChange.Counted?
    ) {
        if let first { firstClasses[Int(first.npsClass.rawValue)] += 1 }
        if let second { secondClasses[Int(second.npsClass.rawValue)] += 1 }
        rows[Int(reason.rawValue)].add(first?.value ?? 0, second?.value ?? 0)
        kinds[ResponseChange.kind(first, second)] += 1
    }

    /// n₁·n₂; nil where one side counts nothing and there is no difference. Exact up to two
    /// thousand million responses.
    public var denominator: Int? {
        let product = first.total * second.total
        return product > 0 ? product : nil
    }

    /// A row's part of the difference over `denominator`.
    public func numerator(_ row: Row) -> Int {
        row.second * first.total - row.first * second.total
    }

    /// The difference of the two scores over `denominator`: the sum of all rows.
    public var numerator: Int {
        numerator(
            Row(
                responses: 0, first: first.promoters - first.detractors,
                second: second.promoters - second.detractors))
    }
}
