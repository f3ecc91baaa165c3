import Foundation
import Glibc
import LedgerFixtures
import Testing

@Suite("The service among clients that mean it no good", .serialized)
struct HostileTests {
    private static let good = #"{"source":"a","id":"1","score":9}"#

    @Test("nothing is told or taken without the token, and nothing of it in an answer or a log")
    func tokens() throws {
        let folder = try ServedFolder()
        let daemon = try Daemon(folder, ["--log-level", "debug"])
        let paths = [
            "/v1/nps", "/v1/audit", "/v1/responses", "/v1/stream?topic=audit", "/metrics",
            "/openapi.json", "/v1/responses/a/1", "/v1/imports", "/v1/deliveries",
        ]
        let wrong = [
            [], [("Authorization", "Bearer ")], [("Authorization", "Bearer wrong")],
            [("Authorization", "Basic \(daemon.token)")], [("Authorization", daemon.token)],
            [("Authorization", "Bearer \(daemon.token)x")],
            [("Authorization", "Bearer \(daemon.token.dropLast())")],
        ]
        for path in paths {
            for headers in wrong {
                let answer = try daemon.connect().ask("GET", path, headers)
                #expect(answer.status == 401, "\(path) \(headers)")
                #expect(answer.header("WWW-Authenticate") == "Bearer")
                #expect(!answer.text.contains(daemon.token))
            }
        }
        for headers in wrong {
            let answer = try daemon.connect().ask(
                "POST", "/v1/responses", headers, body: Array(Self.good.utf8))
            #expect(answer.status == 401)
            let act = try daemon.connect().ask(
                "PUT", "/v1/thresholds", headers,
                body: Array(#"{"confidenceMin":1,"reason":"r"}"#.utf8))
            #expect(act.status == 401)
        }
        #expect(try daemon.get("/v1/nps").status == 200)
        #expect(try daemon.connect().ask("GET", "/healthz").status == 200)
        #expect(daemon.stop() == 0)
        let log = try String(contentsOfFile: folder.path + "/daemon.log", encoding: .utf8)
        #expect(!log.contains(daemon.token))
        #expect(
            try folder.run("npsledger", ["nps", "--format", "json"]).output.contains(
                "\"responses\": 0"))
    }

    @Test("a token file that others can read is refused, and one that is there is used again")
    func tokenFiles() throws {
        let folder = try ServedFolder()
        let first = try Daemon(folder)
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/token")
        #expect(mode[.posixPermissions] as? Int == 0o600)
        #expect(first.stop() == 0)
        let second = try Daemon(folder)
        #expect(second.token == first.token)
        #expect(second.stop() == 0)
        chmod(folder.path + "/token", 0o644)
        let refused = try folder.run(
            "npsledgerd",
            [
                "serve", "--ledger", "ledger-data", "--listen", "127.0.0.1:0", "--token-file",
                "token",
            ]
        )
        #expect(refused.status == 77 && refused.errors.contains("chmod 600"), "\(refused)")
        let open = try folder.run(
            "npsledgerd",
            ["serve", "--ledger", "ledger-data", "--listen", "0.0.0.0:0", "--token-file", "t"])
        #expect(open.status == 64 && open.errors.contains("this machine"), "\(open)")
    }

    @Test("bodies that are none, too long, or far too deep are turned away with a code")
    func bodies() throws {
        let folder = try ServedFolder()
        try folder.write("limits.json", #"{"limits": {"bodyBytesMax": 65536, "itemsMax": 100}}"#)
        let daemon = try Daemon(folder, ["--config", "limits.json"])
        let many = "[" + Array(repeating: Self.good, count: 101).joined(separator: ",") + "]"
        let deep = String(repeating: "[", count: 60_000)
        let nested = #"{"source":"a","id":"1","score":"# + String(repeating: "[", count: 60_000)
        for (body, status, code) in [
            ("", 400, "empty"), ("[]", 400, "empty"), ("{", 400, "json.invalid"),
            ("null", 422, nil), ("[1]", 422, nil), (Self.good + Self.good, 400, "json.invalid"),
            (deep, 400, "json.invalid"), (nested, 400, "json.invalid"), (many, 413, "too-many"),
            (String(repeating: "x", count: 65_537), 413, "body.too-long"),
            ("\u{0}", 400, "json.invalid"),
        ] as [(String, Int, String?)] {
            let answer = try daemon.post("/v1/responses", body)
            #expect(answer.status == status, "\(body.prefix(40)): \(answer)")
            if let code { #expect(try answer.json()["code"] as? String == code, "\(answer)") }
        }
        let binary = try daemon.connect().ask(
            "POST", "/v1/responses", daemon.authorization, body: [0xFF, 0xFE, 0x00, 0x80])
        #expect(binary.status == 400)
        // A thousand times as long once it is unfolded.
        try folder.write("zeros", String(repeating: " ", count: 64 << 20))
        _ = try folder.runShell("gzip -9 -n zeros")
        let bomb = try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path + "/zeros.gz")))
        let zipped = try daemon.connect().ask(
            "POST", "/v1/responses",
            daemon.authorization + [("Content-Encoding", "gzip")], body: bomb)
        #expect(zipped.status == 413, "\(zipped)")
        let damaged = try daemon.connect().ask(
            "POST", "/v1/responses",
            daemon.authorization + [("Content-Encoding", "gzip")], body: Array(bomb.prefix(500)))
        #expect(damaged.status == 400 || damaged.status == 413, "\(damaged)")
        let other = try daemon.connect().ask(
            "POST", "/v1/responses", daemon.authorization + [("Content-Encoding", "br")],
            body: [1])
        #expect(other.status == 415)
        // Without a length, in pieces that never end.
        let endless = try daemon.connect()
        var head = "POST /v1/responses HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        for (name, value) in daemon.authorization { head += "\(name): \(value)\r\n" }
        try endless.send(Array((head + "\r\n").utf8))
        let piece = Array(("2000\r\n" + String(repeating: " ", count: 0x2000) + "\r\n").utf8)
        for _ in 0..<64 where (try? endless.send(piece)) == nil { break }
        #expect(try endless.answer().status == 413)
        try Self.expectAlive(daemon, folder)
    }

