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
