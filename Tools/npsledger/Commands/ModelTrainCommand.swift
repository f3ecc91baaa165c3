import AnswerEncoding
import ArgumentParser
import LedgerOperations
import LedgerQueries

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

            The same events, files, encoder and seed give the same artefact; --as-of learns from what \
            was on record then, so a version can be made again. The new version is \
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
    @OptionGroup var moment: MomentOptions

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
        var request = TrainingRequest()
        request.selection = try selection.request()
        request.asOf = try moment.moment()
        request.seed = seed
        request.encoder = encoder
        request.labels = try labels.read()
        request.taxonomy = try topics.taxonomy()
        let answer = try Session.open(options, by: self.actor).train(request, by: actor)
        let printer = Printer(options)
        if options.format == .table {
            answer.show(printer)
        } else {
            printer.record(answer.json)
        }
    }
}

extension EncoderName: ExpressibleByArgument {
    /// `minilm`, or the first digits of a digest.
    public init?(argument: String) { self.init(argument) }
}
