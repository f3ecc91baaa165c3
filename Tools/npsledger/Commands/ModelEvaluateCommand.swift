import ArgumentParser
import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import NPSBySegmentProjection
import NPSLedger
import Presentation
import SurveyImport

/// `model evaluate`: how good a version is on what it has not learnt from.
struct ModelEvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Hold a version against stated scores it was not trained on.",
        usage: """
            npsledger model evaluate V [--by DIM,…] [--where DIM=VALUE]… [options]
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

            EXAMPLE
              npsledger model evaluate 2 --by region --html evaluation.html
              npsledger model evaluate 2 --from 2026-01-01 --fail-under macroF1=0.65
              npsledger model evaluate 2 --on labelled.csv --map text=comment --map score=nps
              npsledger model evaluate 2 --split later --before 2025-01-01
              npsledger model evaluate 2 --split unseen-segments --unseen region
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var moment: MomentOptions
    @OptionGroup var labelled: LabelledFileOptions

    @Argument(help: ArgumentHelp("The version.", valueName: "v")) var version: UInt32

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
        try lens().validate()
        guard responsesAtLeast >= 1 else {
            throw ValidationError("--responses-at-least takes a number from 1.")
        }
        guard (2...100).contains(trainings) else {
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

    private func lens() throws -> LensOptions {
        var lens = try LensOptions.defaults(asOf: moment.asOf)
        lens.model = version
        lens.basis = .inferred
        lens.thresholds = thresholds
        lens.confidence = confidence
        return lens
    }

    func run() throws {
        if let html {
            try ReportFile.check(
                html, isOutside: options.paths,
                inputs: [labelled.file, labelled.columns.mapping])
        }
        let mapping = labelled.file == nil ? nil : try labelled.columnMapping()
        let session = try Session.open(options)
        defer { session.ledger.close() }
        let model = try session.ledger.models.model(version)
        try session.catchUp(session.catalog.npsBySegment)
        let trained = try TrainedOn(model, session)
        let report: EvaluationReport
        if let file = labelled.file, let mapping {
            report = try evaluate(file, mapping, model, trained, session)
        } else if let split {
            report = try evaluate(split, model, trained, session)
        } else {
            report = try evaluate(model, trained, session)
        }
        if split != nil, let files = trained.record?.files, !files.isEmpty {
            let texts = files.reduce(0) { $0 + Int(clamping: $1.examples) }
            Printer.notice(
                "model \(version) has learnt from \(Formatted.count(texts)) texts of labelled files "
                    + "too, which are left out of this")
        }
        if case .unknown = trained {
            Printer.notice(
                "what model \(version) was trained on is not known, since it was registered from a "
                    + "file: if it has learnt from these responses, the figures flatter it")
        }
        try show(report)
        let failures = (failUnder + failOver).compactMap { $0.failure(report) }
        guard failures.isEmpty else {
            throw CommandFailure(
                ExitStatus.no,
                "model \(version) does not reach what was asked for: "
                    + failures.joined(separator: "; "))
        }
    }

    // MARK: What is evaluated

    private func evaluate(
        _ model: RegisteredModel, _ trained: TrainedOn, _ session: OpenLedger
    ) throws -> EvaluationReport {
        let labels = try LedgerLabels(session, try selection.request(), try lens().request())
        let hasTime = selection.from != nil || selection.to != nil || selection.window != nil
        let evaluated = try VersionEvaluation(session: session, model: model, trained: trained)
            .evaluate(labels, refusesOverlap: hasTime && !leaveOutTrained)
        return try report(session, model, .version, trained, labels, evaluated)
    }

    private func evaluate(
        _ file: String, _ mapping: ColumnMapping, _ model: RegisteredModel, _ trained: TrainedOn,
        _ session: OpenLedger
    ) throws -> EvaluationReport {
        let reader = try session.ledger.models.reader(model)
        let options = try lens()
        let lens = try session.catalog.npsBySegment.read { state, _ in
            try session.resolve(
                options, from: try selection.from.map(SelectionOptions.time),
                to: try selection.to.map(SelectionOptions.time), state)
        }
        let source = try LabelledFile(
            path: file, mapping: mapping, selection: selection, thresholds: lens.thresholds)
        let digest = source.digest
        if trained.record?.files.contains(where: { Hex.encode($0.digest) == digest }) == true {
            throw CommandFailure(
                ExitStatus.no,
                "model \(version) has learnt from \(file): figures on it would flatter it. Take a "
                    + "file of other texts")
        }
        let learnt = try LearntTexts(model, trained, session)
        let evaluated = try source.evaluate(
            version, reader, isLearnt: learnt.contains, refusesOverlap: !leaveOutTrained)
        return try EvaluationReport(
            session, model, .file(path: file, digest: digest), trained, lens: lens,
            selection: try selection.selection(), confidence: confidence / 100,
            responsesAtLeast: responsesAtLeast, evaluated)
    }

    private func evaluate(
        _ split: EvaluationSplit, _ model: RegisteredModel, _ trained: TrainedOn,
        _ session: OpenLedger
    ) throws -> EvaluationReport {
        let asked = try LedgerLabels(session, try selection.request(), try lens().request())
        let options = try lens()
        var recipe = try RecipeEvaluation(
            session, model, trained,
            pool: {
                try LedgerLabels(
                    session, $0, try options.request(), by: unseen.map { [$0] } ?? [],
                    includesDecided: true)
            },
            asked: asked)
        let time = try before.map(SelectionOptions.time)
        let outcome: RecipeEvaluation.Outcome
        switch split {
        case .crossValidation: outcome = try recipe.crossValidation()
        case .later: outcome = try recipe.later(than: time ?? .max)
        case .unseenSegments: outcome = try recipe.unseenSegments(count: trainings)
        }
        return try report(
            session, model, .recipe(outcome, before: time, dimension: unseen), trained, asked,
            outcome.evaluated)
    }

    private func report(
        _ session: OpenLedger, _ model: RegisteredModel, _ subject: EvaluationReport.Subject,
        _ trained: TrainedOn, _ labels: LedgerLabels, _ evaluated: Evaluated
    ) throws -> EvaluationReport {
        try EvaluationReport(
            session, model, subject, trained, lens: labels.lens, selection: labels.selection,
            confidence: confidence / 100, responsesAtLeast: responsesAtLeast, evaluated)
    }

    // MARK: What is shown

    private func show(_ report: EvaluationReport) throws {
        if let html {
            try ReportFile.write(
                EvaluationPage(report).html, to: html, holdsPersonalData: false)
            guard html != ReportFile.standardOutput else { return }
            Printer.notice("report in \(html)")
        }
        let printer = Printer(options)
        switch options.format {
        case .json: printer.json(report.json)
        case .csv:
            if let small = report.small {
                Printer.notice(
                    "\(Formatted.count(small.count)) segments with fewer than "
                        + "\(responsesAtLeast) responses are left out: --responses-at-least 1")
            }
            let (header, rows) = report.csv
            printer.csv(header, rows)
        case .table: report.show(printer)
        }
    }
}
