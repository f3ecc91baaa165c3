import ArgumentParser
import LedgerCore
import LedgerQueries
import NPSStatistics

/// What a lens is told besides its basis and model: as of when, under which cut-offs, and how sure.
struct LensFrameOptions: ParsableArguments {
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

    /// What is asked for, but for basis and model.
    func request() throws -> LensRequest {
        var request = LensRequest(asOf: try LensOptions.moment(asOf))
        request.thresholds = thresholds
        request.interval = interval
        request.confidence = confidence
        return request
    }
}
