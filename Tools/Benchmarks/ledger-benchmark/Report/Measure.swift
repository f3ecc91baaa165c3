import Presentation

/// One value by itself: a time, a size or a pace, with what is asked of it.
struct Measure: Sendable {
    enum Unit: String, Sendable {
        case seconds
        case bytes
        case perSecond
    }

    enum Limit: Sendable {
        case atMost(Double)
        case atLeast(Double)
    }

    /// What is measured.
    var name: String
    var unit: Unit
    /// Every value, in order; the median is quoted.
    var values: [Double]
    /// What is asked for, where something is.
    var limit: Limit?
    /// What the run was made with, in order.
    var parameters: [(name: String, value: Int)]
    /// What the work came to.
    var result: String

    /// The value in the middle; of an even count the worse one.
    var median: Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        return unit == .perSecond ? sorted[(sorted.count - 1) / 2] : sorted[sorted.count / 2]
    }

    /// Whether the median is what is asked for.
    var isMet: Bool {
        switch limit {
        case nil: true
        case .atMost(let most): median <= most
        case .atLeast(let least): median >= least
        }
    }

    /// The value as a person reads it.
    func text(_ value: Double) -> String {
        switch unit {
        case .bytes: Formatted.bytes(Int(value))
        case .perSecond: Formatted.rate(value)
        case .seconds:
            value < 0.1
                ? Formatted.fixed(value * 1e3, decimals: value < 0.01 ? 2 : 1) + " ms"
                : Formatted.fixed(value, decimals: 2) + " s"
        }
    }

    /// What is asked for as a person reads it.
    var asked: String {
        switch limit {
        case nil: ""
        case .atMost(let most): "≤ \(text(most))"
        case .atLeast(let least): "≥ \(text(least))"
        }
    }
}

extension [Double] {
    /// The smallest value that at least this share of the values does not exceed; 0 of none.
    func quantile(_ share: Double) -> Double {
        guard !isEmpty else { return 0 }
        let rank = Int((share * Double(count)).rounded(.up))
        return sorted()[Swift.min(count, Swift.max(1, rank)) - 1]
    }
}

extension Duration {
    /// Seconds with their fraction.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}

/// One operation as several stores do it, measured in turns in one run.
struct Comparison: Sendable {
    /// A store that a person would pick instead.
    struct Peer: Sendable {
        var name: String
        /// Its pace in each round; empty where it was not measured.
        var rates: [Double]
        /// The least ratio of our pace to its that is asked for, where one is.
        var target: Double?
    }

    /// What is done.
    var operation: String
    /// Our pace in each round, a second.
    var rates: [Double]
    var peers: [Peer]
    /// What the run was made with, in order.
    var parameters: [(name: String, value: Int)]
    /// What the work came to, and how each side did it where that is not plain.
    var result: String

    /// Our pace in the middle.
    var median: Double { rates.quantile(0.5) }

    /// Our pace as a multiple of a peer's, round by round, in the middle; nil without both.
    func ratio(to peer: Peer) -> Double? {
        guard !peer.rates.isEmpty, peer.rates.count == rates.count else { return nil }
        return zip(rates, peer.rates).map { $0 / $1 }.quantile(0.5)
    }

    /// Whether we are where we are asked to be, beside a peer that was measured.
    func isMet(beside peer: Peer) -> Bool {
        guard let target = peer.target, let ratio = ratio(to: peer) else { return true }
        return ratio >= target
    }

    /// Whether we are where we are asked to be.
    var isMet: Bool { peers.allSatisfy(isMet) }
}

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

/// What a run of benchmarks found.
struct Findings: Sendable {
    var figures: [Figure] = []
    var measures: [Measure] = []
    var comparisons: [Comparison] = []
    /// What was left out, and the command that brings it in.
    var notices: [String] = []
    /// Versions of what is compared with, by name, in order.
    var versions: [(name: String, version: String)] = []

    init(_ figures: [Figure] = []) { self.figures = figures }

    /// Whether everything is what is asked for.
    var isMet: Bool {
        figures.allSatisfy(\.isMet) && measures.allSatisfy(\.isMet)
            && comparisons.allSatisfy(\.isMet)
    }

    static func += (left: inout Findings, right: Findings) {
        left.figures += right.figures
        left.measures += right.measures
        left.comparisons += right.comparisons
        left.notices += right.notices.filter { !left.notices.contains($0) }
        left.versions += right.versions.filter { one in
            !left.versions.contains { $0 == one }
        }
    }
}
