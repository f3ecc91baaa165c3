import ArgumentParser
import LedgerCore
import LedgerQueries

/// Which responses: groups, values, time.
struct SelectionOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Group by these dimensions, separated by commas.", valueName: "dim,…"))
    var by: String?

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Keep only this value; repeat for more (values of one dimension are alternatives).",
            valueName: "dim=value"))
    var keeping: [String] = []

    @Option(
        name: .customLong("without"),
        help: ArgumentHelp(
            "Keep only responses without a value there; beside --where, those too.",
            valueName: "dim"))
    var lacking: [String] = []

    @Option(name: .long, help: "First response time: RFC 3339, or a date.")
    var from: String?

    @Option(
        name: .long, help: "Response time to stop before: RFC 3339, or a date.")
    var to: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The last days (30d), hours (12h) or weeks (4w) up to the latest response.",
            valueName: "span"))
    var window: String?

    func validate() throws {
        if window != nil, from != nil || to != nil {
            throw ValidationError("Give either --window or --from/--to.")
        }
        _ = try selection()
        _ = try window.map(Self.span)
        let (from, to) = (try from.map(Self.time), try to.map(Self.time))
        if let from, let to, from >= to {
            throw ValidationError("--from must lie before --to.")
        }
    }

    func selection() throws -> SegmentSelection {
        try Self.asArgument { () throws(LedgerError) in
            try SegmentSelection(
                by: by, keeping: keeping, lacking: lacking, spelled: Self.spelled)
        }
    }

    /// The dimensions of `--by`.
    static func dimensions(_ by: String?) throws -> [String] {
        try asArgument { () throws(LedgerError) in
            try SegmentSelection.dimensions(by, spelled: spelled)
        }
    }

    private static func spelled(_ parameter: String) -> String { "--" + parameter }

    static func bound(_ text: String) throws -> TimeBound {
        try Self.asArgument { () throws(LedgerError) in try TimeBound(text) }
    }

    /// A time whose days are those of UTC.
    static func time(_ text: String) throws -> Microseconds { try bound(text).time }

    /// What cannot be read of an argument is the parser's to tell.
    static func asArgument<T>(_ read: () throws(LedgerError) -> T) throws -> T {
        do {
            return try read()
        } catch {
            throw ValidationError(error.message)
        }
    }

    /// Microseconds of `30d`, `12h` or `4w`.
    static func span(_ text: String) throws -> Microseconds {
        try Self.asArgument { () throws(LedgerError) in try TimeSpan(text).length }
    }

    /// What is asked about.
    func request() throws -> Selection {
        Selection(
            try selection(), from: try from.map { try TimeBound($0) },
            to: try to.map { try TimeBound($0) }, window: try window.map { try TimeSpan($0) })
    }
}
