import Foundation
import JSON
import LedgerOperations
import LedgerQueries
import Logging
import NPSLedger
import SurveyDeliveries
import Synchronization
import Testing

@testable import LedgerServer

/// The service within the test's process, so that its clock can be turned; asked over real sockets.
final class ServedInside: Sendable {
    let address: String
    let token: String
    let service: LedgerService
    private let task: Task<Void, any Error>

    init(
        _ folder: ServedFolder, configuration: ServiceConfiguration,
        clock: @escaping @Sendable () -> Int
    ) async throws {
        let paths = LedgerPaths(directory: folder.path + "/ledger-data")
        let service = try LedgerService(
            paths: paths, tokenFile: folder.path + "/token", configuration: configuration,
            logger: Logger(label: "test") {
                ServiceLogHandler(label: $0, form: .text, level: .critical)
            },
            clock: clock)
        self.service = service
        let (addresses, found) = AsyncStream.makeStream(of: String.self)
        task = Task { try await service.serve(host: "127.0.0.1", port: 0) { found.yield($0) } }
        var iterator = addresses.makeAsyncIterator()
        address = await iterator.next() ?? ""
        token = try String(contentsOfFile: folder.path + "/token", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func stop() async {
        task.cancel()
        _ = try? await task.value
    }

    var authorization: [(String, String)] { [("Authorization", "Bearer \(token)")] }

    func get(_ target: String) throws -> HTTPAnswer {
        try HTTPConnection(address).ask("GET", target, authorization)
    }

    /// Waits until nothing is to be looked into, and the projections have come along.
    func settle() throws {
        for _ in 0..<600 {
            let ready = try get("/readyz").json()
            let deliveries = try get("/v1/deliveries?waiting=true").json()
            let isUnlooked = (deliveries["deliveries"] as? [[String: Any]] ?? [])
                .contains { $0["state"] as? String == "waiting" }
            if !isUnlooked, ready["deliveriesWaiting"] as? Int == 0, ready["lag"] as? Int == 0 {
                return
            }
            Thread.sleep(forTimeInterval: 0.05)
        }
        Issue.record("deliveries are not looked into")
    }
}

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

    private static func configuration(
        _ folder: ServedFolder, _ source: [String: Any]
    ) throws -> ServiceConfiguration {
        let data = try JSONSerialization.data(withJSONObject: ["sources": [source]])
        try data.write(to: URL(fileURLWithPath: folder.path + "/service.json"))
        return try ServiceConfiguration(file: folder.path + "/service.json")
    }

    @Test(
        "what each tool delivers gives the responses that it must, and no others",
        .enabled(if: folder != nil, "the shared deliveries are not here"), arguments: files)
    func shared(name: String) async throws {
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
        let box = ClockBox(clock: 0)
        let served = try await ServedInside(
            folder, configuration: try Self.configuration(folder, stated), clock: { box.now })
        for delivery in document["deliveries"] as? [[String: Any]] ?? [] {
            box.set(delivery["receiverClock"] as? Int ?? 0)
            let headers = (delivery["headers"] as? [String: String] ?? [:]).map {
                ($0.key, $0.value)
            }
            let answer = try HTTPConnection(served.address).ask(
                "POST", delivery["path"] as? String ?? "", headers,
                body: Array((delivery["body"] as? String ?? "").utf8))
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
        await served.stop()
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
    func deadLetters() async throws {
        let folder = try ServedFolder()
        func source(_ id: String) -> [String: Any] {
            [
                "name": "tool", "shape": "generic", "scheme": "unsigned", "because": "a test",
                "mapping": ["id": id, "score": "value"],
            ]
        }
        let first = try await ServedInside(
            folder, configuration: try Self.configuration(folder, source("key")), clock: { 0 })
        for body in [#"{"id":"a","value":3}"#, "no JSON", #"{"key":"b","value":30}"#] {
            let answer = try HTTPConnection(first.address).ask(
                "POST", "/v1/hooks/tool", body: Array(body.utf8))
            #expect(answer.status == 200, "\(answer)")
        }
        try first.settle()
        let told = try first.get("/v1/deliveries").json()
        let hooks = try #require(told["hooks"] as? [[String: Any]])
        #expect(hooks[0]["unreadable"] as? Int == 2)
        #expect(hooks[0]["invalid"] as? Int == 1)
        #expect(told["waiting"] as? Int == 2)
        #expect(try first.get("/readyz").json()["unsignedHooks"] as? [String] == ["tool"])
        await first.stop()
        // Without a service the command line says the same.
        let listed = try folder.run("npsledger", ["deliveries", "--waiting", "--format", "json"])
        #expect(
            listed.output.contains("\"id.missing\"") && listed.output.contains("\"json.invalid\""))

        let second = try await ServedInside(
            folder, configuration: try Self.configuration(folder, source("id")), clock: { 0 })
        let replay = try HTTPConnection(second.address).ask(
            "POST", "/v1/deliveries/replay", second.authorization)
        #expect(try replay.json()["deliveries"] as? Int == 2)
        for _ in 0..<200 where try second.get("/v1/deliveries").json()["waiting"] as? Int != 1 {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(try second.get("/v1/responses/tool/a").status == 200)
        #expect((try second.get("/v1/imports").json()["imports"] as? [[String: Any]])?.count == 2)
        await second.stop()
        #expect(try folder.run("npsledger", ["verify"]).status == 0)
    }
}

/// A clock that a test turns.
final class ClockBox: Sendable {
    private let value: Mutex<Int>
    init(clock: Int) { value = Mutex(clock) }
    var now: Int { value.withLock { $0 } }
    func set(_ now: Int) { value.withLock { $0 = now } }
}
