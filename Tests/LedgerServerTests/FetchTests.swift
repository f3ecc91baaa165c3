import Foundation
import Glibc
import Testing

/// An API that answers from a file, by path, as a survey tool's does: a process of Python's, which the
/// tests need anyway. A path that is asked for is written down.
final class StoredAPI {
    let address: String
    private let process = Process()
    private let folder: ServedFolder

    private static let script = #"""
        import http.server, json, sys, urllib.parse
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                with open("asked", "a") as file: file.write(self.path + "\n")
                answers = json.load(open("api.json"))
                path = urllib.parse.urlsplit(self.path)
                query = dict(urllib.parse.parse_qsl(path.query))
                key = path.path + ("?" + query["page"] if "page" in query else "")
                status = 200 if key in answers else 404
                if self.headers.get("Authorization") != "Bearer api-token": status = 401
                if answers.get("busy"):
                    answers["busy"] -= 1
                    json.dump(answers, open("api.json", "w"))
                    status = 503
                body = json.dumps(answers.get(key, {})).encode() if status == 200 else b"{}"
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def log_message(self, *arguments): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_address[1], flush=True)
        server.serve_forever()
        """#

    init(_ folder: ServedFolder, _ answers: [String: Any]) throws {
        self.folder = folder
        try folder.write("api.py", Self.script)
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-I", "api.py"]
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try Self.write(answers, folder)
        try process.run()
        address = "http://127.0.0.1:\(pipe.firstLine())"
    }

    // A process that this one starts does not hear of a termination.
    deinit { kill(process.processIdentifier, SIGKILL) }

    func set(_ answers: [String: Any]) throws { try Self.write(answers, folder) }

    private static func write(_ answers: [String: Any], _ folder: ServedFolder) throws {
        let data = try JSONSerialization.data(withJSONObject: answers)
        try data.write(to: URL(fileURLWithPath: folder.path + "/api.json"), options: .atomic)
    }

    /// The paths that were asked for.
    func asked() throws -> [String] {
        try String(contentsOfFile: folder.path + "/asked", encoding: .utf8)
            .split(separator: "\n").map { String($0) }
    }
}

@Suite("Sources that are fetched from", .serialized)
struct FetchTests {
    private static var details: [String: Any] {
        [
            "id": "55",
            "pages": [
                [
                    "questions": [
                        [
                            "id": "q1",
                            "answers": [
                                "choices": (0...10).map { ["id": "c\($0)", "text": "\($0)"] }
                            ],
                        ]
                    ]
                ]
            ],
        ]
    }

    private static func response(_ id: String, _ score: Int, changed: String) -> [String: Any] {
        [
            "id": id, "survey_id": "55", "response_status": "completed",
            "date_created": "2026-06-01T10:00:00+00:00", "date_modified": changed,
            "pages": [
                [
                    "questions": [
                        ["id": "q1", "answers": [["choice_id": "c\(score)"]]],
                        ["id": "q2", "answers": [["text": "text of \(id)"]]],
                    ]
                ]
            ],
        ]
    }

    private static func source(_ api: StoredAPI, surveys: [String]) -> [String: Any] {
        [
            "name": "monkey", "shape": "surveymonkey", "scheme": "unsigned", "because": "a test",
            "mapping": ["score": "q1", "text": "q2"],
            "fetch": [
                "tokenFile": "api-token", "address": api.address, "surveys": surveys,
                "everySeconds": 1,
            ],
        ]
    }

    private static func responses(_ daemon: Daemon) throws -> [String: Double] {
        let rows =
            try daemon.get("/v1/responses?limit=all").json()["responses"] as? [[String: Any]] ?? []
        return Dictionary(
            uniqueKeysWithValues: rows.map {
                ($0["id"] as? String ?? "", $0["score"] as? Double ?? -1)
            })
    }

    @Test("a response that is only named is fetched, once the source gives it")
    func named() throws {
        let folder = try ServedFolder()
        try folder.write("api-token", "api-token")
        let api = try StoredAPI(folder, ["busy": 1])
        let daemon = try Daemon(folder, sources: [Self.source(api, surveys: [])], clock: 0)
        try api.set([
            "busy": 1, "/v3/surveys/55/details": Self.details,
            "/v3/surveys/55/responses/700/details": Self.response(
                "700", 8, changed: "2026-06-02T10:00:00+00:00"),
        ])
        func notice(_ event: String, _ id: String) -> String {
            #"{"event_type":"\#(event)","object_id":"\#(id)","resources":{"survey_id":"55"}}"#
        }
        #expect(
            try daemon.deliver("/v1/hooks/monkey", notice("response_completed", "700")).status
                == 200)
        // An id that would be another path is asked for nowhere.
        #expect(
            try daemon.deliver("/v1/hooks/monkey", notice("response_completed", "../users/me"))
                .status == 200)
        for _ in 0..<200 where try Self.responses(daemon).isEmpty {
            Thread.sleep(forTimeInterval: 0.1)
        }
        #expect(try Self.responses(daemon) == ["700": 8])
        #expect(try daemon.get("/v1/responses/monkey/700").text.contains("text of 700"))
        #expect(try !api.asked().contains { $0.contains("users") })
        // It waits where people see it, and is not asked for again and again.
        #expect(try daemon.get("/v1/deliveries?waiting=true").text.contains("id.invalid"))
        #expect(daemon.stop() == 0)
    }

    @Test("what was not delivered is asked for page by page, from where the ledger left off")
    func polled() throws {
        let folder = try ServedFolder()
        try folder.write("api-token", "api-token")
        func page(_ responses: [[String: Any]], hasNext: Bool) -> [String: Any] {
            ["data": responses, "links": hasNext ? ["next": "more"] : [:]]
        }
        let path = "/v3/surveys/55/responses/bulk?"
        let pages = [
            path + "1": page(
                [
                    Self.response("1", 9, changed: "2026-06-01T10:00:00+00:00"),
                    Self.response("2", 3, changed: "2026-06-02T10:00:00+00:00"),
                ], hasNext: true),
            path + "2": page(
                [Self.response("3", 10, changed: "2026-06-03T10:00:00+00:00")], hasNext: false),
            "/v3/surveys/55/details": Self.details,
        ]
        let api = try StoredAPI(folder, pages)
        let first = try Daemon(folder, sources: [Self.source(api, surveys: ["55"])], clock: 0)
        for _ in 0..<200 where try Self.responses(first).count < 3 {
            Thread.sleep(forTimeInterval: 0.1)
        }
        #expect(try Self.responses(first) == ["1": 9, "2": 3, "3": 10])
        #expect(first.stop() == 0)
        // Another process goes on from the newest change; what has changed since amends.
        try api.set([
            path + "1": page(
                [
                    Self.response("3", 10, changed: "2026-06-03T10:00:00+00:00"),
                    Self.response("2", 7, changed: "2026-06-04T10:00:00+00:00"),
                ], hasNext: false),
            "/v3/surveys/55/details": Self.details,
        ])
        let asked = try api.asked().count
        let second = try Daemon(folder, sources: [Self.source(api, surveys: ["55"])], clock: 0)
        for _ in 0..<200 where try Self.responses(second)["2"] != 7 {
            Thread.sleep(forTimeInterval: 0.1)
        }
        #expect(try Self.responses(second) == ["1": 9, "2": 7, "3": 10])
        let since = try api.asked().dropFirst(asked).first { $0.contains("bulk") } ?? ""
        #expect(since.contains("start_modified_at=2026-06-03T10:00:00%2B00:00"), "\(since)")
        #expect(second.stop() == 0)
        #expect(try folder.run("npsledger", ["verify"]).status == 0)
    }
}
