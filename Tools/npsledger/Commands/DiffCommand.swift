import ArgumentParser
import LedgerCore
import LedgerQueries
import NPSStatistics
import Presentation

/// `diff`: which responses make the difference between two answers, and why.
struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Which responses make two scores differ, and why.",
        usage: "npsledger diff --between LENS LENS [--by DIM,…] [options]",
        discussion: """
            A lens is a list of key=value with the keys as-of, model, thresholds, basis, \
            duplicates, reviews, from, to and window; what it does not name is as today, and “today” \
            names nothing. --from, --to and --window hold for both.

            Each response that counts otherwise has one reason, the first of these that suffices: \
            recorded since, excluded since, amended, reviewed, reclassified, not read by one of the \
            models, other thresholds, other basis, other window, another answer of the respondent. \
            The points of all reasons add up to the difference; so does the last row, for responses \
            that count the same but among others.

            EXAMPLES
              npsledger diff --between as-of=2026-03-03 today
              npsledger diff --between as-of=2026-03-03,model=1 model=2,thresholds=2
              npsledger diff --between model=1 model=2 --by region --limit all
            """)

    @OptionGroup var options: LedgerOptions

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("The two lenses.", valueName: "lens"))
    var between: [String] = []

    @OptionGroup var selection: SelectionOptions
    @OptionGroup var completeness: CompletenessOptions

    @Option(name: .long, help: "List this many responses, largest effect first, or all.")
    var limit = ListLimit.most(20)

    @Flag(name: .long, help: "Show the texts of the responses listed.")
    var texts = false

    @Option(name: .long, help: "adjusted-wald, score (for small groups), or wald.")
    var interval: IntervalMethod = .adjustedWald

    @Option(name: .long, help: "Confidence of the intervals, in percent.")
    var confidence: Double = 95

    @Option(name: .long, help: "Whose days are meant, such as Europe/Vienna.")
    var zone: String?

    func validate() throws {
        _ = try sides()
    }

    private func sides() throws -> [DifferenceRequest.Side] {
        guard between.count == 2 else {
            throw ValidationError(
                "--between takes two lenses, such as as-of=2026-03-03 today; got \(between.count).")
        }
        try LensOptions.check(confidence: confidence)
        return try between.map { text in
            var side = DifferenceRequest.Side()
            (side.lens.interval, side.lens.confidence) = (interval, confidence)
            side.lens.calendar.zone = zone
            side.selection = try selection.request()
            side.selection.segments = SegmentSelection()
            do throws(LedgerError) {
                try side.take(text)
            } catch {
                throw ValidationError("--between: \(error.message).")
            }
            return side
        }
    }

    func run() throws {
        let sides = try sides()
        let request = DifferenceRequest(
            sides[0], sides[1], try selection.selection(), listed: limit.count, opensTexts: texts)
        var listing: ChangeListing?
        try Session.open(options).difference(request) { difference in
            listing = ChangeListing(difference, Printer(options))
        } each: { change in
            listing?.add(change)
        }
        listing?.end()
        try completeness.check(listing?.difference.incomplete ?? 0)
    }
}
