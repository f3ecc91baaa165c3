import Dispatch
import Foundation
import Glibc
import Synchronization
import Testing

@Suite("The service: a real process, asked over real sockets", .serialized)
struct ServiceTests {
    private static func row(_ id: Int, source: String = "app") -> String {
        #"{"source":"\#(source)","id":"\#(id)","score":\#(id % 11),"text":"text number \#(id)","at":"2026-01-\#(10 + id % 18)T10:00:00Z","respondent":"p-\#(id % 7)","segments":{"region":"\#(["EMEA", "APAC"][id % 2])"}}"#
    }

    private static func outcomes(_ answer: HTTPAnswer) throws -> [String] {
        (try answer.json()["results"] as? [[String: Any]] ?? []).map {
            $0["outcome"] as? String ?? ""
        }
    }

    @Test("responses come in as one, as a list, as lines and compressed, each with its receipt")
    func intake() throws {
        let folder = try ServedFolder()
        let daemon = try Daemon(folder)
        #expect(try Self.outcomes(daemon.post("/v1/responses", Self.row(1))) == ["recorded"])
        let list =
            "[\(Self.row(1)), \(Self.row(2)), {\"source\":\"app\",\"id\":\"x\",\"score\":11}]"
        let listed = try daemon.post("/v1/responses", list)
        #expect(listed.status == 200)
        #expect(try Self.outcomes(listed) == ["duplicate", "recorded", "rejected"])
        let results = try #require(try listed.json()["results"] as? [[String: Any]])
        #expect(results[2]["code"] as? String == "score.out-of-range")
        let lines = Self.row(3) + "\n{broken\n" + Self.row(4, source: "web") + "\n"
        let told = try daemon.post(
            "/v1/responses", lines, [("Content-Type", "application/x-ndjson")])
        #expect(try Self.outcomes(told) == ["recorded", "rejected", "recorded"])
        try folder.write("body", Self.row(5))
        _ = try folder.runShell("gzip -n body")
        let packed = try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path + "/body.gz")))
        let answer = try daemon.connect().ask(
            "POST", "/v1/responses", daemon.authorization + [("Content-Encoding", "gzip")],
            body: packed)
        #expect(try Self.outcomes(answer) == ["recorded"])
        let all = try daemon.post(
            "/v1/responses?atomic=true", "[\(Self.row(6)), {\"source\":\"app\",\"id\":\"y\"}]")
        #expect(all.status == 422)
        #expect(try Self.outcomes(all) == ["withheld", "rejected"])
        #expect(try daemon.get("/v1/nps").json()["total"] as? [String: Any] != nil)
        #expect(daemon.stop() == 0)
        let verified = try folder.run("npsledger", ["verify"])
        #expect(verified.status == 0, "\(verified.output)")
    }

    /// Questions, with the command that asks the same.
    private static let questions: [(target: String, command: [String])] = [
        ("/v1/nps?by=region&basis=stated", ["nps", "--by", "region", "--basis", "stated"]),
        (
            "/v1/nps?where=region%3DEMEA&per=person",
            ["nps", "--where", "region=EMEA", "--per", "person"]
        ),
        ("/v1/trend?every=week", ["trend", "--every", "week"]),
        ("/v1/compare?by=region", ["compare", "--by", "region"]),
        ("/v1/diff?between=as-of%3D20&between=today", ["diff", "--between", "as-of=20", "today"]),
        ("/v1/distribution?by=region", ["distribution", "--by", "region"]),
        ("/v1/audit?order=oldest", ["audit"]),
        ("/v1/audit?quarantine=true", ["audit", "--quarantine"]),
        ("/v1/models", ["model", "list"]), ("/v1/models/1", ["model", "show", "1"]),
        ("/v1/responses?limit=5", ["responses", "--limit", "5"]),
        ("/v1/responses/app/7", ["trace", "7", "--source", "app"]),
        ("/v1/thresholds", ["thresholds", "show"]), ("/v1/policies", ["policy", "list"]),
        ("/v1/imports", ["imports"]), ("/v1/deliveries", ["deliveries"]),
    ]

    @Test("each question is answered with the bytes that the command line prints")
    func questions() throws {
        let folder = try ServedFolder()
        let daemon = try Daemon(folder)
        let rows = "[" + (0..<60).map { Self.row($0) }.joined(separator: ",") + "]"
        #expect(try daemon.post("/v1/responses", rows).status == 200)
        try daemon.settle()
        for (target, command) in Self.questions {
            let answer = try daemon.get(target)
            let printed = try folder.run("npsledger", command + ["--format", "json"])
            #expect(answer.status == 200, "\(target): \(answer)")
            #expect(answer.text == printed.output, "\(target)")
            // Nothing was recorded since.
            let tag = try #require(answer.header("ETag"))
            let again = try daemon.get(target, [("If-None-Match", tag)])
            #expect(again.status == 304 && again.body.isEmpty, "\(target): \(again)")
        }
        let csv = try daemon.get("/v1/nps?by=region", [("Accept", "text/csv")])
        let printed = try folder.run("npsledger", ["nps", "--by", "region", "--format", "csv"])
        #expect(csv.text == printed.output)
        #expect(csv.header("Content-Type") == "text/csv; charset=utf-8")
        // What is recorded by another process is seen as well.
        let tag = try #require(csv.header("ETag"))
        try folder.write("more.csv", "id,score\n100,3\n")
        try folder.run(
            "npsledger",
            [
                "import", "more.csv", "--source", "f", "--map", "response_id=id", "--map",
                "score=score",
            ])
        let later = try daemon.get("/v1/nps?by=region&format=csv", [("If-None-Match", tag)])
        #expect(later.status == 200)
        #expect(
            later.text
                == (try folder.run("npsledger", ["nps", "--by", "region", "--format", "csv"]).output)
        )
    }

    @Test("acts are done with a reason, and refused where somebody has acted since")
    func acts() throws {
        let folder = try ServedFolder()
        let daemon = try Daemon(folder)
        let seen = try #require(try daemon.get("/v1/thresholds").header("ETag"))
        let refused = try daemon.connect().ask(
            "PUT", "/v1/thresholds", daemon.authorization,
            body: Array(#"{"confidenceMin":50}"#.utf8))
        #expect(refused.status == 400 && refused.text.contains("reason"))
        let done = try daemon.connect().ask(
            "PUT", "/v1/thresholds", daemon.authorization + [("If-Match", seen)],
            body: Array(#"{"confidenceMin":50,"reason":"try it","actor":"analyst"}"#.utf8))
        #expect(done.status == 200, "\(done)")
        #expect(
            try folder.run("npsledger", ["thresholds", "show", "--format", "json"]).output
                == done.text)
        let late = try daemon.connect().ask(
            "PUT", "/v1/thresholds", daemon.authorization + [("If-Match", seen)],
            body: Array(#"{"confidenceMin":60,"reason":"as well"}"#.utf8))
        #expect(late.status == 412, "\(late)")
        #expect(try late.json()["code"] as? String == "overtaken")
        #expect(try daemon.get("/v1/audit?event=thresholds.edited").text.contains("analyst"))
    }

    @Test("every response that was acknowledged is there after the process was killed under load")
    func killed() throws {
        let folder = try ServedFolder()
        let acknowledged = Mutex<Set<Int>>([])
        for round in 0..<3 {
            let daemon = try Daemon(folder)
            let isOver = Atomic(false)
            let group = DispatchGroup()
            let (address, authorization) = (daemon.address, daemon.authorization)
            for caller in 0..<8 {
                DispatchQueue.global().async(group: group) {
                    guard let connection = try? HTTPConnection(address) else { return }
                    var number = 0
                    while !isOver.load(ordering: .relaxed) {
                        let id = (round * 8 + caller) * 100_000 + number
                        number += 1
                        let answer = try? connection.ask(
                            "POST", "/v1/responses", authorization,
                            body: Array(Self.row(id).utf8))
                        guard let answer else { return }
                        if answer.status == 200 { acknowledged.withLock { _ = $0.insert(id) } }
                    }
                }
            }
            Thread.sleep(forTimeInterval: 1.5)
            daemon.stop(SIGKILL)
            isOver.store(true, ordering: .relaxed)
            group.wait()
        }
        let ids = acknowledged.withLock { $0 }
        #expect(ids.count > 100)
        let daemon = try Daemon(folder)
        for batch in Array(ids).chunked(500) {
            let rows = "[" + batch.map { Self.row($0) }.joined(separator: ",") + "]"
            let outcomes = try Self.outcomes(daemon.post("/v1/responses", rows))
            #expect(outcomes == Array(repeating: "duplicate", count: batch.count))
        }
        #expect(daemon.stop() == 0)
        #expect(try folder.run("npsledger", ["verify"]).status == 0)
    }

    @Test("what is being recorded is finished when it is asked to stop")
    func stops() throws {
        let folder = try ServedFolder()
        let daemon = try Daemon(folder)
        let answers = Mutex<[Int]>([])
        let group = DispatchGroup()
        let (address, authorization) = (daemon.address, daemon.authorization)
        for caller in 0..<4 {
            DispatchQueue.global().async(group: group) {
                guard let connection = try? HTTPConnection(address) else { return }
                for number in 0..<10_000 {
                    let answer = try? connection.ask(
                        "POST", "/v1/responses", authorization,
                        body: Array(Self.row(caller * 10_000 + number).utf8))
                    guard let answer, answer.status == 200 else { return }
                    answers.withLock { $0.append(caller * 10_000 + number) }
                }
            }
        }
        Thread.sleep(forTimeInterval: 1)
        #expect(daemon.stop(SIGINT) == 0)
        group.wait()
        let count = answers.withLock { $0.count }
        let total = try folder.run("npsledger", ["nps", "--format", "json"]).output
        let told = try JSONSerialization.jsonObject(with: Data(total.utf8)) as? [String: Any]
        let responses = (told?["total"] as? [String: Any])?["responses"] as? Int
        // The last of each caller may have been recorded without its answer having come through.
        #expect((count...(count + 4)).contains(responses ?? 0), "\(count), \(responses ?? 0)")
    }

    @Test("the simulator feeds it over HTTP")
    func simulator() throws {
        let folder = try ServedFolder()
        let daemon = try Daemon(folder)
        let sent = try folder.run(
            "npsledger",
            [
                "simulate", "--responses", "400", "--seed", "3", "--post", daemon.address,
                "--token-file", "token",
            ])
        #expect(sent.status == 0, "\(sent.errors)")
        let told = try JSONSerialization.jsonObject(with: Data(sent.output.utf8)) as? [String: Any]
        #expect(told?["failed"] as? Int == 0)
        let log = try String(contentsOfFile: folder.path + "/daemon.log", encoding: .utf8)
        #expect(told?["duplicate"] as? Int ?? 0 < 20, "\(sent.output) \(log)")
        let recorded = try #require(told?["recorded"] as? Int)
        #expect(recorded >= 350)
        let total = try daemon.get("/v1/nps").json()["total"] as? [String: Any]
        #expect(total?["responses"] as? Int == recorded)
    }
}

extension ServedFolder {
    func runShell(_ line: String) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", line]
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

extension Array {
    fileprivate func chunked(_ size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
