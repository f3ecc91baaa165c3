import Classification
import Foundation
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
        corpus.addComposed(arguments.composed, seed: arguments.seed)
        corpus.addShort()
        notice("\(corpus.examples.count) examples")
        do throws(TrainingError) {
            let trained = try NGramTrainer.train(
                corpus.examples, options: options(arguments),
                progress: { notice("\(Int($0 * 100)) %") })
            report(trained, corpus)
            write(trained, arguments)
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

    private static func write(_ trained: TrainedModel, _ arguments: Arguments) {
        do {
            let file = URL(fileURLWithPath: arguments.output)
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
