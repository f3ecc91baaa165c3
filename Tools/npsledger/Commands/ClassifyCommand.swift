import ArgumentParser
import Catalog
import LedgerCore
import LedgerReplay
import NPSBySegmentProjection
import NPSLedger
import Presentation

/// `classify`: judge what a model has not read.
struct ClassifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classify", abstract: "Have a model judge the texts it has not read.",
        usage: "npsledger classify [--model VERSION] [options]",
        discussion: """
            Judgements are recorded; which model counts does not change.

            EXAMPLE
              npsledger classify --model 2
            """)

    @OptionGroup var options: LedgerOptions

    @Option(name: .long, help: "The model version (else the active one).")
    var model: UInt32?

    func run() throws {
        let session = try Session(options)
        defer { session.ledger.close() }
        let registry = ModelRegistry(session.ledger)
        guard let version = try model ?? registry.active()?.version else {
            throw CommandFailure(ExitStatus.no, "no model is active: name one with --model")
        }
        let report = try Self.classify(session, version)
        for projection in session.catalog.all { try session.catchUp(projection) }
        Self.show(report, version, Printer(options))
    }

    static func classify(
        _ session: Session, _ version: ModelVersion
    ) throws -> HistoryClassifier.Report {
        try session.catchUp(session.catalog.npsBySegment)
        let unread = try session.catalog.npsBySegment.read { state, build in
            try NPSBySegmentQuery(state, workers: Session.workers).unread(
                by: version, asOf: build.position)
        }
        let registry = ModelRegistry(session.ledger)
        let classifier = try registry.classifier(try registry.model(version))
        guard !unread.isEmpty else { return HistoryClassifier.Report() }
        let bar = ProgressBar("model \(version) reads", unit: "texts")
        let report = try HistoryClassifier(
            session.ledger, version: version, classifier: classifier, threads: Session.threads
        ).run(unread.map { ($0.response, $0.text) }) { done, total in
            bar.update(done: done, total: total)
        }
        bar.finish()
        return report
    }

    static func show(
        _ report: HistoryClassifier.Report, _ version: ModelVersion, _ printer: Printer
    ) {
        switch printer.format {
        case .json:
            printer.json([
                "model": .integer(version), "classified": .integer(report.classified),
                "erased": .integer(report.erased),
            ])
        case .csv:
            printer.csv(
                ["model", "classified", "erased"],
                [["\(version)", "\(report.classified)", "\(report.erased)"]])
        case .table:
            printer.line(
                "Model \(version) judged \(Formatted.count(report.classified)) "
                    + (report.classified == 1 ? "text" : "texts")
                    + (report.erased > 0
                        ? "; \(Formatted.count(report.erased)) are erased and stay unread" : ""))
        }
    }
}
