import AnswerEncoding
import ArgumentParser
import LedgerCore
import LedgerQueries

/// `model estimate`: how good versions are where nobody stated a score.
struct ModelEstimateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimate",
        abstract: "How good versions are on texts without a score, from their own confidence.",
        usage: "npsledger model estimate [V]… [--window 30d] [--where DIM=VALUE]… [options]",
        discussion: """
            For the active version and every one that shadows, or those named: accuracy and \
            macro-F1 estimated from the probabilities it recorded (confidence-based performance \
            estimation, CBPE), beside what is measured where a score is stated, and the estimate \
            there, which shows what the estimate is worth. What a version has learnt from is left \
            out of what is measured.

            EXAMPLE
              npsledger model estimate --window 30d
              npsledger model estimate 2 3 --where region=EMEA --format json
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var moment: MomentOptions

    @Argument(help: ArgumentHelp("Versions (else the active one and shadows).", valueName: "v"))
    var versions: [UInt32] = []

    @Option(name: .long, help: "Confidence of the intervals, in percent.")
    var confidence: Double = 95

    func validate() throws {
        try LensOptions.check(confidence: confidence)
        guard selection.by == nil else {
            throw ValidationError(
                "--by groups results; an estimate is of one selection: use --where.")
        }
        guard Set(versions).count == versions.count else {
            throw ValidationError("A version is named twice.")
        }
    }

    func run() throws {
        let open = try Session.open(options)
        defer { open.close() }
        var request = EstimateRequest(versions)
        request.selection = try selection.request()
        request.asOf = try moment.moment()
        request.confidence = confidence
        let answer = try open.estimate(request)
        let printer = Printer(options)
        switch options.format {
        case .json: printer.json(answer.json)
        case .csv:
            let (header, rows) = answer.csv
            printer.csv(header, rows)
        case .table: answer.show(printer)
        }
    }
}