    @Test("requests that two readers would read differently are refused")
    func smuggling() throws {
        let folder = try ServedFolder()
        let daemon = try Daemon(folder)
        let hidden = "POST /v1/responses HTTP/1.1\r\nHost: x\r\n\r\n"
        for headers in [
            "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
            "Content-Length: 4\r\nContent-Length: 5\r\n",
            "Content-Length: -1\r\n", "Content-Length: 4x\r\n",
            "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding: xchunked\r\n",
        ] {
            let connection = try HTTPConnection(daemon.address, secondsMax: 5)
            try connection.send(
                Array(("POST /v1/responses HTTP/1.1\r\nHost: x\r\n\(headers)\r\n\(hidden)").utf8))
            let answer = try? connection.answer()
            // Whatever it was read as, it was refused, and nothing behind it was answered.
            #expect(answer == nil || [400, 401, 501].contains(answer?.status), "\(headers)")
            #expect((try? connection.answer()) == nil || connection.isClosed(), "\(headers)")
        }
        for line in [
            "GET / HTTP/9.9", "GET  / HTTP/1.1", "\0\0\0\0", "GET /v1/nps", "G\u{e9}T / HTTP/1.1",
        ] {
            let connection = try HTTPConnection(daemon.address, secondsMax: 5)
            try connection.send(Array((line + "\r\nHost: x\r\n\r\n").utf8))
            let answer = try? connection.answer()
            #expect(answer.map { (400...505).contains($0.status) } ?? true, "\(line)")
        }
        try Self.expectAlive(daemon, folder)
    }

    @Test("thousands of requests in one breath are answered in order, each by itself")
    func pipelined() throws {
        let folder = try ServedFolder()
        let daemon = try Daemon(folder)
        let connection = try daemon.connect()
        // The first keeps those behind it waiting; none of them may be asked.
        var text = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        for number in 0..<5_000 {
            text += number % 50 == 0 ? "GET /healthz HTTP/1.1\r\n" : "GET /v1/nps HTTP/1.1\r\n"
            text += "Host: x\r\n\r\n"
        }
        // The system keeps so much for a server that does not read on.
        try connection.send(Array(text.utf8))
        #expect(try connection.answer().status == 200)
        for number in 0..<5_000 {
            let status = try connection.answer().status
            guard status == (number % 50 == 0 ? 200 : 401) else {
                Issue.record("answer \(number) has status \(status)")
                break
            }
        }
        try Self.expectAlive(daemon, folder)
    }

