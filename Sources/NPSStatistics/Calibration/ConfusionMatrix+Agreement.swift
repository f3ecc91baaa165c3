/// Agreement of two sides that does not lose its meaning where nearly all cases are of one class.
extension ConfusionMatrix {
    /// Gwet's AC1: agreement beyond the chance that a case is hard and was guessed, over all classes of
    /// the matrix, used or not.
    ///
    ///     (p − e)/(1 − e), e = Σ π(1 − π)/(q − 1)
    ///
    /// with p the share of agreement, π a class's mean share of both sides and q the number of classes.
    /// Gwet, British Journal of Mathematical and Statistical Psychology 61 (2008). Where one class is
    /// common ``kappa`` falls towards 0 however often both sides agree (Feinstein and Cicchetti 1990),
    /// and AC1 does not.
    /// - Returns: `nil` without cases, or with a single class.
    public var gwetAC1: Double? {
        guard let agreed = accuracy, let chance = gwetChance else { return nil }
        return (agreed - chance) / (1 - chance)
    }

    /// An interval of ``gwetAC1`` within −1…1: Student's t with n − 1 degrees of freedom around it, as the
    /// R package irrCAC has it, with Gwet's (2008) large-sample error, divisor n.
    ///
    /// Where both sides agree on every case the error is 0, which would claim certainty from a handful:
    /// then the lower end is that of Wilson's interval of the agreement, over the same chance.
    /// - Returns: `nil` with fewer than two cases, or for a confidence outside (0, 1).
    public func gwetInterval(confidence: Double = 0.95) -> Interval? {
        guard total > 1, let coefficient = gwetAC1, let agreed = accuracy, let chance = gwetChance,
            let t = StudentT.criticalValue(confidence: confidence, degreesOfFreedom: total - 1)
        else { return nil }
        if agreed == 1 {
            let least =
                Proportion(total, of: total).interval(confidence: confidence)?.low ?? 0
            return Interval(low: max(-1, (least - chance) / (1 - chance)), high: 1)
        }
        let size = Double(total)
        let means = meanShares
        let others = Double(classCount - 1)
        var (diagonal, square) = (0.0, 0.0)
        for row in 0..<classCount {
            for column in 0..<classCount {
                let share = Double(self[actual: row, predicted: column]) / size
                let rest = 1 - (means[row] + means[column]) / 2
                if row == column { diagonal += share * (1 - means[row]) }
                square += share * rest * rest
            }
        }
        let off = 1 - coefficient
        let variance =
            agreed * (1 - agreed) - 4 * off * (diagonal / others - agreed * chance)
            + 4 * off * off * (square / (others * others) - chance * chance)
        let error = (max(0, variance) / size).squareRoot() / (1 - chance)
        return Interval(
            low: max(-1, coefficient - t * error), high: min(1, coefficient + t * error))
    }

    /// The largest mean share of a class, with the class; `nil` without cases.
    public var commonest: (index: Int, share: Double)? {
        guard total > 0 else { return nil }
        let means = meanShares
        return means.indices.max { means[$0] < means[$1] }.map { ($0, means[$0]) }
    }

    /// Each class's share of all that both sides said.
    private var meanShares: [Double] {
        (0..<classCount).map {
            Double(actualCount($0) + predictedCount($0)) / 2 / Double(total)
        }
    }

    private var gwetChance: Double? {
        guard total > 0, classCount > 1 else { return nil }
        return meanShares.reduce(0) { $0 + $1 * (1 - $1) } / Double(classCount - 1)
    }
}
