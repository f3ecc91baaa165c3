/// An inferred score corrected by responses where the truth is known as well.
///
/// Responses with both a stated score and a text tell how far the model is off. Their mean error
/// is added to the mean of the texts without a score, and both uncertainties are carried:
///
///     estimate = mean(inferred) + mean(stated − inferred)
///     SE²      = Var(inferred)/N + Var(stated − inferred)/n
///
/// Angelopoulos, Bates, Fannjiang, Jordan and Zrnic, "Prediction-powered inference", Science 382
/// (2023). It needs no calibrated model, only that both sets come from the same population: those
/// who give a score and those who do not may differ, and no formula sees that.
public struct RectifiedScore: Sendable, Hashable {
    /// Responses with a text only, as the model reads them.
    public var inferred: ExpectedScore
    /// Responses with both: the sum of (stated − inferred) contributions, in basis points.
    public var errorSum: Int64
    /// The sum of their squares, in squared basis points.
    public var errorSumOfSquares: Int64
    /// How many responses have both.
    public var errorCount: Int

    /// Nothing seen yet.
    public init() {
        inferred = .zero
        errorSum = 0
        errorSumOfSquares = 0
        errorCount = 0
    }

    /// Adds a response without a stated score.
    ///
    /// - Precondition: `basisPoints` is from −10000 to 10000.
    public mutating func addInferred(basisPoints: Int) {
        inferred.add(basisPoints: basisPoints)
    }

    /// Adds a response with both contributions.
    ///
    /// - Precondition: both are from −10000 to 10000.
    public mutating func addPair(statedBasisPoints: Int, inferredBasisPoints: Int) {
        let full = ExpectedScore.basisPointsMax.magnitude
        precondition(
            statedBasisPoints.magnitude <= full && inferredBasisPoints.magnitude <= full,
            "a contribution lies between -10000 and 10000 basis points")
        let error = Int64(statedBasisPoints - inferredBasisPoints)
        errorSum += error
        errorSumOfSquares += error * error
        errorCount += 1
    }

    /// The model's mean error, stated − inferred, as a share; `nil` without pairs.
    public var bias: Double? {
        guard errorCount > 0 else { return nil }
        return Double(errorSum) / Double(errorCount) / Double(ExpectedScore.basisPointsMax)
    }

    /// The corrected score, inside [−1, 1]; `nil` unless both kinds of response are present.
    public var score: Double? {
        guard let mean = inferred.mean, let bias else { return nil }
        return min(max(mean + bias, -1), 1)
    }

    /// The standard error of ``score``, divisors n; `nil` unless both kinds are present.
    public var standardError: Double? {
        guard let variance = inferred.variance, let bias else { return nil }
        let full = Double(ExpectedScore.basisPointsMax)
        let n = Double(errorCount)
        let errorVariance = max(Double(errorSumOfSquares) / (n * full * full) - bias * bias, 0)
        return (variance / Double(inferred.count) + errorVariance / n).squareRoot()
    }

    /// ``score`` ± z·SE inside [−1, 1].
    ///
    /// - Returns: `nil` unless both kinds are present and 0 < confidence < 1.
    public func interval(confidence: Double = 0.95) -> Interval? {
        guard let z = StandardNormal.criticalValue(confidence: confidence) else { return nil }
        guard let mean = inferred.mean, let bias, let standardError else { return nil }
        return Interval.around(mean + bias, halfWidth: z * standardError).clipped(to: .everyScore)
    }

    /// Everything both have seen.
    public static func + (left: RectifiedScore, right: RectifiedScore) -> RectifiedScore {
        var result = left
        result.inferred += right.inferred
        result.errorSum += right.errorSum
        result.errorSumOfSquares += right.errorSumOfSquares
        result.errorCount += right.errorCount
        return result
    }
}
