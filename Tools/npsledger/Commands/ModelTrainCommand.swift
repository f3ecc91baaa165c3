import ArgumentParser
import Catalog
import Classification
import LedgerCore
import LedgerReplay
import NPSBySegmentProjection
import NPSLedger
import Presentation

/// `model train`: a new version from the ledger's own scores.
struct ModelTrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a new version from this ledger's stated scores and reviews.",
        usage: "npsledger model train [--seed N] [--where DIM=VALUE]… [options]",
        discussion: """
            Learns the class from texts with a score, or that a person decided on; sentiment and \
            intents stay those of the embedded model. The same events and seed give the same \
            artefact. The new version is registered, not activated.

            EXAMPLES
              npsledger model train --seed 7 --format json
              npsledger model train --where language=fr --from 2025-01-01
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: ActorOptions
    @OptionGroup var selection: SelectionOptions

    @Option(name: .long, help: "Decides the folds of calibration and measurement.")
    var seed: UInt64 = 1

    func validate() throws {
        guard selection.by == nil else {
            throw ValidationError(
                "--by groups results; a model learns from --where and --from/--to.")
        }
    }

    func run() throws {
        let actor = try actor.resolved()
        let session = try Session(options)
        defer { session.ledger.close() }
        try session.catchUp(session.catalog.npsBySegment)
        let found = try TrainingExamples(session, selection)
        let bar = ProgressBar(
            "training on \(Formatted.count(found.examples.count)) texts", unit: "%")
        let trained = try ModelTraining(session.ledger).train(
            found.examples, asOf: found.asOf, selection: try selectionJSON(), seed: seed,
            threads: Session.threads
        ) { share in
            bar.update(done: Int(share * 100), total: 100)
        }
        bar.finish()
        let model = try session.ledger.models.register(
            trained.model.artefact, provenance: "trained", training: trained.evidence, actor: actor)
        show(model, trained, Printer(options))
    }

    /// What was asked for, with sorted keys and values: the card must not depend on their order.
    private func selectionJSON() throws -> String {
        var fields: [(String, JSONValue)] = []
        for (name, value) in [
            ("from", selection.from), ("to", selection.to), ("window", selection.window),
        ] {
            if let value { fields.append((name, .string(value))) }
        }
        let keeping = try selection.selection().keeping
        if !keeping.isEmpty {
            let pairs = keeping.sorted { $0.key < $1.key }.map { dimension, values in
                (dimension, JSONValue.array(values.sorted().map { .string($0) }))
            }
            fields.append(("where", .object(pairs)))
        }
        return JSONValue.object(fields).serialized()
    }

    private func show(
        _ model: RegisteredModel, _ trained: ModelTraining.Result, _ printer: Printer
    ) {
        let metrics = trained.model.metrics
        if options.format != .table {
            printer.record([
                ("version", .integer(model.version)), ("digest", .string(model.digest)),
                ("metrics", ModelCard.json(metrics)),
            ])
            return
        }
        printer.line(
            "Trained model \(model.version) on \(Formatted.count(metrics.examples)) texts, sha256 "
                + "\(model.digest.prefix(16))…")
        ModelCard.show(metrics, printer)
        if trained.evidence.erased > 0 {
            printer.muted(
                "\(Formatted.count(Int(trained.evidence.erased))) texts are erased and were left out"
            )
        }
        printer.muted("Next: npsledger model shadow \(model.version)")
    }
}
