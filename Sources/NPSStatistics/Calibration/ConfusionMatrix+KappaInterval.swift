extension ConfusionMatrix {
    /// An interval of ``kappa`` within −1…1; `nil` where there is no kappa, or for a confidence
    /// outside (0, 1).
    ///
    /// The large-sample standard error of Fleiss, Cohen and Everitt (1969). Where both sides agree
    /// on every case it is 0, which would claim certainty from a handful of cases: then the lower
    /// end is that of Wilson's interval of the agreement, over the same margins.
    public func kappaInterval(confidence: Double = 0.95) -> Interval? {
        guard let kappa, let z = StandardNormal.criticalValue(confidence: confidence) else {
            return nil
        }
        let size = Double(total)
        let rows = (0..<classCount).map { Double(actualCount($0)) / size }
        let columns = (0..<classCount).map { Double(predictedCount($0)) / size }
        let chance = zip(rows, columns).reduce(0) { $0 + $1.0 * $1.1 }
        let agreed = (0..<classCount).reduce(0) { $0 + self[actual: $1, predicted: $1] }
        if agreed == total {
            let least = Proportion(agreed, of: total).interval(confidence: confidence)?.low ?? 0
            return Interval(low: max(-1, (least - chance) / (1 - chance)), high: 1)
        }
        var sum = -(kappa - chance * (1 - kappa)) * (kappa - chance * (1 - kappa))
        for row in 0..<classCount {
            for column in 0..<classCount {
                let share = Double(self[actual: row, predicted: column]) / size
                let weight =
                    row == column
                    ? 1 - (rows[row] + columns[row]) * (1 - kappa)
                    : (1 - kappa) * (columns[row] + rows[column])
                sum += share * weight * weight
            }
        }
        let error = (max(0, sum) / size).squareRoot() / (1 - chance)
        return Interval(low: max(-1, kappa - z * error), high: min(1, kappa + z * error))
    }
}
