import Foundation
import Glibc
import Testing

@Suite("Streams: what changed, to whoever listens", .serialized)
struct StreamTests {
    private static func open(
        _ daemon: Daemon, _ query: String, lastEvent: Int? = nil, secondsMax: Int = 60
    ) throws -> HTTPConnection {
        let connection = try HTTPConnection(daemon.address, secondsMax: secondsMax)
        var headers = daemon.authorization
        if let lastEvent { headers.append(("Last-Event-ID", "\(lastEvent)")) }
        var head = "GET /v1/stream?\(query) HTTP/1.1\r\nHost: localhost\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        try connection.send(Array((head + "\r\n").utf8))
        let answer = try connection.head()
        try #require(answer.hasPrefix("HTTP/1.1 200"), "\(answer)")
        #expect(answer.lowercased().contains("content-type: text/event-stream"))
        return connection
    }

    /// The next event: its id, name and data. Signs of life are passed over.
    private static func next(
        _ connection: HTTPConnection
    ) throws -> (id: Int, name: String, data: [String: Any]) {
        for _ in 0..<30 {
            let block = try connection.chunkedBlock()
            var fields: [String: String] = [:]
            for line in block.split(separator: "\n") where !line.hasPrefix(":") {
                let parts = line.split(separator: ":", maxSplits: 1)
                fields[String(parts[0])] =
                    parts.count == 2 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
            }
            guard let data = fields["data"], let id = fields["id"].flatMap({ Int($0) }) else {
                continue
            }
            let told = try JSONSerialization.jsonObject(with: Data(data.utf8)) as? [String: Any]
            return (id, fields["event"] ?? "", told ?? [:])
        }
        throw HTTPConnection.Broken(description: "the stream lives, and tells nothing")
    }

    private static func edit(_ daemon: Daemon, _ confidence: Int) throws -> Int {
        let answer = try daemon.connect().ask(
            "PUT", "/v1/thresholds", daemon.authorization,
            body: Array(#"{"confidenceMin":\#(confidence),"reason":"number \#(confidence)"}"#.utf8))
        try #require(answer.status == 200, "\(answer)")
        return confidence
    }

    @Test("a score is told again when a response has come in")
    func score() throws {
        let folder = try ServedFolder()
        let daemon = try Daemon(folder)
        func row(_ id: Int) -> String {
            #"{"source":"a","id":"\#(id)","score":9,"segments":{"region":"EMEA"}}"#
        }
        #expect(try daemon.post("/v1/responses", row(1)).status == 200)
        let stream = try Self.open(daemon, "topic=score&where=region%3DEMEA")
        let first = try Self.next(stream)
        #expect(first.name == "score")
        func responses(_ data: [String: Any]) -> Int? {
            (data["total"] as? [String: Any])?["responses"] as? Int
        }
        #expect(responses(first.data) == 1)
        #expect(try daemon.post("/v1/responses", row(2)).status == 200)
        var told = first
        while responses(told.data) != 2 {
            let id = told.id
            told = try Self.next(stream)
            #expect(told.id > id)
        }
        #expect(daemon.stop() == 0)
        #expect(stream.isClosed())
    }

    @Test("acts are told once each, in order, also to a client that was cut off meanwhile")
    func resumed() throws {
        let folder = try ServedFolder()
        let first = try Daemon(folder)
        _ = try Self.edit(first, 50)
        let everything = try Self.open(first, "topic=audit", lastEvent: 0)
        /// What an edit of thresholds put into force; nil for another act.
        func confidence(_ event: (id: Int, name: String, data: [String: Any])) -> Int? {
            ((event.data["payload"] as? [String: Any])?["confidenceMin"] as? Int).map { $0 / 100 }
        }
        var seen: [(id: Int, confidence: Int?)] = []
        func take(_ stream: HTTPConnection, until wanted: Int) throws {
            while seen.last?.confidence != wanted {
                let event = try Self.next(stream)
                #expect(event.id > seen.last?.id ?? -1)
                seen.append((event.id, confidence(event)))
            }
        }
        try take(everything, until: 50)
        _ = try Self.edit(first, 51)
        try take(everything, until: 51)
        let cut = try #require(seen.last?.id)
        first.stop(SIGKILL)
        let second = try Daemon(folder)
        for confidence in 52..<60 { _ = try Self.edit(second, confidence) }
        let resumed = try Self.open(second, "topic=audit", lastEvent: cut)
        try take(resumed, until: 59)
        #expect(seen.compactMap(\.confidence) == [0] + Array(50..<60))
        let wrong = try second.get("/v1/stream?topic=audit", [("Last-Event-ID", "-7")])
        #expect(wrong.status == 400)
        #expect(second.stop() == 0)
    }

    @Test("a client that does not read is not waited for, and gets everything when it does")
    func slow() throws {
        let folder = try ServedFolder()
        let daemon = try Daemon(folder)
        let slow = try Self.open(daemon, "topic=audit", lastEvent: 0)
        let actor = String(repeating: "long ", count: 24)
        for number in 0..<400 {
            let body =
                #"{"confidenceMin":\#(1 + number % 49),"reason":"r","actor":"\#(actor)\#(number)"}"#
            let answer = try daemon.connect().ask(
                "PUT", "/v1/thresholds", daemon.authorization, body: Array(body.utf8))
            #expect(answer.status == 200, "\(answer)")
        }
        var ids: [Int] = []
        var last = ""
        while !last.hasSuffix(" 399") {
            let event = try Self.next(slow)
            ids.append(event.id)
            last = event.data["actor"] as? String ?? ""
        }
        #expect(ids == ids.sorted() && Set(ids).count == ids.count && ids.count > 400)
        #expect(daemon.stop() == 0)
    }

    @Test("a thousand streams that nothing happens on take little room, and show that they live")
    func idle() throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = min(limit.rlim_max, 8_192)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let folder = try ServedFolder()
        try folder.write("limits.json", #"{"limits": {"heartbeatSeconds": 1}}"#)
        let daemon = try Daemon(folder, ["--config", "limits.json"])
        func memory() throws -> Double {
            let text = try daemon.get("/metrics").text
            let line = text.split(separator: "\n").first {
                $0.hasPrefix("process_resident_memory_bytes ")
            }
            return try #require(line?.split(separator: " ").last.flatMap { Double($0) })
        }
        let before = try memory()
        let streams = try (0..<1_000).map { _ in
            try Self.open(daemon, "topic=score", secondsMax: 120)
        }
        for stream in streams { _ = try Self.next(stream) }
        let text = try daemon.get("/metrics").text
        #expect(text.contains("\nnpsledger_streams 1000\n"))
        let taken = try memory() - before
        #expect(taken < 100_000_000, "\(taken) bytes")
        #expect(try streams[500].chunkedBlock().hasPrefix(":"))
        #expect(daemon.stop() == 0)
    }
}
