/// One ratio: two rates measured in turns in one run.
struct Figure: Sendable {
    /// One measurement of both sides, next to each other in time.
    struct Pair: Sendable {
        /// Events a second through the log.
        var rate: Double
        /// Events a second of what it is compared with.
        var baseRate: Double
        /// The first as a multiple of the second.
        var ratio: Double { rate / baseRate }
    }

    /// What is measured.
    var name: String
    /// What it is compared with.
    var base: String
    /// Every pair, in order.
    var pairs: [Pair]
    /// The least ratio that is asked for, where one is.
    var target: Double?
    /// What the run was made with, in order.
    var parameters: [(name: String, value: Int)]
    /// What the work came to: it cannot have been left out, and is the same on every run.
    var result: String

    /// The pair in the middle by ratio; of an even count the lower one.
    var median: Pair {
        let sorted = pairs.sorted { $0.ratio < $1.ratio }
        return sorted.isEmpty ? Pair(rate: 0, baseRate: 0) : sorted[(sorted.count - 1) / 2]
    }

    /// Whether the median is what is asked for.
    var isMet: Bool { target.map { median.ratio >= $0 } ?? true }
}

extension Double {
    /// How many a second, for `count` in a time.
    static func rate(_ count: Int, in time: Duration) -> Double {
        let (seconds, attoseconds) = time.components
        return Double(count) / max(1e-9, Double(seconds) + Double(attoseconds) * 1e-18)
    }
}
