import ArgumentParser
import Foundation
import JSON
import Presentation
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
            Questions.self, ServiceBenchmark.self,
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
        findings += try ServiceBenchmark.findings(options)
        findings += try Replay.findings(options, keep: keep)
        findings += try await Peers.findings(options)
        findings += try EncoderBenchmark.findings(options)
        findings += try Embeddings.findings(options)
        try options.finish(findings)
    }
}

/// What every benchmark is told.
struct RunOptions: ParsableArguments {
    /// How much work.
    enum Size: String, ExpressibleByArgument, CaseIterable {
        /// A second or two: whether it still runs.
        case small
        /// What the figures are quoted from.
        case full
    }

    @Option(help: "How much work: small takes a second or two, full is what figures come from.")
    var size = Size.full

    @Option(help: "How often both sides are measured; the median counts.")
    var pairs: Int?

    @Option(help: "Where files are written; it decides which disk is measured.")
    var directory = FileManager.default.temporaryDirectory.path()

    @Flag(help: "Write one JSON document.")
    var json = false

    @Flag(help: "Write Markdown, as the documentation has it.")
    var markdown = false

    @Flag(help: "Exit with status 1 where a ratio is lower than what is asked for.")
    var check = false

    func validate() throws {
        if let pairs, pairs < 1 { throw ValidationError("--pairs must be 1 or more.") }
        if json && markdown {
            throw ValidationError("--json and --markdown are two ways to write the same: give one.")
        }
    }

    /// How often both sides are measured.
    var pairCount: Int { pairs ?? (size == .small ? 1 : 3) }

    /// A number that depends on the size.
    func scaled(small: Int, full: Int) -> Int { size == .small ? small : full }

    /// A target, which a second's work cannot be held to.
    func target<T>(_ target: T) -> T? { size == .small ? nil : target }

    /// Prints what was found and answers with the exit status.
    func finish(_ findings: Findings) throws {
        for notice in findings.notices { Self.notice(notice) }
        // The program's folder says nothing about the run.
        let arguments = ["ledger-benchmark"] + (ProcessStart.arguments ?? [])
        let report = Report(
            machine: Machine(measuring: directory), findings: findings,
            command: arguments.joined(separator: " "))
        let text =
            if json {
                report.json.serialized(pretty: true) + "\n"
            } else if markdown {
                report.markdown
            } else {
                report.table(
                    width: Terminal.columns(of: .standardOutput) ?? .max,
                    style: .detected(for: .standardOutput))
            }
        guard Terminal.write(text, to: .standardOutput) else {
            Self.notice("the figures could not be written to standard output")
            throw ExitCode(74)
        }
        if check, !findings.isMet { throw ExitCode(1) }
    }

    /// Tells what is going on, where results do not go.
    static func notice(_ text: String) {
        Terminal.write("ledger-benchmark: \(text)\n", to: .standardError)
    }
}

/// The work did not come out as it must: its figures would mean nothing.
struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// A scratch directory on the file system that is measured, removed when it is no longer used.
final class Workspace {
    let path: String

    init(in parent: String) throws {
        let folder = URL(filePath: parent).appending(path: "ledger-benchmark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path()
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A new empty directory.
    func directory(_ name: String) throws -> String {
        let folder = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        return folder
    }
}
