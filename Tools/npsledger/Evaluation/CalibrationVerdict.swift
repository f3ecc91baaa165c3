import NPSLedger
import NPSStatistics
import Presentation

/// Whether the probabilities of a model can be taken at their word, in a sentence.
struct CalibrationVerdict {
    enum Grade: String {
        /// Off by no more than chance, or by so little that it does not matter.
        case good
        /// Off by no more than chance, which on so few responses may be much.
        case unclear
        /// Off by more than chance, and by less than ``badFrom``.
        case fair
        case bad
    }

    /// From what expected calibration error on probabilities mislead: five points.
    static let badFrom = 0.05
    /// Up to what expected calibration error it does not matter whether it is chance.
    static let goodTo = 0.02

    let grade: Grade
    let sentence: String

    /// - Parameter name: whose probabilities they are.
    init(_ reliability: Reliability, _ byChance: CalibrationByChance, name: String) {
        let error = reliability.expectedCalibrationError
        grade =
            if error <= Self.goodTo {
                .good
            } else if error <= byChance.high {
                byChance.high < Self.badFrom ? .good : .unclear
            } else {
                error < Self.badFrom ? .fair : .bad
            }
        let shown = Formatted.fixed(error, decimals: 3)
        let bins = "ECE \(shown) in \(reliability.bins.count) bins"
        let chance = "chance alone: up to \(Formatted.fixed(byChance.high, decimals: 3))"
        let tilt = reliability.overconfidence
        let way =
            tilt.magnitude < error / 2
            ? "in places too sure, in places not sure enough"
            : tilt > 0 ? "too sure of itself" : "not sure enough of itself"
        sentence =
            switch grade {
            case .good: "The probabilities of \(name) can be believed: \(bins); \(chance)."
            case .unclear:
                "Whether the probabilities of \(name) can be believed, so few responses do not "
                    + "tell: \(bins); \(chance)."
            case .fair:
                "The probabilities of \(name) are somewhat off, \(way): \(bins); \(chance)."
            case .bad:
                "The probabilities of \(name) are off by "
                    + "\(Formatted.fixed(error * 100, decimals: 1)) points on average, \(way): it "
                    + "is badly calibrated on these responses (\(bins); \(chance)). Train on "
                    + "responses like these before an expected score of it is used."
            }
    }
}

extension EvaluationReport {
    /// What is to be said of the calibration; nil without responses.
    var verdict: CalibrationVerdict? {
        guard let reliability = figures.reliability, let byChance = figures.byChance else {
            return nil
        }
        return CalibrationVerdict(
            reliability, byChance,
            name: recipe == nil
                ? "model \(model.version)" : "a model trained like model \(model.version)")
    }
}