    @Test("paths and queries that are none are refused, and name what there is")
    func targets() throws {
        let folder = try ServedFolder()
        let daemon = try Daemon(folder)
        for (target, status) in [
            ("/", 404), ("/v1", 404), ("/v1/../../etc/passwd", 404), ("//v1/nps", 200),
            ("/v1/%2e%2e/nps", 404), ("/v1/responses/..%2f..%2fetc/passwd", 404),
            ("/v1/responses/a/%00", 400), ("/v1/responses/a/%ff", 400),
            ("/v1/nps?by=%zz", 400), ("/v1/nps?by=%ff", 400), ("/v1/nps?by=a%00b", 400),
            ("/v1/nps?nonsense=1", 400), ("/v1/nps?basis=maybe", 400),
            ("/v1/nps?as-of=-1", 400), ("/v1/nps?basis=stated&basis=stated", 400),
            ("/v1/models/99999999999999999999", 404), ("/v1/models/-1", 404),
            ("/v1/nps?as-of=99999999999999999999999", 400),
            ("/v1/trend?every=0", 400), ("/v1/responses?limit=-5", 400),
        ] {
            let answer = try daemon.get(target)
            #expect(answer.status == status, "\(target): \(answer)")
            if status != 200 {
                #expect(answer.header("Content-Type") == "application/problem+json", "\(target)")
                #expect(try answer.json()["code"] is String)
            }
        }
        let method = try daemon.connect().ask("DELETE", "/v1/nps", daemon.authorization)
        #expect(method.status == 405 && method.header("Allow") == "GET")
        let head = try daemon.connect().ask("HEAD", "/v1/nps", daemon.authorization)
        #expect(head.status == 200 && head.body.isEmpty)
        let long = try? daemon.get("/v1/nps?by=" + String(repeating: "x", count: 100_000))
        #expect(long.map { (400...431).contains($0.status) } ?? true)
        let heavy = try? daemon.get(
            "/v1/nps", (0..<200).map { ("X-Header-\($0)", "value") })
        #expect(heavy.map { (400...431).contains($0.status) } ?? true)
        try Self.expectAlive(daemon, folder)
    }

    @Test("clients that are slow, silent or many are cut, and others are answered meanwhile")
    func slow() throws {
        let folder = try ServedFolder()
        try folder.write(
            "limits.json", #"{"limits": {"requestSeconds": 2, "idleSeconds": 2}}"#)
        let daemon = try Daemon(folder, ["--config", "limits.json"])
        // One that says nothing, one that says little, one that stops within its body.
        let silent = try HTTPConnection(daemon.address, secondsMax: 30)
        let little = try HTTPConnection(daemon.address, secondsMax: 30)
        let stopped = try HTTPConnection(daemon.address, secondsMax: 30)
        var head = "POST /v1/responses HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
        for (name, value) in daemon.authorization { head += "\(name): \(value)\r\n" }
        try stopped.send(Array((head + "\r\n{").utf8))
        let others = try (0..<200).map { _ in try HTTPConnection(daemon.address) }
        for byte in "GET / HTTP".utf8 {
            guard (try? little.send([byte])) != nil else { break }
            #expect(try daemon.get("/v1/nps").status == 200)
            Thread.sleep(forTimeInterval: 0.4)
        }
        for connection in [silent, little, stopped] { #expect(connection.isClosed()) }
        withExtendedLifetime(others) {}
        try Self.expectAlive(daemon, folder)
    }

    @Test(
        "a full disk turns the intake off with an answer that says so, and leaves questions on",
        .enabled(if: SmallDisk.isPossible, "mounting a tmpfs needs the superuser"))
    func fullDisk() throws {
        let disk = try SmallDisk(sizeBytes: 24 << 20)
        let folder = try ServedFolder(in: disk.path)
        let daemon = try Daemon(folder)
        func row(_ id: Int) -> String {
            #"{"source":"a","id":"\#(id)","score":\#(id % 11),"text":"\#(String(repeating: "word ", count: 50))"}"#
        }
        #expect(try daemon.post("/v1/responses", row(0)).status == 200)
        try daemon.settle()
        try disk.fill(leaving: 1 << 20)
        var recorded = 1
        var refused: HTTPAnswer?
        while refused == nil, recorded < 100_000 {
            let rows = (recorded..<(recorded + 100)).map(row).joined(separator: ",")
            let answer = try daemon.post("/v1/responses", "[\(rows)]")
            if answer.status == 200 { recorded += 100 } else { refused = answer }
        }
        #expect(refused?.status == 507, "\(String(describing: refused))")
        #expect(refused?.header("Retry-After") != nil)
        #expect(try daemon.get("/v1/nps?basis=stated").status == 200)
        #expect(try daemon.get("/readyz").status == 503)
        disk.empty()
        var again = 0
        while try daemon.post("/v1/responses", row(recorded)).status != 200, again < 200 {
            Thread.sleep(forTimeInterval: 0.1)
            again += 1
        }
        // What was acknowledged is there, and what was refused may be sent again.
        for start in stride(from: 0, to: recorded, by: 100) {
            let rows = (start..<min(start + 100, recorded)).map(row).joined(separator: ",")
            let answer = try daemon.post("/v1/responses", "[\(rows)]")
            let outcomes = (try answer.json()["results"] as? [[String: Any]] ?? [])
                .compactMap { $0["outcome"] as? String }
            #expect(Set(outcomes) == ["duplicate"], "\(start)")
        }
        #expect(daemon.stop() == 0)
        #expect(try folder.run("npsledger", ["verify"]).status == 0)
    }

    private static func expectAlive(_ daemon: Daemon, _ folder: ServedFolder) throws {
        let answer = try daemon.post("/v1/responses", good)
        #expect(answer.status == 200, "\(answer)")
        #expect(daemon.stop() == 0)
        #expect(try folder.run("npsledger", ["verify"]).status == 0)
    }
}
