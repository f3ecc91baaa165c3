import ArgumentParser
import Encoders

/// How well models read reviews whose ratings are known, beside scikit-learn on the same folds.
struct Quality: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "How well models read, against scikit-learn on the same folds.",
        discussion: """
            Five folds; each text is read by a model and a calibration that had not seen it. The \
            file has a text and a score in every row; --flag names a column of 0 and 1 to be told \
            apart too, --segment one whose values are segments. With --earlier and --later a model \
            also learns from what came before a day and reads what came from another on. The peer \
            needs `Tools/setup --with-benchmarks`, the transformer `--with-transformer`.

            Example: ledger-benchmark quality --reviews reviews.csv --text content \\
              --score overall_rating --flag recommended --segment airline --time date \\
              --earlier 2019-01-01 --later 2022-01-01
            """)

    @Option(help: "A survey file, gzipped or not.", completion: .file()) var reviews: String
    @Option(help: "The column with the text.") var text = "text"
    @Option(help: "The column with the score, 0 to 10.") var score = "score"
    @Option(help: "The column with a segment.") var segment: String?
    @Option(help: "The column with 0 or 1.") var flag: String?
    @Option(help: "The column with the time.") var time: String?
    @Option(help: "Learn from what came before this day.") var earlier: String?
    @Option(help: "Test on what came from this day on.") var later: String?
    @Option(help: "Segments with fewer responses are left out.") var responsesAtLeast = 50
    @Option(help: "Decides the folds.") var seed: UInt64 = 1
    @Option(help: "Besides minilm, an encoder by the first digits of its SHA-256.")
    var encoder: String?
    @Flag(help: "Leave scikit-learn out.") var alone = false
    @Flag(help: "Do not adapt the embedded model: for texts that it has learnt from itself.")
    var withoutBase = false
    @Option(help: "Where a scratch file is written.") var directory = "/tmp"

    func validate() throws {
        guard (earlier == nil) == (later == nil), earlier == nil || time != nil else {
            throw ValidationError("--earlier and --later go together, and with --time.")
        }
    }

    func run() throws {
        let reviews = try QualityReviews(self)
        RunOptions.notice("\(reviews.items.count) reviews")
        let run = QualityRun(
            reviews, seed: seed, responsesAtLeast: responsesAtLeast, adaptsBase: !withoutBase)
        var rows = [try run.own("n-grams", encoder: nil)]
        let store = EncoderStore.user()
        if store.contains(MiniLMEncoder.publishedDigest) {
            rows.append(
                try run.own(
                    "n-grams and \(MiniLMEncoder.shortName)", encoder: try store.minilm()))
        } else {
            RunOptions.notice("no transformer: run `\(PythonPeers.transformerCommand)`")
        }
        if let encoder {
            guard let digest = try store.digests(beginningWith: encoder).first else {
                throw BenchmarkFailure("no encoder in \(store.directory) begins with \(encoder)")
            }
            rows.append(
                try run.own("n-grams and \(encoder)", encoder: try store.encoder(digest)))
        }
        if !alone {
            guard let interpreter = PythonPeers.interpreter else {
                throw BenchmarkFailure("scikit-learn is not here: run `\(PythonPeers.command)`")
            }
            rows.append(try run.peer(interpreter, in: directory))
        }
        QualityTable(rows).show()
    }
}
