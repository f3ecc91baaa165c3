@testable import NPSStatistics

extension Difference {
    /// The error of windows that share responses as it was reckoned before people counted: what the
    /// one formula is held against.
    ///
    /// Two windows A and B that share responses, from the three disjoint parts.
    ///
    /// With S shared, nA = |A∖B| + |S| and nB = |B∖A| + |S|:
    ///
    ///     Var(d) = n(A∖B)·σ²(A∖B)/nA² + n(S)·σ²(S)·(1/nA − 1/nB)² + n(B∖A)·σ²(B∖A)/nB²
    ///
    /// What both share largely cancels, so treating them as independent groups would overstate
    /// the error. Equals the plain independent form when nothing is shared. Plain, without
    /// pseudo-counts: with only a few responses outside the shared part, compare the parts that
    /// differ as independent groups instead.
    /// - Returns: `nil` if either window is empty.
    static func overlapping(
        onlyFirst: NPSCounts, shared: NPSCounts, onlySecond: NPSCounts
    ) -> Difference? {
        let first = onlyFirst + shared
        let second = onlySecond + shared
        guard
            let firstScore = first.score, let secondScore = second.score,
            onlyFirst.isConsistent, shared.isConsistent, onlySecond.isConsistent
        else { return nil }
        let n = Double(first.total)
        let m = Double(second.total)
        let variance =
            contribution(onlyFirst, weight: 1 / n)
            + contribution(shared, weight: 1 / n - 1 / m)
            + contribution(onlySecond, weight: 1 / m)
        let difference = firstScore - secondScore
        return Difference(
            estimate: difference, center: difference, standardError: variance.squareRoot())
    }

    /// n·σ²·weight², nothing for an empty part.
    private static func contribution(_ part: NPSCounts, weight: Double) -> Double {
        guard let variance = part.variance else { return 0 }
        return Double(part.total) * variance * weight * weight
    }
}
