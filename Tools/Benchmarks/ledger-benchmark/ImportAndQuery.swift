import ArgumentParser
import Catalog
import Classification
import Foundation
import LedgerCore
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics
import Simulation
import SurveyImport

/// A survey file into a ledger and a score out of it, against SQLite fed by Python.
///
/// SQLite stores the plain rows and nothing else: no sealing, no classification, no tree. It is what a
/// person would reach for, so its rate is the scale, not a goal.
struct ImportAndQuery: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-and-query",
        abstract:
            "Import a simulated file, sealed, classified and projected, then ask for the score.")

    @OptionGroup var options: RunOptions

    @Option(help: "Responses to import.")
    var responses: Int?

    func run() async throws {
        try options.finish(Findings(try Self.figures(options, responses: responses)))
    }

    /// What one import came to.
    struct Imported {
        var rows: Int
        var time: Duration
        var anonymousBytes: Int
        var query: Duration
        var score: String
    }

    static func figures(_ options: RunOptions, responses: Int? = nil) throws -> [Figure] {
        let count = responses ?? options.scaled(small: 2_000, full: 1_000_000)
        let workspace = try Workspace(in: options.directory)
        let file = workspace.path + "/answers.csv"
        try write(count, to: file)
        var imports: [Figure.Pair] = []
        var queries: [Figure.Pair] = []
        var (result, queryResult) = ("", "")
        for index in 0..<options.pairCount {
            let ours = try take(file, into: try workspace.directory("ledger-\(index)"))
            let theirs = try sqlite(file, into: "\(workspace.path)/answers-\(index).sqlite")
            imports.append(
                Figure.Pair(
                    rate: .rate(ours.rows, in: ours.time), baseRate: .rate(ours.rows, in: theirs.0))
            )
            queries.append(
                Figure.Pair(
                    rate: .rate(count, in: ours.query), baseRate: .rate(count, in: theirs.1)))
            result =
                "\(ours.time.formatted(.units(fractionalPart: .show(length: 1)))), anonymous memory "
                + "at most \(ours.anonymousBytes >> 20) MiB, \(ours.score)"
            queryResult =
                "\(ours.query.formatted(.units(allowed: [.milliseconds], fractionalPart: .show(length: 2)))) a query, "
                + ours.score
        }
        let threads = ProcessInfo.processInfo.activeProcessorCount
        return [
            Figure(
                name: "import, sealed, classified, projected",
                base: "Python csv into SQLite, plain",
                pairs: imports, target: nil,
                parameters: [("responses", count), ("threads", threads)], result: result),
            Figure(
                name: "NPS by two dimensions", base: "SQLite GROUP BY", pairs: queries, target: nil,
                parameters: [("responses", count), ("threads", 1)], result: queryResult),
        ]
    }

    static func write(_ count: Int, to path: String) throws {
        var simulator = try Simulator(SimulationConfiguration(seed: 7, responses: count))
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw BenchmarkFailure("\(path) cannot be written")
        }
        var bytes: [UInt8] = []
        csvHeader(to: &bytes)
        while let row = simulator.next() {
            csvLine(for: row, to: &bytes)
            if bytes.count > 1 << 22 {
                try handle.write(contentsOf: bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        try handle.write(contentsOf: bytes)
        try handle.close()
    }

    static func take(_ file: String, into directory: String) throws -> Imported {
        guard let actor = Actor("benchmark") else { throw BenchmarkFailure("no actor") }
        let ledger = try Ledger.create(
            at: LedgerPaths(directory: directory + "/ledger"), origin: "benchmark.example",
            actor: actor)
        defer { ledger.close() }
        let model = try ModelRegistry(ledger).register(
            NGramClassifier.embeddedArtefact, provenance: "embedded", actor: actor)
        _ = try ModelRegistry(ledger).activate(
            model.version, reason: "the model of the benchmark", actor: actor)
        var options = ImportOptions(
            actor: actor, defaultTime: ledger.clock(),
            threads: ProcessInfo.processInfo.activeProcessorCount)
        options.model = (model.version, try ModelRegistry(ledger).reader(model))
        let mapping = try ColumnMapping(arguments: [
            "response_id=response_id", "respondent_id=respondent_id", "score=score",
            "text=comment", "at=responded_at", "updated_at=updated_at", "channel=channel",
            "language=language", "segment.region=segment.region", "segment.plan=segment.plan",
            "segment.country=segment.country", "segment.product=segment.product",
        ]).checked()
        let memory = MemoryWatch()
        let clock = ContinuousClock()
        var report = ImportReport()
        let catalog = try ProjectionCatalog(directory: ledger.paths.projections)
        defer { catalog.close() }
        let time = try clock.measure {
            var reader = try SurveyFileReader(path: file, mapping: mapping)
            var importer = try ResponseImporter(
                ledger, source: "simulated", mapping: mapping, options: options)
            report = try importer.run(&reader) { _, _, _ in }
            for projection in catalog.all {
                try projection.catchUp(
                    with: ledger.log, to: nil, threads: options.threads, progress: nil)
            }
        }
        let (query, score) = try ask(catalog, asOf: try ledger.log.head().size)
        return Imported(
            rows: report.read, time: time, anonymousBytes: memory.stop(), query: query,
            score: score)
    }

    /// Median of twenty questions, by region and channel.
    private static func ask(
        _ catalog: ProjectionCatalog, asOf: Position
    ) throws -> (Duration, String) {
        let clock = ContinuousClock()
        var times: [Duration] = []
        var counts = NPSCounts.zero
        for _ in 0..<20 {
            counts = .zero
            times.append(
                try clock.measure {
                    try catalog.npsBySegment.read { state, _ in
                        let lens = try ResolvedLens(Lens(asOf: asOf), in: state)
                        let selection = SegmentSelection(by: ["region", "channel"])
                        for group in try NPSBySegmentQuery(state).tally(lens, selection) {
                            counts = counts + group.tallies[0].counts
                        }
                    }
                })
        }
        let text = "NPS of \(counts.promoters)/\(counts.passives)/\(counts.detractors)"
        return (times.sorted()[times.count / 2], text)
    }

    /// Seconds of loading and of asking, by the Python that is there.
    static func sqlite(_ file: String, into database: String) throws -> (Duration, Duration) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, file, database]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let seconds = String(decoding: output, as: UTF8.self).split(separator: " ")
            .compactMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        guard process.terminationStatus == 0, seconds.count == 2 else {
            throw BenchmarkFailure("python3 with sqlite3 is needed for the comparison")
        }
        return (.seconds(seconds[0]), .seconds(seconds[1]))
    }

    private static let script = """
        import csv, sqlite3, sys, time
        t = time.perf_counter()
        d = sqlite3.connect(sys.argv[2])
        d.execute('pragma journal_mode=wal'); d.execute('pragma synchronous=full')
        with open(sys.argv[1], newline='') as f:
            r = csv.reader(f); h = next(r)
            d.execute('create table r (%s, primary key (response_id))' % ','.join('"%s"' % c.replace('segment.', '') for c in h))
            d.executemany('insert or ignore into r values (%s)' % ','.join('?' * len(h)), r)
        d.commit()
        loaded = time.perf_counter() - t
        q = '''select region, channel, sum(s >= 9), sum(s between 7 and 8), sum(s < 7) from
               (select region, channel, cast(score as integer) s from r where score glob '[0-9]*')
               group by 1, 2'''
        d.execute(q).fetchall()
        times = []
        for _ in range(3):
            t = time.perf_counter(); d.execute(q).fetchall(); times.append(time.perf_counter() - t)
        print(loaded, sorted(times)[1])
        """
}
