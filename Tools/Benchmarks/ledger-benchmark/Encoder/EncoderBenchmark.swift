import ArgumentParser
import Encoders

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
