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
    /// The reasons in the order of the steps from the later lens's side.
    private let order: [DifferenceReason]

    /// The decision between two lenses.
    ///
    /// - Parameter thresholdsFirst: whether, where both are others, thresholds were edited before the
    ///   model was changed.
    public init(
        from first: ResolvedLens, to second: ResolvedLens, thresholdsFirst: Bool = false
    ) {
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
        var reasons = DifferenceReason.allCases
        if thresholdsFirst, let read = reasons.firstIndex(of: .reclassified) {
            reasons.removeAll { $0 == .thresholds }
            reasons.insert(.thresholds, at: read)
        }
        self.order = reasons
    }

    /// The lens that the steps lead to, whichever way was asked.
    public var later: ResolvedLens { goesForward ? second : first }

    /// The order of the steps from the first lens to the second.
    public var steps: [DifferenceReason] { goesForward ? order : order.reversed() }

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

        var isClassified: Bool { classification != nil }

        /// In how many ways another frame differs; what people decided and what models read of a text
        /// that was amended count apart.
        func differences(from other: Frame) -> Int {
            var count = 0
            if score != other.score || group != other.group { count += 1 }
            if classification?.detractor != other.classification?.detractor
                || classification?.promoter != other.classification?.promoter
            {
                count += 1
            }
            if decision != other.decision { count += 1 }
            if thresholds != other.thresholds { count += 1 }
            if basis != other.basis { count += 1 }
            if isInWindow != other.isInWindow { count += 1 }
            if isDuplicate != other.isDuplicate { count += 1 }
            return count
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
        let isSame = from == to
        if isSame {
            // Two things that differ may cancel out on the way, and one alone cannot.
            guard let left, let right, left.differences(from: right) > 1 else {
                return .same(from, [])
            }
        }
        guard let position = one?.position ?? other?.position else { return .same(nil, []) }
        var amended: [ResponseChange.Amended] = []
        if let one, let other {
            if one.score != other.score { amended.append(.score) }
            if first.lens.asOf != second.lens.asOf, try isTextChanged(position) {
                amended.append(.text)
            }
            if one.tuple != other.tuple { amended.append(.segments) }
        }
        var steps: [DifferenceStep] = []
        if let left, let right {
            let isTextChanged = amended.contains(.text)
            steps =
                goesForward
                ? path(left, right, isTextChanged: isTextChanged)
                : path(right, left, isTextChanged: isTextChanged)
        } else {
            let missing = one == nil ? first : second
            let reason: DifferenceReason =
                position >= missing.lens.asOf ? .recorded : .excluded
            steps = [
                DifferenceStep(
                    reason: reason, first: goesForward ? from : to,
                    second: goesForward ? to : from)
            ]
        }
        guard !isSame, let reason = steps.first?.reason else { return .same(from, back(steps)) }
        return .change(
            ResponseChange(
                position: position, first: from, second: to, reason: reason, amended: amended,
                steps: back(steps), firstRow: one, secondRow: other))
    }

    /// Steps in the direction that was asked.
    private func back(_ steps: [DifferenceStep]) -> [DifferenceStep] {
        goesForward
            ? steps
            : steps.reversed().map {
                DifferenceStep(reason: $0.reason, first: $0.second, second: $0.first)
            }
    }

    /// What a decision comes to.
    public enum Decision {
        /// It counts as this under both, or under neither; on the way it may have counted otherwise.
        case same(ResponseChange.Counted?, [DifferenceStep])
        /// It counts otherwise.
        case change(ResponseChange)
    }

    /// The steps from one frame to the other at which what the response counts as changes.
    private func path(
        _ left: Frame, _ right: Frame, isTextChanged: Bool
    ) -> [DifferenceStep] {
        var frame = left
        var counted = left.counted
        var steps: [DifferenceStep] = []
        for reason in order {
            switch reason {
            case .recorded, .excluded: continue
            case .amended:
                frame.score = right.score
                frame.group = right.group
                if isTextChanged {
                    frame.classification = right.classification
                    frame.decision = right.decision
                }
            case .reviewed: frame.decision = right.decision
            case .reclassified:
                if frame.isClassified == right.isClassified {
                    frame.classification = right.classification
                }
            case .unread: frame.classification = right.classification
            case .thresholds: frame.thresholds = right.thresholds
            case .basis: frame.basis = right.basis
            case .window: frame.isInWindow = right.isInWindow
            case .duplicate: frame.isDuplicate = right.isDuplicate
            }
            let next = frame.counted
            guard next != counted else { continue }
            steps.append(DifferenceStep(reason: reason, first: counted, second: next))
            counted = next
        }
        return steps
    }
}

/// A step at which what a response counts as changes.
public struct DifferenceStep: Hashable, Sendable {
    /// Which.
    public let reason: DifferenceReason
    /// What it counts as before; nil where it does not count.
    public let first: ResponseChange.Counted?
    /// What it counts as after; nil where it does not count.
    public let second: ResponseChange.Counted?
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
        /// How many do not count under the first lens.
        public var entering = 0
        /// How many do not count under the second lens.
        public var leaving = 0

        mutating func add(
            _ first: ResponseChange.Counted?, _ second: ResponseChange.Counted?
        ) {
            responses += 1
            self.first += first?.value ?? 0
            self.second += second?.value ?? 0
            entering += first == nil ? 1 : 0
            leaving += second == nil ? 1 : 0
        }
    }

    /// What a step does to all that count: to how many there are, and to the sum of their classes.
    private struct Move: Hashable, Sendable {
        var count = 0
        var sum = 0
    }

    private var firstClasses = [Int](repeating: 0, count: 3)
    private var secondClasses = [Int](repeating: 0, count: 3)
    private var rows = [Row](repeating: Row(), count: DifferenceReason.allCases.count)
    private var moves = [Move](repeating: Move(), count: DifferenceReason.allCases.count)
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
        unchanged.add(counted, counted)
    }

    mutating func add(
        step reason: DifferenceReason, _ first: ResponseChange.Counted?,
        _ second: ResponseChange.Counted?
    ) {
        moves[Int(reason.rawValue)].count += (second == nil ? 0 : 1) - (first == nil ? 0 : 1)
        moves[Int(reason.rawValue)].sum += (second?.value ?? 0) - (first?.value ?? 0)
    }

    /// What the whole score does at each step, as a share: they add up to the difference, since each
    /// begins where the one before it ended.
    ///
    /// A step changes how many count, too: what drops out moves the score of those that stay, and that
    /// belongs to its step. Steps at which nothing happens are left out. Where nothing counts on the
    /// way, the step that ends that has the effect of both.
    ///
    /// - Parameter order: as ``LensDifference/steps`` gives it.
    public func effects(
        in order: [DifferenceReason]
    ) -> [(reason: DifferenceReason, effect: Double)] {
        guard denominator != nil, var score = first.score else { return [] }
        var (count, sum) = (first.total, first.promoters - first.detractors)
        var effects: [(DifferenceReason, Double)] = []
        for reason in order {
            let move = moves[Int(reason.rawValue)]
            guard move != Move() else { continue }
            count += move.count
            sum += move.sum
            guard count > 0 else { continue }
            let next = Double(sum) / Double(count)
            effects.append((reason, next - score))
            score = next
        }
        return effects
    }

    mutating func add(
        _ reason: DifferenceReason, _ first: ResponseChange.Counted?,
        _ second: ResponseChange.Counted?
    ) {
        if let first { firstClasses[Int(first.npsClass.rawValue)] += 1 }
        if let second { secondClasses[Int(second.npsClass.rawValue)] += 1 }
        rows[Int(reason.rawValue)].add(first, second)
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
