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
        discussion: """
            Learns the class from responses that have both a text and a score; sentiment and \
            intents stay those of the embedded model. The same events and seed give the same \
            artefact. The new version is registered, not activated.

            EXAMPLE
              npsledger model train --seed 7 --format json
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: ActorOptions
    @OptionGroup var selection: SelectionOptions

    @Option(name: .long, help: "Decides the folds of calibration and measurement.")
    var seed: UInt64 = 1

    func run() throws {
        let actor = try actor.resolved()
        let session = try Session(options)
        defer { session.ledger.close() }
        try session.catchUp(session.catalog.npsBySegment)
        let (examples, asOf) = try examples(session)
        let bar = ProgressBar("training on \(Formatted.count(examples.count)) texts", unit: "%")
        let trained = try ModelTraining(session.ledger).train(
            examples, asOf: asOf, seed: seed, threads: Session.threads
        ) { share in
            bar.update(done: Int(share * 100), total: 100)
        }
        bar.finish()
        let model = try ModelRegistry(session.ledger).register(
            trained.model.artefact, provenance: "trained", card: trained.card, actor: actor)
        show(model, trained, Printer(options.format))
    }

    private func examples(_ session: Session) throws -> ([ModelTraining.Example], Position) {
        try session.catalog.npsBySegment.read { state, build in
            let lens = try LensOptions.defaults(asOf: "\(build.position)")
            let resolved = try session.resolve(lens, selection, state)
            let query = NPSBySegmentQuery(state)
            let examples = try query.scoredTexts(resolved).map { scored in
                ModelTraining.Example(
                    response: scored.response, text: scored.text,
                    label: resolved.thresholds.classify(score: scored.score))
            }
            return (examples, build.position)
        }
    }

    private func show(
        _ model: RegisteredModel, _ trained: ModelTraining.Result, _ printer: Printer
    ) {
        let metrics = trained.model.metrics
        if options.format != .table {
            printer.json([
                "version": .integer(model.version), "digest": .string(model.digest),
                "metrics": ModelCard.json(metrics),
            ])
            return
        }
        printer.line(
            "Trained model \(model.version) on \(Formatted.count(metrics.examples)) texts, sha256 "
                + "\(model.digest.prefix(16))…")
        ModelCard.show(metrics, printer)
        if trained.erased > 0 {
            printer.muted("\(Formatted.count(trained.erased)) texts are erased and were left out")
        }
        printer.muted("Next: npsledger model shadow \(model.version)")
    }
}
