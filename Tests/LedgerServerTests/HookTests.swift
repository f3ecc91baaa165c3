import Foundation
import Testing

@Suite("Hooks: deliveries of survey tools over real sockets", .serialized)
struct HookTests {
    private static let folder: String? = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let path =
            ProcessInfo.processInfo.environment["NPSLEDGER_WEBHOOKS"]
            ?? root.appendingPathComponent("shared/webhooks").path
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    private static let files = [
        "standard-webhooks.formbricks", "static-header.asknicely", "static-header.posthog",
        "static-header.satismeter", "typeform",
    ]

    private static func document(_ name: String) throws -> [String: Any] {
        let url = URL(fileURLWithPath: (folder ?? "") + "/\(name).json")
        return try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any]
            ?? [:]
    }

    @Test(
        "what each tool delivers gives the responses that it must, and no others",
        .enabled(if: folder != nil, "the shared deliveries are not here"), arguments: files)
    func shared(name: String) throws {
        let folder = try ServedFolder()
        let document = try Self.document(name)
        let source = try #require(document["source"] as? String)
        var secretFiles: [String] = []
        for (index, secret) in (document["secrets"] as? [String] ?? []).enumerated() {
            try folder.write("secret-\(index)", secret)
            secretFiles.append("secret-\(index)")
        }
        var stated: [String: Any] = [
            "name": source, "shape": source, "scheme": document["scheme"] ?? "",
            "secretFiles": secretFiles, "mapping": document["mapping"] ?? [:],
        ]
        if let header = document["header"] { stated["header"] = header }
        let served = try Daemon(folder, sources: [stated], clock: 0)
        for delivery in document["deliveries"] as? [[String: Any]] ?? [] {
            try served.setClock(delivery["receiverClock"] as? Int ?? 0)
            let headers = (delivery["headers"] as? [String: String] ?? [:]).map {
                ($0.key, $0.value)
            }
            let answer = try served.deliver(
                delivery["path"] as? String ?? "", delivery["body"] as? String ?? "", headers)
            let isAccepted = delivery["accept"] as? Bool ?? false
            #expect(answer.status == (isAccepted ? 200 : 401), "\(answer)")
        }
        try served.settle()
        let listed =
            try served.get("/v1/responses?limit=all").json()["responses"] as? [[String: Any]]
        let gives = document["gives"] as? [[String: Any]] ?? []
        #expect(listed?.count == gives.count)
        for wanted in gives {
            let id = try #require(wanted["id"] as? String)
            let trace = try served.get("/v1/responses/\(source)/\(id)")
            #expect(trace.status == 200, "\(id): \(trace)")
            if let text = wanted["text"] as? String {
                let spelled = String(
                    decoding: try JSONEncoder().encode(text), as: UTF8.self)
                #expect(trace.text.contains(spelled), "\(id): \(text)")
            }
            let row = listed?.first { $0["id"] as? String == id }
            #expect(
                row?["score"] as? Double == (wanted["score"] as? NSNumber)?.doubleValue, "\(id)")
        }
        #expect(served.stop() == 0)
        let verified = try folder.run("npsledger", ["verify"])
        #expect(verified.status == 0, "\(verified.output)")
        // Nothing of an address stands in clear anywhere.
        let files = FileManager.default.enumerator(atPath: folder.path + "/ledger-data")
        while let file = files?.nextObject() as? String {
            let data = FileManager.default.contents(atPath: folder.path + "/ledger-data/" + file)
            #expect(data?.firstRange(of: Data("@mail.example".utf8)) == nil, "\(file)")
        }
    }

    @Test("what cannot be read waits, and is looked into again when the mapping is mended")
    func deadLetters() throws {
        let folder = try ServedFolder()
        func source(_ id: String) -> [String: Any] {
            [
                "name": "tool", "shape": "generic", "scheme": "unsigned", "because": "a test",
                "mapping": ["id": id, "score": "value"],
            ]
        }
        let first = try Daemon(folder, sources: [source("key")], clock: 0)
        for body in [#"{"id":"a","value":3}"#, "no JSON", #"{"key":"b","value":30}"#] {
            let answer = try first.deliver("/v1/hooks/tool", body)
            #expect(answer.status == 200, "\(answer)")
        }
        try first.settle()
        let told = try first.get("/v1/deliveries").json()
        let hooks = try #require(told["hooks"] as? [[String: Any]])
        #expect(hooks[0]["unreadable"] as? Int == 2)
        #expect(hooks[0]["invalid"] as? Int == 1)
        #expect(told["waiting"] as? Int == 2)
        #expect(try first.get("/readyz").json()["unsignedHooks"] as? [String] == ["tool"])
        #expect(first.stop() == 0)
        // Without a service the command line says the same.
        let listed = try folder.run("npsledger", ["deliveries", "--waiting", "--format", "json"])
        #expect(
            listed.output.contains("\"id.missing\"") && listed.output.contains("\"json.invalid\""))

        let second = try Daemon(folder, sources: [source("id")], clock: 0)
        #expect(try second.get("/readyz").json()["deadLetters"] as? Int == 2)
        let replay = try second.post("/v1/deliveries/replay", "")
        #expect(try replay.json()["deliveries"] as? Int == 2)
        try second.settle()
        #expect(try second.get("/v1/deliveries").json()["waiting"] as? Int == 1)
        #expect(try second.get("/readyz").json()["deadLetters"] as? Int == 1)
        #expect(try second.get("/v1/responses/tool/a").status == 200)
        #expect((try second.get("/v1/imports").json()["imports"] as? [[String: Any]])?.count == 2)
        #expect(second.stop() == 0)
        #expect(try folder.run("npsledger", ["verify"]).status == 0)
    }

    private static func formbricks(_ event: String, _ id: String, _ answers: String, day: Int)
        -> String
    {
        """
        {"event":"\(event)","webhookId":"w","data":{"id":"\(id)","surveyId":"s","finished":true, \
        "createdAt":"2026-06-01T10:00:00Z","updatedAt":"2026-06-0\(day)T10:00:00Z", \
        "data":\(answers),"meta":{"test":"\(day == 9)"}}}
        """
    }

    @Test("a deletion holds in whatever order it comes, also for a process that comes later")
    func deletions() throws {
        let folder = try ServedFolder()
        let source: [String: Any] = [
            "name": "fb", "shape": "formbricks", "scheme": "unsigned", "because": "a test",
            "mapping": ["score": "q", "text": "t", "exclude": ["meta.test": "true"]],
        ]
        func responses(_ daemon: Daemon) throws -> Int? {
            try (daemon.get("/v1/nps").json()["total"] as? [String: Any])?["responses"] as? Int
        }
        let first = try Daemon(folder, sources: [source], clock: 0)
        for (event, id, day) in [
            ("responseCreated", "kept", 1), ("responseCreated", "gone", 1),
            ("responseDeleted", "gone", 2), ("responseDeleted", "early", 2),
            ("responseDeleted", "later", 2), ("responseCreated", "early", 1),
            // Told to be a test only after it was counted.
            ("responseCreated", "tested", 1), ("responseUpdated", "tested", 9),
            ("responseCreated", "test", 9),
        ] {
            let answer = try first.deliver(
                "/v1/hooks/fb", Self.formbricks(event, id, #"{"q":9}"#, day: day))
            #expect(answer.status == 200)
            try first.settle()
        }
        #expect(try responses(first) == 1)
        #expect(first.stop() == 0)
        // What came of each is recorded once, whoever looks again.
        let events = try folder.run("npsledger", ["verify", "--format", "json"])
        let second = try Daemon(folder, sources: [source], clock: 0)
        try second.settle()
        #expect(
            try second.deliver(
                "/v1/hooks/fb", Self.formbricks("responseCreated", "later", #"{"q":9}"#, day: 1)
            ).status == 200)
        try second.settle()
        #expect(try responses(second) == 1)
        let trace = try second.get("/v1/responses/fb/tested")
        #expect(trace.text.contains("left out by the mapping: meta.test=true"), "\(trace)")
        #expect(try second.get("/v1/responses/fb/later").text.contains("deleted at the source"))
        #expect(second.stop() == 0)
        #expect(events.status == 0)
        #expect(try folder.run("npsledger", ["verify"]).status == 0)
    }
}
