import ArgumentParser
import Classification
import Encoders
import LedgerCore
import LedgerVault
import NPSLedger
import Simulation

/// Kept embeddings: finding those of texts, and scoring a history from them again.
struct Embeddings: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Score responses from kept embeddings, and from their words.")

    /// Responses a second and core that are scored from what is kept.
    private static let scoredPerSecondMin = 500_000.0
    /// Short comments a second and core that n-grams are read in.
    private static let commentsPerSecondMin = 40_000.0

    @OptionGroup var options: RunOptions

    @Option(help: "Texts whose embeddings are kept.")
    var texts: Int?

    func validate() throws {
        if let texts, texts < 1 { throw ValidationError("--texts must be 1 or more.") }
    }

    func run() async throws {
        try options.finish(try Self.findings(options, texts: texts))
    }

    /// Vectors that are soon made, so that what is measured is not the making.
    private struct HashedEncoder: TextEncoder {
        let digest = [UInt8](repeating: 7, count: 32)
        let dimensions: Int

        func encode(batch: [[UInt8]], threads: Int) throws(EncoderError) -> [Embedding] {
            batch.map { text in
                var state = text.reduce(14_695_981_039_346_656_037 as UInt64) {
                    ($0 ^ UInt64($1)) &* 1_099_511_628_211
                }
                return Embedding(
                    components: (0..<dimensions).map { _ in
                        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                        return Int16(truncatingIfNeeded: state >> 52) - 2_048
                    })
            }
        }
    }

    static func findings(_ options: RunOptions, texts: Int? = nil) throws -> Findings {
        let count = texts ?? options.scaled(small: 2_000, full: 200_000)
        let encoder = HashedEncoder(dimensions: options.scaled(small: 32, full: 384))
        let model = try model(on: encoder)
        let workspace = try Workspace(in: options.directory)
        let ledger = try Ledger.create(
            at: LedgerPaths(directory: workspace.path + "/ledger"), origin: "benchmark.example/nps",
            actor: .system)
        defer { ledger.close() }
        let subjects = try ledger.vault().reserve(count).range
        let texts = subjects.map { subject in
            (
                subject: subject,
                text: Array("\(subject) waited an hour at the gate, and nobody said why".utf8)
            )
        }
        let parameters = [("texts", count), ("dimensions", encoder.dimensions)]
        var findings = Findings()
        let storing = try perSecond(count) {
            _ = try ledger.embeddings(of: texts, by: encoder, threads: 1)
        }
        var (found, scored): ([Double], [Double]) = ([], [])
        var promoters = 0
        for index in 0...options.pairCount {
            var same = 0
            let finding = try perSecond(count) {
                same = try ledger.embeddings(of: texts, by: encoder, threads: 1).count
            }
            promoters = 0
            var read = 0
            let scoring = try perSecond(count) {
                try ledger.embeddingCache().forEachEmbedding(
                    by: encoder.digest, dimensions: encoder.dimensions
                ) { _, components in
                    read += 1
                    promoters += Int(model.classify(vector: components).promoter)
                    return true
                }
            }
            guard read == count, same == count else {
                throw BenchmarkFailure("\(read) and \(same) of \(count) embeddings were found")
            }
            // The first brings the file into memory.
            if index > 0 {
                found.append(finding)
                scored.append(scoring)
            }
        }
        let result = "promoters \(promoters)"
        findings.measures = [
            Measure(
                name: "kept embeddings scored, a core", unit: .perSecond, values: scored,
                limit: options.target(.atLeast(scoredPerSecondMin)), parameters: parameters,
                result: result),
            Measure(
                name: "texts' embeddings found, a core", unit: .perSecond, values: found,
                limit: nil, parameters: parameters, result: "found \(count)"),
            Measure(
                name: "embeddings kept, a core", unit: .perSecond, values: [storing], limit: nil,
                parameters: parameters, result: "kept \(count)"),
            try reading(options, comments: options.scaled(small: 500, full: 50_000)),
        ]
        return findings
    }

    /// Comments of a few words, English and French, read by the embedded model.
    private static func reading(_ options: RunOptions, comments count: Int) throws -> Measure {
        var comments: [[UInt8]] = []
        // One response in three or so has a comment.
        for row in try Simulator(SimulationConfiguration(seed: 4, responses: 6 * count + 1_000))
        where !row.text.isEmpty && comments.count < count {
            comments.append(Array(row.text.utf8))
        }
        guard comments.count == count else {
            throw BenchmarkFailure("only \(comments.count) of \(count) comments were simulated")
        }
        let model = try NGramClassifier(artefact: NGramClassifier.embeddedArtefact)
        var rates: [Double] = []
        var promoters = 0
        for index in 0...options.pairCount {
            let rate = perSecond(count) {
                promoters = model.classify(batch: comments, threads: 1)
                    .reduce(0) { $0 + Int($1.promoter) }
            }
            if index > 0 { rates.append(rate) }
        }
        return Measure(
            name: "comments read by n-grams, a core", unit: .perSecond, values: rates,
            limit: options.target(.atLeast(commentsPerSecondMin)),
            parameters: [
                ("comments", count), ("bytesMean", comments.reduce(0) { $0 + $1.count } / count),
            ], result: "promoters \(promoters)")
    }

    /// By processor time: other work on the machine is not this one's.
    private static func perSecond(_ count: Int, _ body: () throws -> Void) rethrows -> Double {
        let start = ProcessorTime.seconds
        try body()
        return Double(count) / max(1e-9, ProcessorTime.seconds - start)
    }

    /// A model with heads for class, sentiment and intents that read vectors alone.
    private static func model(on encoder: HashedEncoder) throws -> JoinedClassifier {
        var examples: [TrainingExample] = []
        for number in 0..<180 {
            examples.append(
                TrainingExample(
                    text: Array("example \(number)".utf8), scoreClass: UInt8(number % 3),
                    sentiment: UInt8(number / 3 % 3),
                    intents: Intents(rawValue: 1 << UInt8(number / 9 % 5)), key: UInt64(number)))
        }
        let trained = try NGramTrainer.train(
            examples,
            encoded: EncodedTexts(
                encoder: EncoderReference(
                    name: "hashed", digest: encoder.digest, dimensions: encoder.dimensions),
                vectors: try encoder.encode(batch: examples.map(\.text), threads: 1)),
            // No n-gram is in so many examples.
            options: TrainingOptions(hashBits: 10, bucketExamplesMin: 1_000))
        let model = try JoinedClassifier(artefact: trained.artefact)
        guard !model.readsText else { throw BenchmarkFailure("the model reads n-grams") }
        return model
    }
}
