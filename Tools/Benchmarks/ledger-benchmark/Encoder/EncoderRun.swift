import ArgumentParser
import Crypto
import Encoders
import Foundation
import LedgerReplay
import Simulation

/// One run of both sides over the same texts.
struct EncoderRun {
    /// What is in memory of both sides at once bounds the run.
    static let textsMax = MiniLMEncoder.sliceTexts

    private let options: RunOptions
    private let encoder: MiniLMEncoder
    private let texts: [[UInt8]]
    /// Texts as the encoder runs them.
    private let batches: [MiniLMEncoder.Batch]

    private struct Setting: Encodable {
        var model: String
        var batches: String
        var threads: Int
    }

    private struct Started: Decodable {
        var version: String
    }

    private struct Question: Encodable {
        var threads: Int
    }

    private struct Answer: Decodable {
        var seconds: Double
        var processorSeconds: Double
        var way: String
        /// In the order of the batches, as the encoder rounds them.
        var vectors: Data
    }

    init(_ options: RunOptions, texts count: Int?) throws {
        self.options = options
        encoder = try EncoderStore.user().minilm()
        let count = count ?? options.scaled(small: 24, full: 2_048)
        texts = try EncoderTexts.make(count, for: encoder)
        batches = try encoder.batches(of: texts)
    }

    func findings() throws -> Findings {
        var findings = Findings()
        let python = try startPython(&findings)
        var digests = Set<String>()
        for threads in Set([1, ReplayEngine.threadsMax]).sorted() {
            findings += try measured(threads, python, &digests)
        }
        guard digests.count == 1 else {
            throw BenchmarkFailure("the number of threads changes a vector: \(digests.sorted())")
        }
        try python?.end()
        return findings
    }

    private func startPython(_ findings: inout Findings) throws -> Companion? {
        guard let interpreter = PythonPeers.transformerInterpreter else {
            findings.notices = [
                "the encoder is not compared with Python: run "
                    + "`\(PythonPeers.transformerCommand)`"
            ]
            return nil
        }
        let workspace = try Workspace(in: options.directory)
        let file = workspace.path + "/batches.json"
        try JSONEncoder().encode(batches.map(\.tokens)).write(to: URL(filePath: file))
        let python = try PythonPeers.start(
            PackageResources.encoder_peer_py, with: interpreter, name: "the encoder's script")
        let started: Started = try python.ask(
            Setting(
                model: EncoderStore.user().path(of: encoder.digest) + "/model.onnx",
                batches: file, threads: ReplayEngine.threadsMax))
        findings.versions = [("onnxruntime from Python", started.version)]
        return python
    }

    private func measured(
        _ threads: Int, _ python: Companion?, _ digests: inout Set<String>
    ) throws -> Findings {
        var pairs: [Figure.Pair] = []
        var (ratios, rates) = ([Double](), [Double]())
        var result = ""
        // One more than is counted: the first has memory to get.
        for round in 0...options.pairCount {
            var vectors: [Embedding] = []
            let processor = ProcessorTime.seconds
            let seconds = try ContinuousClock().measure {
                vectors = try encoder.encode(batch: texts, threads: threads)
            }.inSeconds
            let own = ProcessorTime.seconds - processor
            let digest = Self.digest(vectors)
            digests.insert(digest)
            let answer: Answer? = try python?.ask(Question(threads: threads))
            if let answer { try agree(vectors, Array(answer.vectors)) }
            guard round > 0 else { continue }
            rates.append(Double(texts.count) / seconds)
            result = "vectors \(digest)"
            guard let answer else { continue }
            pairs.append(
                Figure.Pair(
                    rate: Double(texts.count) / seconds,
                    baseRate: Double(texts.count) / answer.seconds))
            ratios.append(answer.processorSeconds / own)
            result +=
                ", in agreement; Python with \(answer.way); ratio by processor time "
                + String(format: "%.2f", ratios.quantile(0.5))
        }
        return findings(threads, pairs, rates, result)
    }

