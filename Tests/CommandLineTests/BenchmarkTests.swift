import Encoders
import Foundation
import Testing

/// Every benchmark, tiny, so that none of them rots. Times mean nothing here; what is checked is
/// that the work is done, that both sides of each comparison agree, and that the report is whole.
@Suite("Benchmarks")
struct BenchmarkTests {
    private static let program =
        (Tool.path as NSString).deletingLastPathComponent + "/ledger-benchmark"

    /// Whether DuckDB and UmaDB are there: `Tools/setup --with-benchmarks`.
    private static let hasPeers: Bool = {
        var folder = (Tool.path as NSString).deletingLastPathComponent
        while folder.count > 1 {
            if FileManager.default.isExecutableFile(
                atPath: folder + "/.build-tools/bench-venv/bin/python")
            {
                return true
            }
            folder = (folder as NSString).deletingLastPathComponent
        }
        return false
    }()

    private func run(_ arguments: [String], in workspace: Workspace) throws -> Tool.Outcome {
        try Tool.run(
            arguments + ["--directory", workspace.path], program: Self.program,
            in: workspace.path)
    }

    private func small(_ arguments: String...) throws -> JSON {
        let workspace = try Workspace()
        let outcome = try run(arguments + ["--size", "small", "--json"], in: workspace)
        #expect(outcome.status == 0, "\(outcome)")
        return try outcome.json()
    }

    private func names(_ list: JSON?, _ key: String = "name") -> [String] {
        list?.items.compactMap { $0[key]?.text } ?? []
    }

    @Test("The log's run", arguments: ["append-bulk", "append-concurrent", "scan"])
    func log(_ verb: String) throws {
        let report = try small(verb)
        let figures = try #require(report["figures"]?.items)
        #expect(!figures.isEmpty)
        for figure in figures {
            #expect(try #require(figure["ratio"]?.number) > 0)
            #expect(figure["result"]?.text?.isEmpty == false)
        }
    }

    @Test("Importing and asking runs", .enabled(if: Workspace.python != nil))
    func importAndQuery() throws {
        #expect(try small("import-and-query")["figures"]?.items.count == 2)
    }

    @Test("Asking an open ledger again and again runs", .enabled(if: Workspace.python != nil))
    func questions() throws {
        let figures = try #require(
            try small("questions", "--responses", "500")["figures"]?.items)
        #expect(figures.count == 2)
        for figure in figures { #expect(figure["result"]?.text?.contains("p99") == true) }
    }

    @Test("The replay runs, and finds a kept ledger again")
    func replay() throws {
        let workspace = try Workspace()
        let kept = ["replay", "--size", "small", "--json", "--keep", workspace.path + "/kept"]
        let outcome = try run(kept, in: workspace)
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.errors.contains("filled 2,000 responses"))
        let report = try outcome.json()
        let figures = names(report["figures"])
        #expect(figures.contains { $0.hasPrefix("NPS by segment rebuilt, 1 thread") })
        #expect(figures.contains("question as of the middle"))
        #expect(figures.contains { $0.hasPrefix("new lens") } == Self.hasPeers)
        let measures = names(report["measures"])
        for name in [
            "lineage rebuilt, events", "audit rebuilt, anonymous memory",
            "one segment's score, live reader, p99", "rollback, results kept, command to answer",
            "rollback, scores rebuilt first", "catching up after an append, p99",
            "receipt to a live reader's answer, p99",
        ] {
            #expect(measures.contains(name), "\(measures)")
        }
        let again = try run(kept + ["--part", "query"], in: workspace)
        #expect(again.status == 0, "\(again)")
        #expect(!again.errors.contains("filled"))
        let other = try run(kept + ["--responses", "300"], in: workspace)
        #expect(other.status != 0)
        #expect(other.errors.contains("holds a history of 2,000 responses"), "\(other)")
    }

    @Test("The peers run and count alike", .enabled(if: Workspace.python != nil))
    func peers() throws {
        let report = try small("peers")
        let comparisons = try #require(report["comparisons"]?.items)
        #expect(comparisons.count == 7)
        let sqlite = comparisons.compactMap { comparison in
            comparison["peers"]?.items.first { $0["name"]?.text == "SQLite" }?["ratio"]?.number
        }
        // SQLite's keys are in its bulk append anyway.
        #expect(sqlite.count == 6)
        #expect((report["versions"]?["UmaDB"]?.text != nil) == Self.hasPeers)
    }

    @Test("The encoder's run, or a notice where it was not fetched")
    func encoder() throws {
        let workspace = try Workspace()
        let store = EncoderStore.user()
        let isThere = store.contains(MiniLMEncoder.publishedDigest)
        let isAskedFor = ProcessInfo.processInfo.environment["NPSLEDGER_TRANSFORMER"] == "1"
        #expect(isThere || !isAskedFor)
        let outcome = try Tool.run(
            ["encoder", "--size", "small", "--json", "--directory", workspace.path],
            program: Self.program, in: workspace.path,
            environment: [
                "NPSLEDGER_CACHE": (store.directory as NSString).deletingLastPathComponent
            ])
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.errors.contains("--with-transformer") || isThere)
        let measures = names(try outcome.json()["measures"])
        #expect(measures.contains { $0.hasPrefix("texts encoded") } == isThere)
    }

    @Test("Kept embeddings are found and scored")
    func embeddings() throws {
        let report = try small("embeddings")
        let measures = try #require(report["measures"]?.items)
        #expect(
            names(report["measures"]) == [
                "kept embeddings scored, a core", "texts' embeddings found, a core",
                "embeddings kept, a core", "comments read by n-grams, a core",
            ])
        for measure in measures { #expect(measure["result"]?.text?.isEmpty == false) }
        #expect(try small("embeddings")["measures"]?.items[0]["result"] == measures[0]["result"])
    }

    @Test("A report is written as the documentation has it")
    func markdown() throws {
        let workspace = try Workspace()
        let outcome = try run(["scan", "--size", "small", "--markdown"], in: workspace)
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.output.contains("| Measured | A second | Against |"))
        #expect(outcome.output.contains("| scan | "))
        #expect(outcome.output.contains("ledger-benchmark scan --size small"))
    }

    @Test("What is asked wrongly is refused")
    func refusals() throws {
        let workspace = try Workspace()
        for arguments in [
            ["replay", "--responses", "5"], ["peers", "--events", "0"],
            ["embeddings", "--texts", "0"], ["scan", "--json", "--markdown"],
            ["replay", "--part", "nothing"],
        ] {
            #expect(try run(arguments, in: workspace).status == 64, "\(arguments)")
        }
        // A ledger without its totals is one whose filling was interrupted.
        try FileManager.default.createDirectory(
            atPath: workspace.path + "/half/ledger", withIntermediateDirectories: true)
        let outcome = try run(
            ["replay", "--size", "small", "--keep", workspace.path + "/half"], in: workspace)
        #expect(outcome.status != 0)
        #expect(outcome.errors.contains("not finished"), "\(outcome)")
    }
}
