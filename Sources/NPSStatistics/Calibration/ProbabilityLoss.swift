import RealModule

/// How good stated probabilities are: 0 is perfect, lower is better.
///
/// Arrays are read pairwise. Different lengths, no cases, a probability outside [0, 1] or a class
/// out of range give `nil`. That a row of class probabilities adds up to 1 is the caller's part.
public enum ProbabilityLoss {
    /// The smallest probability the log loss believes: a certain miss costs 34.5, not infinity.
    public static let probabilityMin = 1e-15

    /// The Brier score of yes/no forecasts: mean (p − y)², 0 to 1.
    public static func brier(probabilities: [Double], outcomes: [Bool]) -> Double? {
        guard isValid(probabilities, cases: outcomes.count) else { return nil }
        var sum = 0.0
        for (p, outcome) in zip(probabilities, outcomes) {
            let miss = p - (outcome ? 1 : 0)
            sum += miss * miss
        }
        return sum / Double(outcomes.count)
    }

    /// The Brier score over classes: mean of Σ (p − y)² over each row, 0 to 2 (Brier 1950).
    ///
    /// For two classes this is twice the yes/no form.
    public static func brier(classProbabilities: [[Double]], classes: [Int]) -> Double? {
        guard isValid(classProbabilities, classes: classes) else { return nil }
        var sum = 0.0
        for (row, truth) in zip(classProbabilities, classes) {
            for (index, p) in row.enumerated() {
                let miss = p - (index == truth ? 1 : 0)
                sum += miss * miss
            }
        }
        return sum / Double(classes.count)
    }

    /// The log loss of yes/no forecasts in nats, probabilities kept off 0 and 1 by
    /// ``probabilityMin``.
    public static func logLoss(probabilities: [Double], outcomes: [Bool]) -> Double? {
        guard isValid(probabilities, cases: outcomes.count) else { return nil }
        var sum = 0.0
        for (p, outcome) in zip(probabilities, outcomes) { sum += surprise(outcome ? p : 1 - p) }
        return sum / Double(outcomes.count)
    }

    /// The log loss over classes in nats: mean −ln of the true class's probability.
    public static func logLoss(classProbabilities: [[Double]], classes: [Int]) -> Double? {
        guard isValid(classProbabilities, classes: classes) else { return nil }
        var sum = 0.0
        for (row, truth) in zip(classProbabilities, classes) { sum += surprise(row[truth]) }
        return sum / Double(classes.count)
    }

    private static func surprise(_ p: Double) -> Double {
        -Double.log(min(max(p, probabilityMin), 1 - probabilityMin))
    }

    static func isValid(_ probabilities: [Double], cases: Int) -> Bool {
        cases > 0 && probabilities.count == cases
            && probabilities.allSatisfy { $0 >= 0 && $0 <= 1 }
    }

    static func isValid(_ rows: [[Double]], classes: [Int]) -> Bool {
        guard !classes.isEmpty, rows.count == classes.count else { return false }
        return zip(rows, classes).allSatisfy { row, truth in
            row.indices.contains(truth) && row.allSatisfy { $0 >= 0 && $0 <= 1 }
        }
    }
}
