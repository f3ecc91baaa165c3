import DeliverySignatures
import Foundation
import JSON
import Testing

@Suite("Signatures of deliveries")
struct SignatureTests {
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
        "static-header.satismeter", "surveymonkey", "typeform",
    ]

    private static func document(_ name: String) throws -> JSONTree {
        let url = URL(fileURLWithPath: (folder ?? "") + "/\(name).json")
        return try JSONTree(parsing: Array(try Data(contentsOf: url)))
    }

    private static func delivery(_ tree: JSONTree) throws -> SignedDelivery {
        guard case .object(let headers)? = tree["headers"]?.value else {
            throw CocoaError(.coderReadCorrupt)
        }
        return SignedDelivery(
            method: tree["method"]?.text ?? "POST",
            target: tree["path"]?.text ?? "/v1/hooks/hubspot",
            headers: headers.map { ($0.name, $0.value.text ?? "") },
            body: Array((tree["body"]?.text ?? "").utf8))
    }

    @Test(
        "what a tool has signed is accepted, and nothing else",
        .enabled(if: folder != nil, "the shared deliveries are not here"), arguments: files)
    func shared(name: String) throws {
        let document = try Self.document(name)
        let scheme = try #require(SignatureScheme.named(document["scheme"]?.text ?? ""))
        let verifier = try SignatureVerifier(
            scheme, header: document["header"]?.text,
            secrets: (document["secrets"]?.items ?? []).compactMap(\.text))
        var accepted = 0
        for tree in document["deliveries"]?.items ?? [] {
            let delivery = try Self.delivery(tree)
            let clock = try #require(Int(tree["receiverClock"]?.text ?? ""))
            if case .boolean(true)? = tree["accept"]?.value {
                _ = try verifier.verify(delivery, now: clock)
                accepted += 1
                try Self.expectNothingElse(delivery, clock, verifier)
            } else {
                #expect(throws: SignatureRefusal.self, "\(tree["why"]?.text ?? "")") {
                    try verifier.verify(delivery, now: clock)
                }
            }
        }
        #expect(accepted > 0)
    }

    @Test(
        "the codes of other senders are accepted",
        .enabled(if: folder != nil, "the shared deliveries are not here"))
    func schemes() throws {
        for tree in try Self.document("signature-schemes").items {
            let name = try #require(tree["scheme"]?.text)
            let verifier = try SignatureVerifier(
                try #require(SignatureScheme.named(name)), secrets: [tree["secret"]?.text ?? ""],
                publicAddress: "https://nps.example/")
            let clock = try #require(Int(tree["receiverClock"]?.text ?? ""))
            let delivery = try Self.delivery(tree)
            _ = try verifier.verify(delivery, now: clock)
            try Self.expectNothingElse(delivery, clock, verifier)
        }
    }

    /// No change of a byte of the body, and none of a header that is looked at, is accepted.
    private static func expectNothingElse(
        _ delivery: SignedDelivery, _ clock: Int, _ verifier: SignatureVerifier
    ) throws {
        let isStatic = delivery.headers.contains { ["X-Token", "X-Api-Key"].contains($0.name) }
        for index in delivery.body.indices where !isStatic {
            var changed = delivery
            changed.body[index] ^= 1
            #expect(throws: SignatureRefusal.self) { try verifier.verify(changed, now: clock) }
        }
        for (index, header) in delivery.headers.enumerated() {
            guard header.name != "Content-Type", header.name != "Sm-Apikey" else { continue }
            var without = delivery
            without.headers.remove(at: index)
            #expect(throws: SignatureRefusal.self) { try verifier.verify(without, now: clock) }
            var twice = delivery
            twice.headers.append(header)
            #expect(throws: SignatureRefusal.self) { try verifier.verify(twice, now: clock) }
            for place in header.value.indices {
                var changed = delivery
                let other: Character = header.value[place] == "7" ? "8" : "7"
                changed.headers[index].value.replaceSubrange(place...place, with: String(other))
                // The last sign of base64 has bits that stand for nothing.
                let isLast = header.value[place...].count <= 2
                #expect(
                    isLast || (try? verifier.verify(changed, now: clock)) == nil,
                    "\(header.name) \(header.value[place...])")
            }
        }
    }

    /// Made with Python's hmac: base64 of HMAC-SHA256("hub-secret", method, address, body, time).
    @Test("an address of HubSpot is signed with twelve characters in place of their escapes")
    func hubSpot() throws {
        let verifier = try SignatureVerifier(
            try #require(SignatureScheme.named("hubspot-v3")), secrets: ["hub-secret"],
            publicAddress: "https://nps.example")
        var delivery = SignedDelivery(
            method: "POST",
            target: "/v1/hooks/hub?a=%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B%3a%26%25&b=%e4",
            headers: [
                ("X-HubSpot-Request-Timestamp", "1781000000000"),
                ("X-HubSpot-Signature-v3", "g5hW9FXY6lEBIoFWbo/719qsciJenLbO0NnuTH6CO4w="),
            ], body: Array("{}".utf8))
        _ = try verifier.verify(delivery, now: 1_781_000_000)
        delivery.target = delivery.target.replacing("%26", with: "&")
        #expect(throws: SignatureRefusal.self) {
            try verifier.verify(delivery, now: 1_781_000_000)
        }
    }

    @Test("no header makes the body be looked at more than sixteen times")
    func manyCodes() throws {
        let verifier = try SignatureVerifier(
            try #require(SignatureScheme.named("standard-webhooks")),
            secrets: ["whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"])
        func verify(_ codes: Int, id: String = "msg_1") throws {
            let others = String(
                repeating: "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= ", count: codes - 1)
            _ = try verifier.verify(
                SignedDelivery(
                    method: "POST", target: "/",
                    headers: [
                        ("webhook-id", id), ("webhook-timestamp", "1781000000"),
                        ("webhook-signature", others + "v1," + Self.code),
                    ], body: Array("{}".utf8)), now: 1_781_000_000)
        }
        try verify(16)
        #expect(throws: SignatureRefusal.self) { try verify(17) }
        #expect(throws: SignatureRefusal.self) {
            try verify(1, id: String(repeating: "x", count: 257))
        }
    }

    @Test(
        "a secret that cannot be one is refused when it is set up",
        arguments: ["only-an-id", "&secret", "id&", "a&b&c", ""])
    func pairs(secret: String) throws {
        let scheme = try #require(SignatureScheme.named("surveymonkey"))
        #expect(throws: SignatureSetupError.self) {
            try SignatureVerifier(scheme, secrets: [secret])
        }
        _ = try SignatureVerifier(scheme, secrets: ["id&secret"])
    }

    /// Made with Python's hmac: base64 of HMAC-SHA256(key = bytes 0…23, "msg_1.1781000000.{}").
    private static let code = "ZYiN9uFOxOE7iaZYI2GmMCeK00xuL17pofD3HgRHfEc="

    @Test("a delivery is believed as long as its time is near, to the second")
    func times() throws {
        let verifier = try SignatureVerifier(
            try #require(SignatureScheme.named("standard-webhooks")),
            secrets: ["whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"])
        let delivery = SignedDelivery(
            method: "POST", target: "/",
            headers: [
                ("Webhook-Id", "msg_1"), ("WEBHOOK-TIMESTAMP", "1781000000"),
                ("webhook-signature", "v2,AAAA v1,\(Self.code)"),
            ], body: Array("{}".utf8))
        for offset in [-300, 0, 300] {
            let proof = try verifier.verify(delivery, now: 1_781_000_000 + offset)
            #expect(proof.identifier == "msg_1")
        }
        for offset in [-301, 301] {
            let refusal = #expect(throws: SignatureRefusal.self) {
                try verifier.verify(delivery, now: 1_781_000_000 + offset)
            }
            #expect(refusal?.code == "timestamp.outside")
        }
    }

    @Test("a source that cannot be verified is refused when it is set up")
    func setup() throws {
        let standard = try #require(SignatureScheme.named("standard-webhooks"))
        for secrets in [[], [""], ["whsec_?"]] as [[String]] {
            #expect(throws: SignatureSetupError.self) {
                try SignatureVerifier(standard, secrets: secrets)
            }
        }
        let hubSpot = try #require(SignatureScheme.named("hubspot-v3"))
        #expect(throws: SignatureSetupError.self) {
            try SignatureVerifier(hubSpot, secrets: ["s"])
        }
        let own = try #require(SignatureScheme.named("static-header"))
        #expect(throws: SignatureSetupError.self) { try SignatureVerifier(own, secrets: ["s"]) }
        #expect(SignatureScheme.named("unsigned") == nil)
        #expect(Set(SignatureScheme.all.map(\.name)).count == SignatureScheme.all.count)
    }
}

extension JSONTree {
    fileprivate subscript(name: String) -> JSONTree? {
        guard case .object(let members) = value else { return nil }
        return members.first { $0.name == name }?.value
    }

    fileprivate var text: String? {
        switch value {
        case .string(let text), .number(let text): text
        default: nil
        }
    }

    fileprivate var items: [JSONTree] { if case .array(let items) = value { items } else { [] } }
}
