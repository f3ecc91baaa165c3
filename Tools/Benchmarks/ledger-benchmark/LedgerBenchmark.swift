import ArgumentParser

/// Measures the ledger against bare LMDB and SQLite in one run.
@main
struct LedgerBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger-benchmark",
        abstract: "Measures the ledger against bare LMDB in the same run.",
        discussion: """
            Every figure is a ratio of two rates that were measured in turns, because machines \
            differ and are shared, and the ratio is what stays. Both sides write the same bytes to \
            the same file system, and sync every commit.

            Example: ledger-benchmark append-bulk --directory /var/tmp --json
            """,
        subcommands: [
            All.self, AppendBulk.self, AppendConcurrent.self, Scan.self, ImportAndQuery.self,
        ],
        defaultSubcommand: All.self)
}

/// Runs every benchmark.
struct All: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run every benchmark.")

    @OptionGroup var options: RunOptions

    func run() async throws {
        var findings = Findings(try AppendBulk.figures(options))
        findings += Findings(try await AppendConcurrent.figures(options))
        findings += Findings(try Scan.figures(options))
        findings += Findings(try ImportAndQuery.figures(options))
        try options.finish(findings)
    }
}
