import AnswerEncoding
import ArgumentParser
import Catalog
import Classification
import LedgerCore
import LedgerQueries
import NPSLedger
import Presentation

/// `model train`: a new version from the ledger's own scores.
struct ModelTrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a new version from this ledger's stated scores and reviews.",
        usage: "npsledger model train [--seed N] [--where DIM=VALUE]… [options]",
        discussion: """
            Learns the class from texts with a score, or that a person decided on, and sentiment \
            and intents from what people said of them in reviews; where they said too little those \
            stay the embedded model's. --labels adds texts with labels from a file: score, class, \
            sentiment, intents or topics, mapped as segments; they do not enter the ledger.

            --taxonomy has it find what texts are about: topics with enough labels are learnt, the \
            others found by their phrases where there is an encoder (`npsledger topics show`).

            --encoder learns from the vectors of a transformer beside n-grams: slower, and better \
            where there are thousands of texts in its language. What it trains needs the encoder \
            wherever it reads. An encoder of your own (Tools/tune-encoder) is named by its digest; \
            keep what it has learnt from out with --from, since folds know nothing of that.

            The same events, files, encoder and seed give the same artefact. The new version is \
            registered, not activated. `npsledger model retrain` repeats a training on what there is by now.

            EXAMPLES
              npsledger model train --seed 7 --format json
              npsledger model train --where language=fr --from 2025-01-01
              npsledger model train --encoder minilm
              npsledger model train --labels moods.csv --map text=words \\
                --map segment.sentiment=mood
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: AuthorOptions
    @OptionGroup var selection: SelectionOptions

    @OptionGroup var labels: LabelFilesOptions

    @Option(
        name: .long,
        help: "Learn from the vectors of this encoder too: minilm (see `model fetch`), or a digest."
    )
    var encoder: EncoderName?

    @Option(
        name: .long, parsing: .unconditional,
        help: "Decides the folds of calibration and measurement.")
    var seed: UInt64 = 1

    @OptionGroup var topics: TaxonomyOptions

    func validate() throws {
        guard selection.by == nil else {
            throw ValidationError(
                "--by groups results; a model learns from --where and --from/--to.")
        }
    }

    func run() throws {
        let actor = try actor.resolved()
        let session = try Session.open(options, by: self.actor)
        defer { session.ledger.close() }
        try session.catchUp(session.catalog.npsBySegment)
        let taxonomy = try topics.taxonomy()
        let run = TrainingRun(
            session: session, selection: try selection.request(), seed: seed,
            encoder: try encoder?.open(),
            labels: try TrainingRun.labels(labels, taxonomy, session), taxonomy: taxonomy)
        let trained = try run.train(try TrainingExamples(session, try selection.request()))
        let registry = session.ledger.models
        let before = try registry.list()
        let model = try registry.register(trained, actor: actor)
        let isNew = !before.contains { $0.version == model.version }
        let printer = Printer(options)
        guard options.format == .table else {
            printer.record([
                ("version", .integer(model.version)), ("digest", .string(model.digest)),
                ("isNew", .bool(isNew)), ("metrics", ModelCard.json(trained.model.metrics)),
            ])
            return
        }
        TrainingRun.show(model, trained, printer)
        printer.muted(
            isNew
                ? "Next: npsledger model shadow \(model.version)"
                : "The same events gave the same artefact: it is model \(model.version) already")
    }
}
