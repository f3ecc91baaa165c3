extension ConfusionMatrix {
    /// The share of cases on the diagonal; `nil` without cases.
    public var accuracy: Double? {
        guard total > 0 else { return nil }
        return Double(correct) / Double(total)
    }

    /// Of those taken for the class, the share that are of it; `nil` if none was.
    public func precision(_ index: Int) -> Double? {
        let count = predictedCount(index)
        guard count > 0 else { return nil }
        return Double(self[actual: index, predicted: index]) / Double(count)
    }

    /// Of those of the class, the share that were taken for it; `nil` if there were none.
    public func recall(_ index: Int) -> Double? {
        let count = actualCount(index)
        guard count > 0 else { return nil }
        return Double(self[actual: index, predicted: index]) / Double(count)
    }

    /// 2·hits/(actual + predicted): the harmonic mean of precision and recall.
    ///
    /// `nil` for a class that neither occurs nor is predicted; 0 if it is never hit.
    public func f1(_ index: Int) -> Double? {
        let count = actualCount(index) + predictedCount(index)
        guard count > 0 else { return nil }
        return 2 * Double(self[actual: index, predicted: index]) / Double(count)
    }

    /// The mean F1 over the classes that occur or are predicted; `nil` without cases.
    public var macroF1: Double? {
        let scores = (0..<classCount).compactMap { f1($0) }
        guard !scores.isEmpty else { return nil }
        return scores.reduce(0, +) / Double(scores.count)
    }

    /// Cohen's kappa: agreement beyond what the margins alone would give. 1 is perfect, 0 chance.
    ///
    /// `nil` without cases, or if both sides used one and the same class throughout.
    public var kappa: Double? { weightedKappa { $0 == $1 ? 0 : 1 } }

    /// Cohen's kappa with quadratic weights: a miss by two classes counts four times one by one.
    ///
    /// Cohen (1968). For ordered classes. `nil` as for ``kappa``.
    public var quadraticWeightedKappa: Double? {
        weightedKappa { Double(($0 - $1) * ($0 - $1)) }
    }

    private var correct: Int {
        (0..<classCount).reduce(0) { $0 + self[actual: $1, predicted: $1] }
    }

    /// 1 − observed disagreement / disagreement expected from the margins.
    private func weightedKappa(_ disagreement: (Int, Int) -> Double) -> Double? {
        let rows = (0..<classCount).map { Double(actualCount($0)) }
        let columns = (0..<classCount).map { Double(predictedCount($0)) }
        let size = Double(total)
        guard size > 0 else { return nil }
        var observed = 0.0
        var expected = 0.0
        for row in 0..<classCount {
            for column in 0..<classCount {
                let weight = disagreement(row, column)
                observed += weight * Double(self[actual: row, predicted: column])
                expected += weight * rows[row] * columns[column] / size
            }
        }
        guard expected > 0 else { return nil }
        return 1 - observed / expected
    }
}
