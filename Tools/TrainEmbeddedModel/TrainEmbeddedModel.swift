import Classification
import Foundation
import NPSLedger
import ProcessStart

/// Trains the classifier that ships inside the program.
@main
enum TrainEmbeddedModel {
    /// Exit statuses of sysexits.h.
    private enum Status {
        static let usage: Int32 = 64
        static let noInput: Int32 = 66
        static let cannotCreate: Int32 = 73
        static let inputOutput: Int32 = 74
    }

    static func main() {
        let given = ProcessStart.requiredArguments(of: "train-embedded-model")
        guard let arguments = Arguments(given) else {
            fail(Arguments.usage, Status.usage)
        }
        var corpus = Corpus()
        do {
            try corpus.addFrenchRetail(arguments.data + "/nps_fr_retail.csv.gz")
            try corpus.addClothing(arguments.data + "/womens_clothing_reviews.csv.gz")
        } catch {
            fail("\(error)", Status.noInput)
        }
        if let file = arguments.texts {
            let texts = EmbeddedTexts(
                corpus.examples.map { String(decoding: $0.text, as: UTF8.self) })
            do {
                try Data(texts.bytes).write(to: URL(fileURLWithPath: file), options: .atomic)
            } catch {
                fail("\(error)", Status.cannotCreate)
            }
            notice("\(texts.count) different texts that people wrote")
        }
        guard let output = arguments.output else { return }
        corpus.addComposed(arguments.composed, seed: arguments.seed)
        corpus.addShort()
        notice("\(corpus.examples.count) examples")
        do throws(TrainingError) {
            let trained = try NGramTrainer.train(
                corpus.examples, options: options(arguments),
                progress: { notice("\(Int($0 * 100)) %") })
            report(trained, corpus)
            write(trained, to: output, arguments)
        } catch {
            fail("\(error)", Status.usage)
        }
        guard fflush(nil) == 0 else {
            fail("the report could not be written to standard output", Status.inputOutput)
        }
    }

    private static func options(_ arguments: Arguments) -> TrainingOptions {
        TrainingOptions(
            seed: arguments.seed, folds: 5, hashBits: 18, costMilli: 1000, bucketExamplesMin: 3,
            featureBytesMax: 4 << 30, threads: arguments.threads)
    }

    private static func report(_ trained: TrainedModel, _ corpus: Corpus) {
        var figures: [Corpus.Source: Figures] = [:]
        for given in trained.outOfFold {
            guard let label = corpus.examples[given.example].scoreClass else { continue }
            figures[corpus.sources[given.example], default: Figures()]
                .add(label, given.detractor, given.passive, given.promoter)
        }
        print(Figures.header)
        for source in Corpus.Source.allCases {
            if let figures = figures[source] { print(figures.row(source.rawValue)) }
        }
        print("\nbytes: \(trained.artefact.count)")
        for head in trained.heads {
            print(
                "\(head.head): n \(head.examples), accuracy \(head.accuracy), majority "
                    + "\(head.majority), macro-F1 \(head.macroF1), ECE \(head.calibrationError)")
            for label in head.labels {
                print(
                    "  \(label.name): \(label.examples), precision \(label.precision), recall "
                        + "\(label.recall)")
            }
        }
    }

    private static func write(
        _ trained: TrainedModel, to output: String, _ arguments: Arguments
    ) {
        do {
            let file = URL(fileURLWithPath: output)
            try Data(trained.artefact).write(to: file, options: .atomic)
            guard let airlines = arguments.airlines else { return }
            let classifier = try NGramClassifier(artefact: trained.artefact)
            let report = try AirlineReport(
                path: airlines, classifier: classifier, threads: arguments.threads)
            print("\n" + Figures.header)
            print(report.classes.row("Airline reviews, never seen"))
            print(
                String(
                    format: "\nrecommended: %.3f by class, %.3f by sentiment",
                    report.recommendedAccuracy, report.feelingAccuracy))
        } catch {
            fail("\(error)", Status.cannotCreate)
        }
    }

    private static func notice(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }

    private static func fail(_ text: String, _ status: Int32) -> Never {
        notice(text)
        exit(status)
    }
}

