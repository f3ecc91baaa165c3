import LedgerCore
import NPSBySegmentProjection

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
