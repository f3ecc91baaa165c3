import LedgerCore
import NPSStatistics

/// What a model reads held against labels: all figures of one evaluation, by segment too.
public struct ModelEvaluation: Sendable {
    /// The same responses as labelled and as read, of one segment or of all.
    public struct Segment: Hashable, Sendable {
        /// Values in the order of the evaluation's dimensions; nil where responses have none.
        public let values: [String?]
        /// From the label to the likeliest class.
        public var flips = FlipMatrix()
        /// How far the mean of promoter less detractor probability is off.
        public var bias = PairedBias.zero

        /// A segment without responses.
        public init(values: [String?]) { self.values = values }

        /// Responses.
        public var count: Int { flips.total }

        /// The score by the labels.
        public var stated: NPSCounts { flips.before }

        /// The score by counting likeliest classes.
        public var counted: NPSCounts { flips.after }

        /// The mean of promoter less detractor probability; nil without responses.
        public var expected: Double? {
            guard let stated = stated.score, let off = bias.difference?.estimate else { return nil }
            return stated + off
        }

        /// Both together.
        static func + (left: Segment, right: Segment) -> Segment {
            var sum = left
            sum.flips = left.flips + right.flips
            sum.bias += right.bias
            return sum
        }
    }

    /// All responses together.
    public private(set) var total = Segment(values: [])
    /// Everything that depends on classes and probabilities alone.
    public private(set) var quality = ClassifierQuality()
    private var groups: [[String?]: Segment] = [:]

    /// Nothing held.
    public init() {}

    /// Adds a response.
    ///
    /// - Parameters:
    ///   - label: what it counts as, by its stated score or a person's decision.
    ///   - detractor: probability in basis points, as it was read.
    ///   - promoter: likewise.
    ///   - values: its segment; always of the same length.
    public mutating func add(
        label: NPSClass, detractor: UInt16, promoter: UInt16, segment values: [String?] = []
    ) {
        quality.add(stated: label, detractor: detractor, promoter: promoter)
        let read = ClassifierQuality.likeliest(detractor: detractor, promoter: promoter)
        // What is beyond one comes from a damaged state.
        let expected = min(max(Int(promoter) - Int(detractor), -10_000), 10_000)
        func add(to segment: inout Segment) {
            segment.flips.add(from: Int(label.rawValue), to: Int(read.rawValue), count: 1)
            segment.bias.add(
                readBasisPoints: expected, statedBasisPoints: (Int(label.rawValue) - 1) * 10_000)
        }
        add(to: &total)
        guard !values.isEmpty else { return }
        add(to: &groups[values, default: Segment(values: values)])
    }

    /// The segments with at least so many responses, the largest first, and all smaller ones
    /// together; nil where there is none of those.
    public func segments(
        atLeast count: Int
    ) -> (large: [Segment], small: (count: Int, sum: Segment)?) {
        let sorted = groups.values.sorted { left, right in
            left.count != right.count
                ? left.count > right.count
                : left.values.map { $0 ?? "" }.lexicographicallyPrecedes(
                    right.values.map { $0 ?? "" })
        }
        let large = sorted.filter { $0.count >= count }
        let small = sorted.filter { $0.count < count }
        guard let first = small.first else { return (large, nil) }
        let none = Segment(values: first.values.map { _ in nil })
        return (large, (small.count, small.reduce(none, +)))
    }

    /// How many points the segments are off, on average over segments whatever their size: by
    /// expected score, and by counting likeliest classes. Nil without segments.
    ///
    /// That holds what chance adds in segments of their size: even a perfect model is off by some.
    public static func meanError(
        _ segments: [Segment]
    ) -> (expected: Double, counted: Double)? {
        guard !segments.isEmpty else { return nil }
        var sums = (expected: 0.0, counted: 0.0)
        for segment in segments {
            sums.expected += (segment.bias.difference?.estimate ?? 0).magnitude
            sums.counted += (segment.flips.change?.estimate ?? 0).magnitude
        }
        let count = Double(segments.count)
        return (sums.expected / count, sums.counted / count)
    }
}

/// Parts the values of a dimension into folds, so that a model can be tested on segments it never
/// saw: one value a fold where there are few, several where there are many.
public struct SegmentFolds: Hashable, Sendable {
    /// The values of each fold, sorted; no fold is empty.
    public let folds: [[String]]
    private let foldOfValue: [String: Int]

    /// Parts values into at most `count` folds of about as many responses each: the largest value
    /// first, each into what is the smallest fold by then.
    ///
    /// - Parameter responses: responses by value.
    /// - Precondition: `count` ≥ 1.
    public init(_ responses: [String: Int], count: Int) {
        precondition(count >= 1, "a fold is needed")
        var folds = [(values: [String], responses: Int)](
            repeating: ([], 0), count: min(count, responses.count))
        let ordered = responses.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        for (value, responses) in ordered {
            guard
                let smallest = folds.indices.min(by: { folds[$0].responses < folds[$1].responses })
            else { continue }
            folds[smallest].values.append(value)
            folds[smallest].responses += responses
        }
        self.folds = folds.map { $0.values.sorted() }
        foldOfValue = Dictionary(
            self.folds.enumerated().flatMap { fold, values in values.map { ($0, fold) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The fold of a value; nil for one that was not there.
    public func fold(of value: String) -> Int? { foldOfValue[value] }
}
