import LedgerCore
import NPSStatistics

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
