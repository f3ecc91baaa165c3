import ArgumentParser
import Catalog
import Classification
import LedgerCore
import LedgerQueries
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import Presentation

/// `classify`: judge what a model has not read.
struct ClassifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classify", abstract: "Have a model judge the texts it has not read.",
        usage: "npsledger classify [--model VERSION] [--limit N] [options]",
        discussion: """
            Without --model, the active version reads, and so do those that shadow. Judgements are \
            recorded; which model counts does not change.

            EXAMPLE
              npsledger classify --model 2
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var clock: ClockOptions

    @Option(name: .long, help: "The model version (else the active one and those that shadow).")
    var model: UInt32?

    @Option(name: .long, help: "At most so many texts; a model outside this process costs.")
    var limit: Int?

    func validate() throws {
        guard let limit else { return }
        guard limit > 0 else { throw ValidationError("--limit is at least 1.") }
        guard model != nil else { throw ValidationError("--limit is for one model: give --model.") }
    }

    func run() throws {
        let session = Session.open(try clock.open(options))
        defer { session.ledger.close() }
        let registry = session.ledger.models
        let shadows = model == nil ? try Self.readShadows(session, Self.unusable) : []
        guard let version = try model ?? registry.active()?.version else {
            throw CommandFailure(
                ExitStatus.no,
                "no model is active: name one with --model"
                    + (shadows.isEmpty ? "" : " (those that shadow have read)"))
        }
        let report = try Self.classify(session, version, limit: limit)
        try session.settle()
        Self.show(report, version, shadows, Printer(options))
    }

    /// Has each shadowing version that can be run read what it has not read; one that reads a share
    /// of what comes in leaves the rest unread.
    static func readShadows(
        _ session: OpenLedger, _ unusable: (RegisteredModel, LedgerError) -> Void
    ) throws -> [(version: ModelVersion, report: HistoryClassifier.Report)] {
        let registry = session.ledger.models
        return try registry.shadowReaders(unusable: unusable).filter { $0.share == nil }
            .compactMap { shadow in
                do {
                    return (
                        shadow.version, try classify(session, shadow.version, by: shadow.reader)
                    )
                } catch let error as LedgerError where shadow.reader.isExternal {
                    // It answers or does not; what counts must not wait for it.
                    Self.unusable(try registry.model(shadow.version), error)
                    return nil
                }
            }
    }

    /// Says that a shadow is left out: what counts goes on.
    static func unusable(_ model: RegisteredModel, _ error: LedgerError) {
        Printer.notice(
            "model \(model.version) cannot shadow: \(error.message). Once it can, "
                + (model.shadow?.share == nil
                    ? "`npsledger model shadow \(model.version)` reads what it missed."
                    : "it goes on with its share of what comes in."))
    }

    static func classify(
        _ session: OpenLedger, _ version: ModelVersion, limit: Int? = nil
    ) throws -> HistoryClassifier.Report {
        let registry = session.ledger.models
        let reader = try registry.reader(try registry.model(version))
        return try classify(session, version, by: reader, limit: limit)
    }

    private static func classify(
        _ session: OpenLedger, _ version: ModelVersion, by reader: ModelReader, limit: Int? = nil
    ) throws -> HistoryClassifier.Report {
        try session.catchUp(session.catalog.npsBySegment)
        let unread = try session.catalog.npsBySegment.read { state, build in
            try NPSBySegmentQuery(state, workers: Session.workers).unread(
                by: version, asOf: build.position)
        }
        guard !unread.isEmpty else { return HistoryClassifier.Report() }
        let bar = ProgressBar("model \(version) reads", unit: "texts")
        defer {
            bar.finish()
            session.noteEmbeddings()
        }
        return try HistoryClassifier(
            session.ledger, version: version, reader: reader, threads: Session.threads
        ).run(unread.prefix(limit ?? .max).map { ($0.response, $0.text) }) { done, total in
            bar.update(done: done, total: total)
        }
    }

    private static func show(
        _ report: HistoryClassifier.Report, _ version: ModelVersion,
        _ shadows: [(version: ModelVersion, report: HistoryClassifier.Report)],
        _ printer: Printer
    ) {
        switch printer.format {
        case .json:
            let read = shadows.map { JSONValue.object(json($0.report, $0.version)) }
            printer.json(.object(json(report, version) + [("shadows", .array(read))]))
        case .csv:
            printer.csv(
                ["model", "classified", "erased"],
                ([(version, report)] + shadows).map { version, report in
                    ["\(version)", "\(report.classified)", "\(report.erased)"]
                })
        case .table:
            printer.line(sentence(report, version))
            for (version, report) in shadows {
                printer.line(sentence(report, version) + ", in the shadow")
            }
        }
    }

    static func json(
        _ report: HistoryClassifier.Report, _ version: ModelVersion
    ) -> [(String, JSONValue)] {
        [
            ("model", .integer(version)), ("classified", .integer(report.classified)),
            ("erased", .integer(report.erased)),
        ]
    }

    static func sentence(_ report: HistoryClassifier.Report, _ version: ModelVersion) -> String {
        "Model \(version) judged \(Formatted.count(report.classified)) "
            + (report.classified == 1 ? "text" : "texts")
            + (report.erased > 0
                ? "; \(Formatted.count(report.erased)) are erased and stay unread" : "")
    }
}
