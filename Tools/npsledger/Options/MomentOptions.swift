import ArgumentParser
import LedgerCore
import LedgerQueries

/// As of when, for what depends on nothing else of a lens.
struct MomentOptions: ParsableArguments {
    @Option(
        name: .customLong("as-of"),
        help: ArgumentHelp(
            "Only what was recorded by then: a log position, or a time (RFC 3339 or a date, UTC).",
            valueName: "position|time"))
    var asOf: String?

    /// As of when.
    func moment() throws -> LensRequest.Moment { try LensOptions.moment(asOf) }
}
