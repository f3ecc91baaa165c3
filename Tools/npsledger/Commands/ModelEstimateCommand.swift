import ArgumentParser
import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import NPSBySegmentProjection
import NPSLedger
import Presentation

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
        try lens().validate()
        guard selection.by == nil else {
            throw ValidationError(
                "--by groups results; an estimate is of one selection: use --where.")
        }
        guard Set(versions).count == versions.count else {
            throw ValidationError("A version is named twice.")
        }
    }

    private func lens() throws -> LensOptions {
        var lens = try LensOptions.defaults(asOf: moment.asOf)
        lens.basis = .inferred
        lens.confidence = confidence
        return lens
    }

    func run() throws {
        let session = try Session.open(options)
        defer { session.ledger.close() }
        try session.catchUp(session.catalog.npsBySegment)
        let options = try lens()
        let asOf = try session.asOf(options)
        let models = try models(session, asOf)
        let estimates = ModelEstimates(
            estimates: try models.map { try ModelEstimate($0, session, selection, options) },
            asOf: asOf, remarks: try remarks(), confidence: confidence / 100)
        let printer = Printer(self.options)
        switch self.options.format {
        case .json: printer.json(estimates.json)
        case .csv:
            let (header, rows) = estimates.csv
            printer.csv(header, rows)
        case .table: estimates.show(printer)
        }
    }

    private func models(_ session: OpenLedger, _ asOf: Position) throws -> [RegisteredModel] {
        let registry = session.ledger.models
        guard versions.isEmpty else {
            return try versions.map { try registry.model($0, asOf: asOf) }
        }
        let known = try registry.list(asOf: asOf)
        let chosen = known.filter(\.isActive) + known.filter { $0.shadow != nil }
        guard !chosen.isEmpty else {
            throw CommandFailure(
                ExitStatus.no, "no model is active or shadows: name the versions to estimate")
        }
        return chosen
    }

    private func remarks() throws -> [String] {
        var parts: [String] = []
        if let window = selection.window { parts.append("the last \(window)") }
        if let from = selection.from { parts.append("from \(from)") }
        if let to = selection.to { parts.append("to \(to)") }
        for (dimension, values) in try selection.selection().keeping.sorted(by: { $0.key < $1.key })
        {
            parts.append(
                "only \(dimension) "
                    + values.sorted().map { $0.isEmpty ? "—" : $0 }.joined(separator: ", "))
        }
        return parts
    }
}
