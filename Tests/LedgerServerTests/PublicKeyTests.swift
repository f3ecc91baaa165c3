import Foundation
import Testing

@Suite("Public keys: pages and apps send responses themselves", .serialized)
struct PublicKeyTests {
    private static let key = "pub_0123456789abcdefghijklm"
    private static let appKey = "pub_9876543210abcdefghijklm"

    private static func configuration(keys: [[String: Any]], behindProxy: Bool = false) throws
        -> String
    {
        let data = try JSONSerialization.data(
            withJSONObject: ["publicKeys": keys, "behindProxy": behindProxy])
        return String(decoding: data, as: UTF8.self)
    }

    private static var website: [String: Any] {
        [
            "name": "website", "key": key, "source": "website", "origins": ["https://shop.example"],
            "perMinute": 1_000, "perMinuteOfAddress": 5,
        ]
    }

    private static func send(
        _ daemon: Daemon, _ body: String, key: String = key,
        origin: String? = "https://shop.example", from address: String? = nil
    ) throws -> HTTPAnswer {
        var headers = [("Content-Type", "text/plain;charset=UTF-8")]
        if let origin { headers.append(("Origin", origin)) }
        if let address { headers.append(("X-Forwarded-For", "9.9.9.9, \(address)")) }
        return try daemon.connect().ask(
            "POST", "/v1/public/\(key)/responses", headers, body: Array(body.utf8))
    }

