import ArgumentParser
import LedgerQueries
import Presentation
import Reports

/// `model compare`: what history would look like under another model, and whom it would flip.
struct ModelCompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Two versions on the same responses: scores and flips.",
        usage: "npsledger model compare V W [--by DIM,…] [--flips N|all] [options]",
        discussion: """
            Gives the score under V and under W, the change with its interval (paired: the \
            responses are the same), by segment with p adjusted over the segments, from which \
            class to which responses go, and which ones, those first of whose class W is surest. \
            With fewer than 20 flips p is exact.

            Both versions must have read the history (`npsledger model shadow`). CSV holds one \
            table: the segments, or with --flips the flipped responses. --html writes a report \
            that needs nothing else.

            EXAMPLE
              npsledger model compare 1 2 --by region
              npsledger model compare 1 2 --by region,plan --html report.html
              npsledger model compare 1 2 --flips all --format csv > flips.csv
              npsledger model compare 1 2 --where region=EMEA --flips 5 --texts
            """)

    /// Flipped responses listed where nobody says how many: a screenful.
    static let flipsDefault = 20

    @OptionGroup var options: LedgerOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var lens: ModelLensOptions
    @OptionGroup var completeness: CompletenessOptions

    @Argument(help: ArgumentHelp("The version to start from.", valueName: "v"))
    var first: UInt32

    @Argument(help: ArgumentHelp("The version to go to.", valueName: "w"))
    var second: UInt32

    @Option(name: .long, help: "Adjustment of p over the segments: bh, holm or none.")
    var adjust: PAdjustment = .bh

    @Option(
        name: .long,
        help: ArgumentHelp("List so many flipped responses (else 20).", valueName: "n|all"))
    var flips: ListLimit?

    @Flag(name: .long, help: "Show the texts of flipped responses; takes the master key.")
    var texts = false

    @Option(
        name: .long,
        help: ArgumentHelp("Write a report; - is standard output.", valueName: "file"),
        completion: .file())
    var html: String?

    func validate() throws {
        guard first != second else {
            throw ValidationError("Name two versions: a model agrees with itself.")
        }
    }

    func run() throws {
        let compared = try Session.open(options).compareModels(
            ModelComparisonRequest(
                first, second, try selection.request(), lens: try lens.request(),
                adjustment: adjust, flipsMax: flips.map { $0.count } ?? Self.flipsDefault,
                showsTexts: texts))
        noticeUnread(first, compared.readByFirst, compared.unlearnt.first, of: compared.texts)
        noticeUnread(second, compared.readBySecond, compared.unlearnt.second, of: compared.texts)
        if let html {
            try ReportFile.check(html, of: "--html", isOutside: options.paths)
            let report = ComparisonReport(
                compared,
                hints: ComparisonReport.Hints(
                    segments: "--by names the dimensions that make them", flips: "--flips all"))
            try ReportFile.write(report.html, to: html, holdsPersonalData: texts)
            if html != ReportFile.standardOutput { Printer.notice("report in \(html)") }
        }
        if html != ReportFile.standardOutput {
            compared.show(Printer(options), listsFlips: flips != nil)
        }
        try completeness.check(compared.frame.incomplete)
    }

    /// What one of them has not read is in no figure.
    private func noticeUnread(_ version: UInt32, _ read: Int, _ unlearnt: Int, of texts: Int) {
        for (count, why, remedy) in [
            (unlearnt, "has not learnt the language of", ""),
            (texts - read - unlearnt, "has not read", ": npsledger classify --model \(version)"),
        ] where count > 0 {
            Printer.notice(
                "model \(version) \(why) \(Formatted.count(count)) of "
                    + "\(Formatted.count(texts, of: "text")), which are left out\(remedy)")
        }
    }
}
