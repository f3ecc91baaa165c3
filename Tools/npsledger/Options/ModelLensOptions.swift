import ArgumentParser
import LedgerCore
import LedgerQueries

/// The frame of a comparison of models: a lens but for the model.
struct ModelLensOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "inferred (from every text) or blended (only where no score is stated).")
    var basis: Lens.Basis = .inferred

    @OptionGroup var frame: LensFrameOptions

    func validate() throws {
        try LensOptions.check(confidence: frame.confidence)
        guard basis != .stated else {
            throw ValidationError(
                "A stated score is never overruled: compare models on inferred or blended.")
        }
    }

    /// What is asked for.
    func request() throws -> LensRequest {
        var request = try frame.request()
        request.basis = basis
        return request
    }
}

/// How many of many are listed: a number, or all.
enum ListLimit: ExpressibleByArgument {
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

    /// Nil for all.
    var count: Int? { if case .most(let count) = self { count } else { nil } }

    var defaultValueDescription: String { count.map { "\($0)" } ?? "all" }
}
