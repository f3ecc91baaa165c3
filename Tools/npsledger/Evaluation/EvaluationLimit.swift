import ArgumentParser
import NPSLedger
import NPSStatistics
import Presentation

/// A figure of an evaluation and what it must reach: for a pipeline that stops where it does not.
struct EvaluationLimit: ExpressibleByArgument {
    enum Metric: String, CaseIterable {
        case accuracy
        case macroF1
        case kappa
        case weightedKappa
        case ece
        case brier
        case logLoss
        case npsBias
        case segmentError

        /// Whether more of it is better.
        var isBetterHigh: Bool {
            switch self {
            case .accuracy, .macroF1, .kappa, .weightedKappa: true
            case .ece, .brier, .logLoss, .npsBias, .segmentError: false
            }
        }

        /// What it can be; points for the last two.
        var range: ClosedRange<Double> {
            switch self {
            case .accuracy, .macroF1, .ece: 0...1
            case .kappa, .weightedKappa: -1...1
            case .brier: 0...2
            case .logLoss: 0...100
            case .npsBias, .segmentError: 0...200
            }
        }

        /// Its value; points for the last two.
        func value(_ report: EvaluationReport) -> Double? {
            switch self {
            case .accuracy: report.figures.accuracy.value
            case .macroF1: report.figures.macroF1.value
            case .kappa: report.figures.kappa.value
            case .weightedKappa: report.figures.weightedKappa.value
            case .ece: report.figures.ece
            case .brier: report.figures.brier.value
            case .logLoss: report.figures.logLoss.value
            case .npsBias:
                report.evaluation.total.bias.difference.map { $0.estimate.magnitude * 100 }
            case .segmentError: report.segmentError.map { $0.expected * 100 }
            }
        }
    }

    let metric: Metric
    let limit: Double

    /// `macroF1=0.7`.
    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let metric = Metric(rawValue: String(parts[0])),
            let limit = Double(parts[1]), limit.isFinite
        else { return nil }
        self.metric = metric
        self.limit = limit
    }

    /// Whether the figure could ever be on either side of it.
    var isPossible: Bool { metric.range.contains(limit) }

    static func names(isBetterHigh: Bool) -> String {
        Metric.allCases.filter { $0.isBetterHigh == isBetterHigh }.map(\.rawValue)
            .joined(separator: ", ")
    }

    /// Why a report does not reach it; nil where it does. What cannot be measured is not reached.
    func failure(_ report: EvaluationReport) -> String? {
        func shown(_ value: Double) -> String {
            Formatted.shortest((value * 1e4).rounded() / 1e4) ?? ""
        }
        guard let value = metric.value(report) else { return "\(metric.rawValue) has no value" }
        guard metric.isBetterHigh ? value < limit : value > limit else { return nil }
        return "\(metric.rawValue) is \(shown(value)), "
            + (metric.isBetterHigh ? "under " : "over ") + shown(limit)
    }
}
