import ArgumentParser
import Dispatch
import Foundation
import LedgerCore
import NPSLedger
import Presentation
import Synchronization

/// The service as its clients see it, client and server on the same cores: responses in, beside
/// PostgreSQL on the same disk, and scores out of a million responses.
struct ServiceBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service",
        abstract: "Load the service over HTTP, beside PostgreSQL on the same disk.")

    @OptionGroup var options: RunOptions

    @Option(help: "Responses that questions are asked of.")
    var responses: Int?

    func run() async throws { try options.finish(try Self.findings(options, responses: responses)) }

    /// What a load may take to be answered, in seconds, and how much there has to be of it.
    private enum Asked {
        static let singles = 5_000.0
        static let singleP99 = 0.05
        static let batched = 40_000.0
        static let questions = 5_000.0
        static let questionP99 = 0.02
        static let newLenses = 200.0
        static let freshP99 = 0.05
        static let rebuildFactor = 2.0
    }

    static func findings(_ options: RunOptions, responses: Int? = nil) throws -> Findings {
        var findings = Findings()
        guard (try? ServedLedger.run("sh", ["-c", "command -v wrk"])) != nil else {
            findings.notices = ["the service was not loaded: wrk is missing, \(PostgreSQL.command)"]
            return findings
        }
        let workspace = try Workspace(in: options.directory)
        let script = workspace.path + "/load.lua"
        try Data(PackageResources.load_lua).write(to: URL(filePath: script))
        try intake(options, workspace, script, &findings)
        try questions(
            options, workspace, script, responses ?? options.scaled(small: 2_000, full: 1_000_000),
            &findings)
        return findings
    }

    // MARK: - Responses in

    private static func intake(
        _ options: RunOptions, _ workspace: Workspace, _ script: String, _ findings: inout Findings
    ) throws {
        let seconds = options.scaled(small: 1, full: 10)
        let folder = try workspace.directory("intake")
        let ledger = try create(folder)
        let served = try ServedLedger(ledger, in: folder)
        defer { served.stop() }
        var postgres: PostgreSQL?
        if PostgreSQL.programs == nil {
            findings.notices.append("PostgreSQL was left out: \(PostgreSQL.command)")
        } else {
            // Its sockets' names must be short.
            let server = try PostgreSQL(in: try workspace.directory("pg"))
            findings.versions = [("PostgreSQL", try server.version())]
            postgres = server
        }
        var (singles, batches) = ([ServedLedger.Load](), [Double]())
        var (inserts, prepared) = ([Double](), [Double]())
        for round in 0..<options.pairCount {
            func load(_ count: Int, connections: Int) throws -> ServedLedger.Load {
                try served.load(
                    script, connections: connections, seconds: seconds,
                    ["responses", "r\(round)-\(count)", served.token, "\(count)"])
            }
            singles.append(try load(1, connections: 64))
            if let postgres {
                inserts.append(try postgres.inserts(clients: 64, each: 100 * seconds))
                prepared.append(
                    try postgres.inserts(clients: 64, each: 100 * seconds, mode: "prepared"))
            }
            batches.append(try load(100, connections: 16).rate * 100)
        }
        let parameters = [("connections", 64), ("seconds", seconds)]
        findings.comparisons = [
            Comparison(
                operation: "a response a request, durable", rates: singles.map(\.rate),
                peers: [
                    .init(
                        name: "PostgreSQL, an insert a transaction", rates: inserts,
                        target: options.target(1.0)),
                    .init(name: "the same, prepared", rates: prepared, target: nil),
                ], parameters: parameters,
                result: "p99 \(milliseconds(singles.map(\.p99))) of the service")
        ]
        findings.measures += [
            measure(
                "a response a request, durable", .perSecond, singles.map(\.rate),
                options.target(.atLeast(Asked.singles)), parameters),
            measure(
                "a response a request, 99th percentile", .seconds, singles.map(\.p99),
                options.target(.atMost(Asked.singleP99)), parameters),
            measure(
                "responses in requests of 100, durable", .perSecond, batches,
                options.target(.atLeast(Asked.batched)),
                [("connections", 16), ("seconds", seconds)]),
        ]
    }

    private static func create(_ folder: String) throws -> String {
        guard let actor = Actor("benchmark") else { throw BenchmarkFailure("no actor") }
        let ledger = try Ledger.create(
            at: LedgerPaths(directory: folder + "/ledger"), origin: "benchmark.example",
            actor: actor)
        ledger.close()
        return folder + "/ledger"
    }

    // MARK: - Scores out

    private static func questions(
        _ options: RunOptions, _ workspace: Workspace, _ script: String, _ count: Int,
        _ findings: inout Findings
    ) throws {
        let seconds = options.scaled(small: 1, full: 10)
        let file = workspace.path + "/answers.csv"
        try ImportAndQuery.write(count, to: file)
        let folder = try workspace.directory("questions")
        _ = try ImportAndQuery.take(file, into: folder)
        let start = ContinuousClock.now
        let served = try ServedLedger(folder + "/ledger", in: folder)
        let started = start.duration(to: .now).inSeconds
        defer { served.stop() }
        func ask(_ run: String, _ more: [String]) throws -> ServedLedger.Load {
            try served.load(
                script, connections: 16, seconds: seconds, ["questions", run, served.token] + more,
                takesFailures: more.count > 1)
        }
        _ = try ask("warm", ["known"])
        var (known, new, unchanged) =
            ([ServedLedger.Load](), [ServedLedger.Load](), [ServedLedger.Load]())
        for round in 0..<options.pairCount {
            known.append(try ask("r\(round)", ["known"]))
            new.append(try ask("n\(round)", ["new"]))
            unchanged.append(try ask("u\(round)", ["known", try tag(served)]))
        }
        let parameters = [("responses", count), ("connections", 16), ("seconds", seconds)]
        findings.measures += [
            measure(
                "start on that many responses", .seconds, [started],
                options.target(.atMost(1)), [("responses", count)]),
            measure(
                "questions under twenty lenses", .perSecond, known.map(\.rate),
                options.target(.atLeast(Asked.questions)), parameters),
            measure(
                "questions under twenty lenses, 99th percentile", .seconds, known.map(\.p99),
                options.target(.atMost(Asked.questionP99)), parameters),
            measure(
                "questions under lenses never asked before", .perSecond, new.map(\.rate),
                options.target(.atLeast(Asked.newLenses)), parameters),
            measure(
                "the same with If-None-Match at an unchanged position", .perSecond,
                unchanged.map(\.rate),
                options.target(.atLeast(2 * (known.map(\.rate).min() ?? 0))), parameters),
        ]
        try fresh(options, served, script, count, seconds, &findings)
        try rebuilding(options, served, script, folder, known.map(\.p99), count, &findings)
    }

    private static func tag(_ served: ServedLedger) throws -> String {
        let head = try ServedLedger.run(
            "curl",
            [
                "-s", "-o", "/dev/null", "-D", "-", "-H", "Authorization: Bearer \(served.token)",
                served.address + "/v1/nps",
            ])
        let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("etag:") }
        guard let line else { throw BenchmarkFailure("an answer has no ETag") }
        return line.dropFirst(5).trimmingCharacters(in: .whitespaces)
    }

    /// How long after its receipt a response is in the score that somebody asks for, while others come
    /// in.
    private static func fresh(
        _ options: RunOptions, _ served: ServedLedger, _ script: String, _ count: Int,
        _ seconds: Int, _ findings: inout Findings
    ) throws {
        let rate = 2_000
        let isOver = Atomic(false)
        let sent = Atomic(0)
        let group = DispatchGroup()
        let (address, token) = (served.address, served.token)
        for writer in 0..<8 {
            DispatchQueue.global().async(group: group) {
                guard let connection = try? ServedConnection(address, token: token) else { return }
                let begun = ContinuousClock.now
                var number = 0
                while !isOver.load(ordering: .relaxed) {
                    let due = begun + .seconds(Double(number) / (Double(rate) / 8))
                    let wait = ContinuousClock.now.duration(to: due)
                    if wait > .zero { Thread.sleep(forTimeInterval: wait.inSeconds) }
                    let body =
                        #"{"source":"load","id":"\#(writer)-\#(number)","score":\#(number % 11),"segments":{"region":"EMEA"}}"#
                    guard (try? connection.ask("POST", "/v1/responses", body: body)) != nil else {
                        return
                    }
                    number += 1
                    sent.add(1, ordering: .relaxed)
                }
            }
        }
        let probe = try ServedConnection(address, token: token)
        var lags: [Double] = []
        let begun = ContinuousClock.now
        while begun.duration(to: .now) < .seconds(seconds) {
            let id = lags.count
            let (status, _) = try probe.ask(
                "POST", "/v1/responses",
                body: #"{"source":"probe","id":"\#(id)","score":9,"segments":{"region":"probe"}}"#)
            guard status == 200 else { throw BenchmarkFailure("the probe is refused: \(status)") }
            let acknowledged = ContinuousClock.now
            while true {
                let (_, text) = try probe.ask("GET", "/v1/nps?where=region%3Dprobe&basis=stated")
                if text.contains("\"responses\": \(id + 1),") { break }
                guard acknowledged.duration(to: .now) < .seconds(30) else {
                    throw BenchmarkFailure("a response does not come into the score")
                }
            }
            lags.append(acknowledged.duration(to: .now).inSeconds)
        }
        let paced = Double(sent.load(ordering: .relaxed)) / begun.duration(to: .now).inSeconds
        isOver.store(true, ordering: .relaxed)
        group.wait()
        findings.measures.append(
            measure(
                "from a receipt to the live score, 99th percentile", .seconds,
                [lags.quantile(0.99)], options.target(.atMost(Asked.freshP99)),
                [("responses", count), ("a second", Int(paced)), ("probes", lags.count)]))
    }

    /// Questions while another process builds a projection anew.
    private static func rebuilding(
        _ options: RunOptions, _ served: ServedLedger, _ script: String, _ folder: String,
        _ usual: [Double], _ count: Int, _ findings: inout Findings
    ) throws {
        let quiet = usual.quantile(0.5)
        guard let program = Companion.sibling("npsledger") else {
            findings.notices.append("no rebuild was measured: swift build -c release")
            return
        }
        let rebuild = Process()
        rebuild.executableURL = URL(filePath: "/bin/sh")
        rebuild.arguments = [
            "-c",
            "while true; do \(program) projection rebuild --ledger \(folder)/ledger >/dev/null 2>&1 "
                + "|| exit 1; done",
        ]
        try rebuild.run()
        let load = try served.load(
            script, connections: 16, seconds: options.scaled(small: 1, full: 10),
            ["questions", "rebuild", served.token, "known"])
        let isRunning = rebuild.isRunning
        rebuild.terminate()
        rebuild.waitUntilExit()
        guard isRunning else { throw BenchmarkFailure("the rebuild has ended with an error") }
        findings.measures.append(
            measure(
                "questions while a projection is rebuilt, 99th percentile", .seconds, [load.p99],
                options.target(.atMost(Asked.rebuildFactor * quiet)),
                [("responses", count), ("connections", 16)]))
    }

    // MARK: - Words

    private static func measure(
        _ name: String, _ unit: Measure.Unit, _ values: [Double], _ limit: Measure.Limit?,
        _ parameters: [(name: String, value: Int)]
    ) -> Measure {
        Measure(
            name: name, unit: unit, values: values, limit: limit, parameters: parameters,
            result: "")
    }

    private static func milliseconds(_ seconds: [Double]) -> String {
        Formatted.fixed(seconds.quantile(0.5) * 1_000, decimals: 1) + " ms"
    }
}
