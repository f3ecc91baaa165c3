import ArgumentParser
import LedgerCore
import NPSStatistics

/// The frame of a comparison of models: a lens but for the model.
struct ModelLensOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "inferred (from every text) or blended (only where no score is stated).")
    var basis: Lens.Basis = .inferred

    @Option(
        name: .customLong("as-of"),
        help: ArgumentHelp(
            "As it was then: a log position, or a time (RFC 3339 or a date, UTC).",
            valueName: "position|time"))
    var asOf: String?

    @Option(name: .long, help: "Under this threshold set, whichever is in force.")
    var thresholds: UInt32?

    @Option(name: .long, help: "adjusted-wald, score (for small groups), or wald.")
    var interval: IntervalMethod = .adjustedWald

    @Option(name: .long, help: "Confidence of the intervals, in percent.")
    var confidence: Double = 95

    func validate() throws {
        try lens().validate()
        guard basis != .stated else {
            throw ValidationError(
                "A stated score is never overruled: compare models on inferred or blended.")
        }
    }

    /// The same as options of any question.
    func lens() throws -> LensOptions {
        var lens = try LensOptions.defaults(asOf: asOf)
        lens.basis = basis
        lens.thresholds = thresholds
        lens.interval = interval
        lens.confidence = confidence
        return lens
    }
}

/// How many of the flipped responses are listed.
enum FlipCount: ExpressibleByArgument {
    case all
    case most(Int)

    init?(argument: String) {
        if argument == "all" {
            self = .all
        } else if let count = Int(argument), count >= 0 {
            self = .most(count)
        } else {
            return nil
        }
    }

    var limit: Int? { if case .most(let count) = self { count } else { nil } }
}