    @Test("a key lets a page of its origin send responses of its source, and do nothing else")
    func pages() throws {
        let folder = try ServedFolder()
        try folder.write("c.json", try Self.configuration(keys: [Self.website]))
        let daemon = try Daemon(folder, ["--config", "c.json"])
        let preflight = try daemon.connect().ask(
            "OPTIONS", "/v1/public/\(Self.key)/responses",
            [
                ("Origin", "https://shop.example"), ("Access-Control-Request-Method", "POST"),
                ("Access-Control-Request-Headers", "content-type"),
            ])
        #expect(preflight.status == 204)
        #expect(preflight.header("Access-Control-Allow-Origin") == "https://shop.example")
        #expect(preflight.header("Access-Control-Allow-Methods") == "POST")
        let sent = try Self.send(daemon, #"{"id":"r-1","score":9,"text":"fast"}"#)
        #expect(sent.status == 200 && sent.header("Access-Control-Allow-Origin") != nil)
        // Nothing of the ledger: not where it stands, nor whether it was known.
        #expect(sent.text == #"{"results":[{"outcome":"accepted"}]}"# + "\n")
        let again = try Self.send(daemon, #"{"id":"r-1","score":9,"text":"fast"}"#)
        #expect(again.text == sent.text)
        let other = try Self.send(daemon, #"{"source":"crm","id":"r-2","score":9}"#)
        #expect(other.status == 422 && other.text.contains("source.other"), "\(other)")
        for (origin, status) in [
            ("https://evil.example", 403), ("null", 403),
            ("https://shop.example.evil.example", 403),
            ("http://shop.example", 403), (nil, 403),
        ] as [(String?, Int)] {
            let refused = try Self.send(daemon, #"{"id":"r-3","score":9}"#, origin: origin)
            #expect(refused.status == status)
            #expect(refused.header("Access-Control-Allow-Origin") == nil)
        }
        #expect(try Self.send(daemon, "{}", key: "pub_unknown_unknown_unknown").status == 401)
        for path in ["/v1/nps", "/v1/responses/website/r-1", "/v1/audit"] {
            let asked = try daemon.connect().ask(
                "GET", path, [("Authorization", "Bearer \(Self.key)")])
            #expect(asked.status == 401)
        }
        let trace = try daemon.get("/v1/responses/website/r-1")
        #expect(trace.status == 200 && trace.text.contains("key website"), "\(trace)")
        #expect(daemon.stop() == 0)
    }

    @Test("a key is used so often and no oftener, by one address and by all, until it is revoked")
    func limits() throws {
        let folder = try ServedFolder()
        var app = Self.website
        app.merge([
            "name": "app", "key": Self.appKey, "source": "app", "apps": true, "perMinute": 8,
        ]) { $1 }
        app["origins"] = nil
        try folder.write("c.json", try Self.configuration(keys: [app], behindProxy: true))
        let daemon = try Daemon(folder, ["--config", "c.json"])
        func send(_ id: Int, from address: String) throws -> HTTPAnswer {
            try Self.send(
                daemon, #"{"id":"\#(id)","score":3}"#, key: Self.appKey, origin: nil, from: address)
        }
        let first = try (0..<7).map { try send($0, from: "10.0.0.1") }
        #expect(first.map(\.status) == [200, 200, 200, 200, 200, 429, 429])
        let wait = try #require(first[6].header("Retry-After").flatMap { Int($0) })
        #expect((1...12).contains(wait))
        let second = try (10..<16).map { try send($0, from: "10.0.0.2") }
        #expect(second.map(\.status) == [200, 200, 200, 429, 429, 429])
        // Revoked without a stop; a configuration that cannot be used changes nothing.
        try folder.write("c.json", "{")
        kill(daemon.identifier, SIGHUP)
        Thread.sleep(forTimeInterval: 0.5)
        #expect(try send(20, from: "10.0.0.3").status == 429)
        try folder.write("c.json", try Self.configuration(keys: []))
        kill(daemon.identifier, SIGHUP)
        var status = 0
        for _ in 0..<100 where status != 401 {
            Thread.sleep(forTimeInterval: 0.05)
            status = try send(21, from: "10.0.0.4").status
        }
        #expect(status == 401)
        #expect(daemon.stop() == 0)
    }

    @Test("what is wrong with keys is told with its line, all of it at once")
    func configuration() throws {
        let folder = try ServedFolder()
        try folder.write(
            "c.json",
            """
            {"publicKeys": [
              {"name": "a", "key": "short", "source": "a", "origins": ["https://a.example"]},
              {"name": "b", "key": "\(Self.key)", "source": "b"},
              {"name": "c", "key": "\(Self.appKey)", "source": "c",
               "origins": ["https://c.example/path"], "perMinute": 0},
              {"name": "d", "source": "d", "apps": "yes"}
            ], "nonsense": 1}
            """)
        let checked = try folder.run("npsledgerd", ["check-config", "c.json"])
        #expect(checked.status == 65)
        for line in [2, 3, 5, 6, 7] {
            #expect(checked.errors.contains("c.json:\(line):"), "\(line): \(checked.errors)")
        }
        try folder.write("c.json", try Self.configuration(keys: [Self.website]))
        let good = try folder.run("npsledgerd", ["check-config", "c.json"])
        #expect(good.status == 0 && good.output.contains("website"), "\(good)")
        #expect(try folder.run("npsledgerd", ["check-config", "missing.json"]).status == 66)
    }

    @Test("a request belongs to the trace that its caller states, and is told in the log")
    func traces() throws {
        let folder = try ServedFolder()
        let daemon = try Daemon(folder, ["--log-level", "info"])
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        let answer = try daemon.get(
            "/v1/nps?where=region%3DSECRET", [("traceparent", "00-\(trace)-00f067aa0ba902b7-01")])
        let told = try #require(answer.header("traceparent"))
        #expect(told.hasPrefix("00-\(trace)-") && told.hasSuffix("-01"))
        #expect(!told.contains("00f067aa0ba902b7"))
        for wrong in [
            "", "00-\(trace)", "ff-\(trace)-00f067aa0ba902b7-01",
            "00-\(String(repeating: "0", count: 32))-00f067aa0ba902b7-01",
        ] {
            let other = try daemon.get("/v1/nps", [("traceparent", wrong)])
            #expect(other.status == 200)
            #expect(other.header("traceparent")?.contains(trace) == false)
        }
        #expect(daemon.stop() == 0)
        let log = try String(contentsOfFile: folder.path + "/daemon.log", encoding: .utf8)
        let line = try #require(log.split(separator: "\n").first { $0.contains(trace) })
        let fields = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
        #expect(fields?["path"] == "/v1/nps" && fields?["status"] == "404")
        #expect(fields?["parent"] == "00f067aa0ba902b7")
        #expect(!log.contains("SECRET"))
    }
}
