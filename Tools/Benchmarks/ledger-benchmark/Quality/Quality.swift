import ArgumentParser
import Encoders
import Foundation
import LedgerCore
import NPSLedger
import SurveyImport

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

/// Reviews with what their writers stated.
struct QualityReviews {
    struct Item {
        let text: String
        let label: NPSClass
        let flag: Bool?
        let segment: String?
    }

    let items: [Item]
    /// Indices of what came before the first day and from the second on; empty where none was asked.
    let earlier: [Int]
    let later: [Int]

    init(_ options: Quality) throws {
        var mapping = ColumnMapping()
        mapping.text = options.text
        mapping.score = options.score
        if let time = options.time { mapping.at = time }
        for (name, column) in [("flag", options.flag), ("segment", options.segment)] {
            guard let column else { continue }
            mapping.segments.append(.init(dimension: name, column: column))
        }
        let days = try [options.earlier, options.later].map { try $0.map(Self.day) }
        var reader = try SurveyFileReader(path: options.reviews, mapping: try mapping.checked())
        var items: [Item] = []
        var (earlier, later) = ([Int](), [Int]())
        while let outcome = try reader.next() {
            guard case .row(let row) = outcome, let text = row.text, let score = row.score else {
                continue
            }
            func value(_ name: String) -> String? {
                row.segments.first { $0.dimension == name }?.value
            }
            if let time = row.occurredAt, let first = days[0], let second = days[1] {
                if time < first { earlier.append(items.count) }
                if time >= second { later.append(items.count) }
            }
            items.append(
                Item(
                    text: text, label: Thresholds.standard.classify(score: UInt16(score)),
                    flag: value("flag").map { $0 == "1" }, segment: value("segment")))
        }
        guard !items.isEmpty else {
            throw BenchmarkFailure("\(options.reviews) has no row with a text and a score")
        }
        self.items = items
        (self.earlier, self.later) = (earlier, later)
    }

    private static func day(_ text: String) throws -> Microseconds {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        guard parts.count == 3,
            let date = calendar.date(
                from: DateComponents(year: parts[0], month: parts[1], day: parts[2]))
        else { throw BenchmarkFailure("“\(text)” is no day: write it as 2022-01-01") }
        return Microseconds(date.timeIntervalSince1970) * 1_000_000
    }
}
