import ArgumentParser
import LedgerCore
import LedgerStore

/// As of when, for what depends on nothing else of a lens.
struct MomentOptions: ParsableArguments {
    @Option(
        name: .customLong("as-of"),
        help: ArgumentHelp(
            "Only what was recorded by then: a log position, or a time (RFC 3339 or a date, UTC).",
            valueName: "position|time"))
    var asOf: String?

    /// The position that `--as-of` means in a log: its size then.
    func position(in log: EventLog) throws -> Position {
        try LensOptions.defaults(asOf: asOf).position(in: log)
    }
}
