extension Difference {
    /// Two groups that share no response.
    ///
    /// d = x − y, SE = √(Vx/nx + Vy/ny). Adjusted (the default, as for intervals) adds 0.75, 1.5
    /// and 0.75 to both groups before ``center`` and ``standardError`` are formed, so that two
    /// unanimous handfuls are not called certain; ``estimate`` stays plain.
    /// - Returns: `nil` if either group is empty.
    public static func independent(
        _ first: NPSCounts, _ second: NPSCounts, adjusted: Bool = true
    ) -> Difference? {
        guard let firstScore = first.score, let secondScore = second.score else { return nil }
        let x = adjusted ? ScoreMoments.adjusted(first) : ScoreMoments(first)
        let y = adjusted ? ScoreMoments.adjusted(second) : ScoreMoments(second)
        return independent(x, y, estimate: firstScore - secondScore)
    }

    /// Two groups of expected scores that share no response.
    ///
    /// As for counts; see ``ExpectedScore/interval(confidence:modelMargin:)`` for what the error
    /// leaves out. A bias common to both groups cancels here.
    /// - Returns: `nil` if either group is empty.
    public static func independent(
        _ first: ExpectedScore, _ second: ExpectedScore, adjusted: Bool = true
    ) -> Difference? {
        guard
            let firstMean = first.mean, let secondMean = second.mean,
            let x = adjusted ? first.adjustedMoments : first.moments,
            let y = adjusted ? second.adjustedMoments : second.moments
        else { return nil }
        return independent(x, y, estimate: firstMean - secondMean)
    }

    private static func independent(
        _ x: ScoreMoments, _ y: ScoreMoments, estimate: Double
    ) -> Difference {
        Difference(
            estimate: estimate, center: x.mean - y.mean,
            standardError: (x.variance / x.count + y.variance / y.count).squareRoot())
    }
}