/// What the tool was asked for.
struct Arguments {
    static let usage = """
        usage: train-embedded-model --data DIR [--output FILE] [--texts FILE] [--seed N]
                                    [--threads N] [--composed N] [--airlines FILE]

        Trains the classifier that ships inside the program, from
          DIR/nps_fr_retail.csv.gz           (CC0: comments and scores, French)
          DIR/womens_clothing_reviews.csv.gz (MIT/Apache-2.0: reviews and stars, English)
          N composed comments per language   (the project's own phrase book; default 20000)
        writes it to FILE and prints what it measured out of fold. --texts writes which of the
        texts people wrote, as digests (5 bytes each, ascending): the program tells by them what
        the model has seen. Without --output that is all, and takes seconds. --airlines measures
        the model on reviews it never saw (a CSV, gzip, with overall_rating, recommended and
        content).

        example: train-embedded-model --data data --texts Sources/CEmbeddedModel/embedded.texts
                     --output Sources/CEmbeddedModel/embedded.npsmodel
        """

    var data = ""
    /// Where the model goes; nil where none is trained.
    var output: String?
    /// Where the digests of texts go.
    var texts: String?
    var airlines: String?
    var seed: UInt64 = 1
    var threads = 2
    var composed = 20_000

    /// Reads the arguments after the program's name; nil if they make no sense.
    init?(_ words: [String]) {
        var words = words[...]
        while let name = words.popFirst() {
            guard let value = words.popFirst() else { return nil }
            switch name {
            case "--data": data = value
            case "--output": output = value
            case "--texts": texts = value
            case "--airlines": airlines = value
            case "--seed":
                guard let number = UInt64(value) else { return nil }
                seed = number
            case "--threads":
                guard let number = Int(value), number > 0 else { return nil }
                threads = number
            case "--composed":
                guard let number = Int(value), number > 0 else { return nil }
                composed = number
            default: return nil
            }
        }
        guard !data.isEmpty, output != nil || texts != nil else { return nil }
    }
}

/// Quality of class probabilities on one set of texts.
struct Figures {
    private var confusion = [Int](repeating: 0, count: 9)
    private var net = 0.0
    private var binConfidence = [Double](repeating: 0, count: 15)
    private var binRight = [Double](repeating: 0, count: 15)
    private(set) var count = 0

    mutating func add(_ label: UInt8, _ detractor: UInt16, _ passive: UInt16, _ promoter: UInt16) {
        let given = [detractor, passive, promoter]
        let best = given.indices.max { (given[$0], -$0) < (given[$1], -$1) } ?? 0
        confusion[Int(label) * 3 + best] += 1
        net += (Double(promoter) - Double(detractor)) / 100
        let confidence = Double(given[best]) / 10_000
        let bin = min(14, Int(confidence * 15))
        binConfidence[bin] += confidence
        binRight[bin] += Int(label) == best ? 1 : 0
        count += 1
    }

    private func truth(_ label: Int) -> Int { confusion[label * 3..<label * 3 + 3].reduce(0, +) }
    private func said(_ label: Int) -> Int { (0..<3).reduce(0) { $0 + confusion[$1 * 3 + label] } }

    var accuracy: Double { Double((0..<3).reduce(0) { $0 + confusion[$1 * 4] }) / Double(count) }
    var majority: Double { Double((0..<3).map(truth).max() ?? 0) / Double(count) }
    var macroF1: Double {
        (0..<3).reduce(0) { sum, label in
            let whole = truth(label) + said(label)
            return sum + (whole > 0 ? Double(2 * confusion[label * 4]) / Double(whole) : 0) / 3
        }
    }
    var calibrationError: Double {
        zip(binConfidence, binRight).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(count)
    }
    var netExpected: Double { net / Double(count) }
    var netCounted: Double { Double(said(2) - said(0)) / Double(count) * 100 }
    var netObserved: Double { Double(truth(2) - truth(0)) / Double(count) * 100 }

    static let header = """
        | texts | n | accuracy | majority | macro-F1 | ECE | NPS observed | expected | counted |
        |---|---|---|---|---|---|---|---|---|
        """

    func row(_ name: String) -> String {
        let shares = [accuracy, majority, macroF1, calibrationError].map {
            String(format: "%.3f", $0)
        }
        let points = [netObserved, netExpected, netCounted].map { String(format: "%+.1f", $0) }
        return "| \(name) | \(count) | " + (shares + points).joined(separator: " | ") + " |"
    }
}