    private func findings(
        _ threads: Int, _ pairs: [Figure.Pair], _ rates: [Double], _ result: String
    ) -> Findings {
        let tokens = batches.reduce(0) { $0 + $1.texts.count * ($1.tokens.first?.count ?? 0) }
        let parameters = [
            ("texts", texts.count), ("tokensMean", (tokens + texts.count / 2) / texts.count),
            ("batches", batches.count), ("threads", threads),
        ]
        let name = "texts encoded, \(threads == 1 ? "1 thread" : "\(threads) threads")"
        var findings = Findings()
        if !pairs.isEmpty {
            findings.figures = [
                Figure(
                    name: name, base: "onnxruntime from Python", pairs: pairs,
                    target: options.target(0.9), parameters: parameters, result: result)
            ]
        }
        findings.measures = [
            Measure(
                name: name, unit: .perSecond, values: rates,
                limit: threads > 1 ? options.target(.atLeast(300)) : nil, parameters: parameters,
                result: result)
        ]
        return findings
    }

    /// Fails unless both sides have the same vectors, give or take a step of rounding.
    private func agree(_ ours: [Embedding], _ theirs: [UInt8]) throws {
        var at = 0
        for text in batches.flatMap(\.texts) {
            for component in ours[text].components {
                guard at + 1 < theirs.count else {
                    throw BenchmarkFailure("Python gives too few vectors")
                }
                let theirs = Int16(
                    bitPattern: UInt16(theirs[at]) | UInt16(theirs[at + 1]) << 8)
                guard abs(Int(component) - Int(theirs)) <= 1 else {
                    throw BenchmarkFailure(
                        "Python and the encoder differ: \(theirs) and \(component) in text \(text)")
                }
                at += 2
            }
        }
    }

    private static func digest(_ vectors: [Embedding]) -> String {
        var hash = SHA256()
        for vector in vectors {
            vector.components.withUnsafeBytes { hash.update(bufferPointer: $0) }
        }
        return hash.finalize().prefix(8).map { String(format: "%02x", $0) }.joined()
    }
}

/// Simulated comments, put together and chosen so that they have about 30 tokens.
enum EncoderTexts {
    /// [CLS] and [SEP] included; some 30 on the average.
    static let tokens = 26...36

    /// The same texts on every run, no two of them equal.
    static func make(_ count: Int, for encoder: MiniLMEncoder) throws -> [[UInt8]] {
        var found: [[UInt8]] = []
        var seen = Set<[UInt8]>()
        var text = ""
        // One response in three or so has a comment, and it takes some to make a text.
        for row in try Simulator(SimulationConfiguration(seed: 4, responses: 40 * count + 1_000))
        where !row.text.isEmpty && row.language == .english {
            text += (text.isEmpty ? "" : " ") + row.text
            let bytes = Array(text.utf8)
            let length = encoder.tokenCount(of: bytes)
            guard length >= tokens.lowerBound else { continue }
            if length <= tokens.upperBound, seen.insert(bytes).inserted { found.append(bytes) }
            text = ""
            if found.count == count { return found }
        }
        throw BenchmarkFailure("only \(found.count) of \(count) texts were simulated")
    }
}

/// Texts through the transformer, against the same runtime called from Python.
struct EncoderBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encoder",
        abstract: "Encode texts of 30 tokens, against the same runtime called from Python.",
        discussion: """
            Python runs the same graph on the same batches and threads, in the faster of two ways; \
            its tokens are made and its vectors pooled while the clock stands still, ours while it \
            runs. The vectors must agree. Needs `Tools/setup --with-transformer`.

            Example: ledger-benchmark encoder --texts 4096
            """)

    @OptionGroup var options: RunOptions

    @Option(help: "Texts that are encoded.")
    var texts: Int?

    func validate() throws {
        if let texts, !(1...EncoderRun.textsMax).contains(texts) {
            throw ValidationError("--texts must be from 1 to \(EncoderRun.textsMax).")
        }
    }

    func run() async throws {
        try options.finish(try Self.findings(options, texts: texts))
    }

    static func findings(_ options: RunOptions, texts: Int? = nil) throws -> Findings {
        guard EncoderStore.user().contains(MiniLMEncoder.publishedDigest) else {
            var findings = Findings()
            findings.notices = [
                "the encoder is not measured: run `\(PythonPeers.transformerCommand)`"
            ]
            return findings
        }
        return try EncoderRun(options, texts: texts).findings()
    }
}
