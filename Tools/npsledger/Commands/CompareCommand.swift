import ArgumentParser
import LedgerCore
import LedgerQueries
import NPSStatistics
import Presentation

/// `compare`: is the difference real?
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Compare segments, windows or models.",
        usage: "npsledger compare --by | --segment | --span | --models … [options]",
        discussion: """
            Gives the change from the side named first to the second with its interval and p, \
            adjusted over all rows; with --by alone, from all others to each segment. Answers of one \
            person count together, and so does what both sides share: people, responses or both. \
            Models are compared on the same responses; `npsledger model compare` says more about \
            those.

            EXAMPLES
              npsledger compare --by region                       each against all others
              npsledger compare --segment region=EMEA --segment region=APAC
              npsledger compare --span 2026-01-01..2026-04-01 --span 2026-04-01..2026-07-01
              npsledger compare --models 1,2 --by region
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var lens: LensOptions
    @OptionGroup var completeness: CompletenessOptions

    @Option(
        name: .long,
        help: ArgumentHelp("One of two segments; give it twice.", valueName: "dim=value,…"))
    var segment: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("One of two windows; give it twice.", valueName: "from..to"))
    var span: [String] = []

    @Option(
        name: .long, help: ArgumentHelp("Two model versions.", valueName: "v,w"))
    var models: String?

    @Option(name: .long, help: "Adjustment of p over the rows: bh, holm or none.")
    var adjust: PAdjustment = .bh

    @Option(name: .long, help: "Order of the rows: responses, change, p or name.")
    var sort: ComparisonRequest.Order = .responses

    @Option(name: .long, help: CountingUnit.help)
    var per: CountingUnit = .response

    @Option(name: .long, help: "Show at most this many rows; p is adjusted over all of them.")
    var limit: Int?

    func validate() throws {
        let kinds = [!segment.isEmpty, !span.isEmpty, models != nil].filter { $0 }.count
        guard kinds <= 1 else {
            throw ValidationError("Give one of --segment, --span and --models.")
        }
        guard segment.isEmpty || segment.count == 2, span.isEmpty || span.count == 2 else {
            throw ValidationError("Give --segment or --span twice: a comparison has two sides.")
        }
        if !segment.isEmpty, selection.by != nil {
            throw ValidationError("--segment already says which two: leave --by out.")
        }
        if models != nil, lens.model != nil || lens.basis == .stated {
            throw ValidationError(
                lens.model != nil
                    ? "--models already says which models: leave --model out."
                    : "Stated scores are the same under every model: leave --basis stated out.")
        }
        if kinds == 0, selection.by == nil {
            throw ValidationError("Say what to compare: --by, --segment, --span or --models.")
        }
        if !span.isEmpty, selection.window != nil || selection.from != nil || selection.to != nil {
            throw ValidationError("--span already says which time.")
        }
        guard limit ?? 1 > 0 else { throw ValidationError("--limit is at least 1.") }
        guard lens.frame.interval != .score else {
            throw ValidationError(
                "A difference has no score interval: --interval takes adjusted-wald or wald here.")
        }
        _ = try sides()
    }

    private func sides() throws -> ComparisonRequest.Sides {
        if let models { return try Self.models(models) }
        return try SelectionOptions.asArgument { () throws(LedgerError) in
            if segment.count == 2 {
                return .segments(
                    try ComparisonRequest.Segment(segment[0]),
                    try ComparisonRequest.Segment(segment[1]))
            }
            guard span.count == 2 else { return .segmentsAndRest }
            return .windows(
                try ComparisonRequest.Window(span[0]), try ComparisonRequest.Window(span[1]))
        }
    }

    private static func models(_ text: String) throws -> ComparisonRequest.Sides {
        let numbers = text.split(separator: ",").compactMap { ModelVersion($0) }
        guard numbers.count == 2, text.split(separator: ",").count == 2 else {
            throw ValidationError("--models takes two versions, such as 1,2.")
        }
        guard numbers[0] != numbers[1] else {
            throw ValidationError("--models takes two different versions, such as 1,2.")
        }
        return .models(numbers[0], numbers[1])
    }

    func run() throws {
        let answer = try Session.open(options).compare(
            ComparisonRequest(
                try sides(), try selection.request(), lens: try lens.request(),
                adjustment: adjust, order: sort, limit: limit, per: per))
        let printer = Printer(options)
        answer.show(printer)
        if printer.format == .table {
            ResponsesQuestion(options, selection, lens, answer.frame, sides: sideArguments)
                .show(printer)
        }
        try completeness.check(answer.frame.incomplete)
    }

    /// What tells one side's responses from the other's.
    private var sideArguments: [[String]] {
        if let models { return models.split(separator: ",").map { ["--model", String($0)] } }
        if !segment.isEmpty {
            return segment.map { $0.split(separator: ",").flatMap(Self.asking) }
        }
        if !span.isEmpty {
            return span.map { text in
                let ends = text.split(separator: "..", maxSplits: 1).map(String.init)
                return ["--from", ends[0], "--to", ends[1]]
            }
        }
        return [[]]
    }

    private static func asking(_ part: Substring) -> [String] {
        part.hasSuffix("=") ? ["--without", String(part.dropLast())] : ["--where", String(part)]
    }
}

extension PAdjustment: ExpressibleByArgument {}
extension ComparisonRequest.Order: ExpressibleByArgument {}
