import ArgumentParser
import ProcessStart

/// Measures the ledger against bare LMDB, DuckDB, SQLite and UmaDB in one run.
@main
struct LedgerBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger-benchmark",
        abstract: "Measures the ledger against bare LMDB and other stores in the same run.",
        discussion: """
            Every figure is a ratio of two rates that were measured in turns, because machines \
            differ and are shared, and the ratio is what stays. Both sides write to the same file \
            system, and sync every commit. Where both count something, the counts must agree, or \
            the run fails.

            Example: ledger-benchmark append-bulk --directory /var/tmp --json
            """,
        subcommands: [
            All.self, AppendBulk.self, AppendConcurrent.self, Scan.self, ImportAndQuery.self,
            Questions.self,
            Replay.self, Peers.self, EncoderBenchmark.self, Embeddings.self, Quality.self,
            FoldOnce.self,
            ScanOnce.self,
            FollowLive.self,
        ],
        defaultSubcommand: All.self)

    static func main() async {
        await main(ProcessStart.requiredArguments(of: "ledger-benchmark"))
    }
}

/// Runs every benchmark.
struct All: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run every benchmark.")

    @OptionGroup var options: RunOptions

    @Option(help: "Keep the ledger of `replay` in this directory, or use the one that is there.")
    var keep: String?

    func run() async throws {
        var findings = Findings(try AppendBulk.figures(options))
        findings += Findings(try await AppendConcurrent.figures(options))
        findings += Findings(try Scan.figures(options))
        findings += Findings(try ImportAndQuery.figures(options))
        findings += Findings(try Questions.figures(options))
        findings += try Replay.findings(options, keep: keep)
        findings += try await Peers.findings(options)
        findings += try EncoderBenchmark.findings(options)
        findings += try Embeddings.findings(options)
        try options.finish(findings)
    }
}
