/// The lower end of the score interval (Rocks 2016, after Tango 1998), by bisection.
///
/// For a candidate score δ the detractor share that fits the sample best is the root q of a
/// quadratic; T(δ) then measures how far the sample lies from δ in standard errors. T falls as δ
/// rises and is 0 at the sample's own score, so the bound is the one δ where T meets z.
struct ScoreBound {
    /// Doubles between −1 and 1 are exhausted after this many halvings.
    private static let halvingsMax = 128

    private let total: Double
    private let detractors: Double
    private let promoters: Double
    private let z: Double

    init(_ counts: NPSCounts, criticalValue: Double) {
        total = Double(counts.total)
        detractors = Double(counts.detractors)
        promoters = Double(counts.promoters)
        z = criticalValue
    }

    func lower() -> Double {
        var outside = -1.0
        var inside = (promoters - detractors) / total
        for _ in 0..<Self.halvingsMax {
            let middle = outside + (inside - outside) / 2
            guard middle > outside, middle < inside else { break }
            if statistic(middle) > z {
                outside = middle
            } else {
                inside = middle
            }
        }
        // With every response a detractor no candidate is ever rejected: the bound is −1 itself.
        return detractors == total ? -1 : inside
    }

    /// T(δ); +∞ where δ would leave no variance at all and the sample contradicts it.
    private func statistic(_ delta: Double) -> Double {
        let a = 2 * total
        let b = -detractors - promoters + (2 * total - promoters + detractors) * delta
        let c = -detractors * delta * (1 - delta)
        let root = max(b * b - 4 * a * c, 0).squareRoot()
        // The same root written twice; each form avoids subtracting near-equal numbers.
        let share = b > 0 ? -2 * c / (b + root) : (root - b) / (2 * a)
        let variance = total * (2 * share + delta * (1 - delta))
        let distance = promoters - detractors - total * delta
        guard variance > 0 else { return distance > 0 ? .infinity : 0 }
        return distance / variance.squareRoot()
    }
}
