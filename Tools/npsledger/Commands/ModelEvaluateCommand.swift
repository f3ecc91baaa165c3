import AnswerEncoding
import ArgumentParser
import LedgerCore
import LedgerQueries
import Presentation
import Reports

/// `model evaluate`: how good a version is on what it has not learnt from.
struct ModelEvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Hold a version against stated scores it was not trained on.",
        usage: """
            npsledger model evaluate V [--by DIM,…] [--where DIM=VALUE]… [options]
            npsledger model evaluate V W… [--where DIM=VALUE]… [options]
            npsledger model evaluate V --on FILE --mapping FILE [options]
            npsledger model evaluate V --split KIND [options]
            """,
        discussion: """
            The label of a response is the class of its stated score, or what a person decided. \
            What the version has learnt from is left out; a time asked for with --from, --to or \
            --window that holds some of it is refused, and so is a file with such a text, unless \
            --leave-out-trained says otherwise.

            --split tells of the way the version was trained instead: models are trained on a part \
            of what there is by now and tested on the rest. cross-validation: in folds. later: on \
            what came before --before T, tested after. unseen-segments: each value of --unseen DIM \
            by a model that has seen none of it. Nothing of that is recorded.

            Accuracy has a Wilson interval; F1 and kappa have bootstrap intervals of 1000 draws \
            with seed 1; the bias of a score is paired, its p adjusted over segments (Benjamini \
            and Hochberg). ECE has 15 bins. Segments with few responses are summed up. CSV holds \
            the segments. --html writes a report that needs nothing else.

            Several versions are measured on the same responses, those that none of them has learnt \
            from, and each is held against the first: differences are paired, with intervals.

            EXAMPLE
              npsledger model evaluate 1 2 --format json
              npsledger model evaluate 2 --by region --html evaluation.html
              npsledger model evaluate 2 --from 2026-01-01 --fail-under macroF1=0.65
              npsledger model evaluate 2 --on labelled.csv --map text=words --map score=nps
              npsledger model evaluate 2 --split later --before 2025-01-01
              npsledger model evaluate 2 --split unseen-segments --unseen region
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var moment: MomentOptions
    @OptionGroup var completeness: CompletenessOptions
    @OptionGroup var labelled: LabelledFileOptions

    @Argument(help: ArgumentHelp("The version; of several each against the first.", valueName: "v"))
    var versions: [UInt32]

    private var version: UInt32 { versions[0] }

    @Option(name: .long, help: "cross-validation, later or unseen-segments.")
    var split: EvaluationSplit?

    @Option(
        name: .long,
        help: ArgumentHelp("For later: learn from responses before this time.", valueName: "time"))
    var before: String?

    @Option(
        name: .long,
        help: ArgumentHelp("For unseen-segments: the dimension.", valueName: "dim"))
    var unseen: String?

    @Option(
        name: .long,
        help: "For unseen-segments: trainings at most, each without some values.")
    var trainings: Int = 5

    @Flag(name: .long, help: "Leave out what it has learnt from, where that would be refused.")
    var leaveOutTrained = false

    @Option(name: .long, help: "Segments with fewer responses are summed up.")
    var responsesAtLeast: Int = 30

    @Option(name: .long, help: "Confidence of the intervals, in percent.")
    var confidence: Double = 95

    @Option(name: .long, help: "Under this threshold set, whichever is in force.")
    var thresholds: UInt32?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Status 1 where accuracy, macroF1, kappa or weightedKappa is lower.",
            valueName: "figure=value"))
    var failUnder: [EvaluationLimit] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Status 1 where ece, brier, logLoss, npsBias or segmentError (points) is higher.",
            valueName: "figure=value"))
    var failOver: [EvaluationLimit] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Write a report; - is standard output.", valueName: "file"),
        completion: .file())
    var html: String?

    func validate() throws {
        try validateVersions()
        try LensOptions.check(confidence: confidence)
        guard responsesAtLeast >= 1 else {
            throw ValidationError("--responses-at-least takes a number from 1.")
        }
        guard EvaluationRequest.trainingsBounds.contains(trainings) else {
            throw ValidationError("--trainings lies between 2 and 100.")
        }
        if split != nil, labelled.file != nil {
            throw ValidationError("Give either --split or --on: a file is not learnt from.")
        }
        if split != nil, leaveOutTrained {
            throw ValidationError("--split trains anew: there is nothing to leave out.")
        }
        guard (split == .later) == (before != nil) else {
            throw ValidationError("--split later and --before TIME go together.")
        }
        guard (split == .unseenSegments) == (unseen != nil) else {
            throw ValidationError("--split unseen-segments and --unseen DIM go together.")
        }
        _ = try before.map(SelectionOptions.time)
        if labelled.file != nil, selection.window != nil {
            throw ValidationError("--window ends with the ledger's latest response: give --from.")
        }
        for (limits, isBetterHigh, other) in [
            (failUnder, true, "--fail-over"), (failOver, false, "--fail-under"),
        ] {
            for limit in limits where limit.metric.isBetterHigh != isBetterHigh {
                throw ValidationError(
                    "\(limit.metric.rawValue) is better \(isBetterHigh ? "low" : "high"): use "
                        + "\(other).")
            }
        }
        if html == ReportFile.standardOutput, options.format != .table {
            throw ValidationError(
                "--html - takes standard output, which --format takes as well: name a file.")
        }
        for limit in failUnder + failOver where !limit.isPossible {
            throw ValidationError(
                "\(limit.metric.rawValue) lies between \(limit.metric.range.lowerBound) and "
                    + "\(limit.metric.range.upperBound): it is no percentage.")
        }
        if selection.by == nil, failOver.contains(where: { $0.metric == .segmentError }) {
            throw ValidationError("segmentError is that of segments: say which with --by.")
        }
    }

    private func validateVersions() throws {
        guard let first = versions.first else { throw ValidationError("Name a version.") }
        guard versions.count > 1 else { return }
        guard Set(versions).count == versions.count else {
            throw ValidationError("Model \(first) or another is named twice.")
        }
        guard split == nil, labelled.file == nil, html == nil, selection.by == nil,
            failUnder.isEmpty, failOver.isEmpty
        else {
            throw ValidationError(
                "Several versions are measured on the ledger's own responses: leave --split, --on, "
                    + "--by, --html, --fail-under and --fail-over out.")
        }
    }

    func run() throws {
        if let html {
            try ReportFile.check(
                html, of: "--html", isOutside: options.paths,
                inputs: [labelled.file, labelled.columns.mapping])
        }
        let request = try request()
        let open = try Session.open(options)
        guard versions.count == 1 else {
            let answer = try open.evaluate(versions, together: request)
            let printer = Printer(options)
            printer.show(answer.json, csv: answer.csv) { answer.show(printer) }
            return try completeness.check(answer.frame.incomplete)
        }
        let answer = try open.evaluate(request)
        try show(answer)
        try completeness.check(answer.frame.incomplete)
        let failures = (failUnder + failOver).compactMap { $0.failure(answer) }
        guard failures.isEmpty else {
            throw CommandFailure(
                ExitStatus.no,
                "model \(version) does not reach what was asked for: "
                    + failures.joined(separator: "; "))
        }
    }

    private func request() throws -> EvaluationRequest {
        var request = EvaluationRequest(version, on: try ground())
        request.selection = try selection.request()
        request.asOf = try moment.moment()
        request.thresholds = thresholds
        request.confidence = confidence
        request.responsesAtLeast = responsesAtLeast
        request.leavesOutLearnt = leaveOutTrained
        return request
    }

    private func ground() throws -> EvaluationRequest.Ground {
        if let file = try labelled.read() { return .file(file) }
        switch split {
        case nil: return .ledger
        case .crossValidation?: return .crossValidation
        case .later?: return .later(than: try before.map(SelectionOptions.time) ?? .max)
        case .unseenSegments?:
            return .unseenSegments(dimension: unseen ?? "", trainings: trainings)
        }
    }

    private func show(_ answer: EvaluationAnswer) throws {
        if let html {
            try ReportFile.write(
                EvaluationPage(answer, style: ComparisonReport.style).html, to: html,
                holdsPersonalData: false)
            guard html != ReportFile.standardOutput else { return }
            Printer.notice("report in \(html)")
        }
        let printer = Printer(options)
        if let small = answer.small, options.format == .csv {
            Printer.notice(
                "\(Formatted.count(small.count)) segments with fewer than "
                    + "\(responsesAtLeast) responses are left out: --responses-at-least 1")
        }
        printer.show(answer.json, csv: answer.csv) { answer.show(printer) }
    }
}

extension EvaluationSplit: ExpressibleByArgument {}

extension EvaluationLimit: ExpressibleByArgument {
    /// `macroF1=0.7`.
    public init?(argument: String) { self.init(argument) }
}

/// `model estimate`: how good versions are where nobody stated a score.
struct ModelEstimateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimate",
        abstract: "How good versions are on texts without a score, from their own confidence.",
        usage: "npsledger model estimate [V]… [--where DIM=VALUE]… [options]",
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
    @OptionGroup var completeness: CompletenessOptions

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
        var request = EstimateRequest(versions)
        request.selection = try selection.request()
        request.asOf = try moment.moment()
        request.confidence = confidence
        let answer = try Session.open(options).estimate(request)
        let printer = Printer(options)
        printer.show(answer.json, csv: answer.csv) { answer.show(printer) }
        try completeness.check(answer.incomplete)
    }
}
