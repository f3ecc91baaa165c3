import Foundation
import Testing

@Suite("Policies by command")
struct PolicyTests {
    @Test("none is in force until another is set, and every act is on record")
    func life() throws {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        let first = try here.json("policy", "list")["policies"]?.items ?? []
        #expect(first.map { $0["value"]?.text } == ["none", "UTC", "monday", "january"])
        #expect(first.first?["position"] == JSON.null)
        let set = try here.json(
            "policy", "set", "externalModels=redacted", "--reason", "ours", "--actor", "owner")
        let position = try #require(set["policies"]?.items.first?["position"]?.int)
        #expect(set["policies"]?.items.first?["actor"]?.text == "owner")
        let same = try here.run(
            "policy", "set", "externalModels=redacted", "--reason", "again")
        #expect(same.status == 1)
        _ = try here.json("policy", "set", "externalModels=none", "--reason", "over")
        let before = try here.json("policy", "list", "--as-of", "\(position + 1)")
        #expect(before["policies"]?.items.first?["value"]?.text == "redacted")
        #expect(try here.json("policy", "history")["policies"]?.items.count == 2)
        #expect(
            try here.run("policy", "history", "--format", "csv").output
                .hasPrefix("policy,value,position,recordedAt,actor"))
        let traced = try here.run("tail", "--from", "\(position)")
        #expect(traced.output.contains("policy externalModels=redacted") || !traced.lines.isEmpty)
        try here.verify()
    }

    @Test(
        "what is no policy or no value is refused with what there is",
        arguments: ["externalModels", "externalModels=", "externalModels=all", "x=none", "=", ""])
    func wrong(setting: String) throws {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        let outcome = try here.run("policy", "set", setting, "--reason", "no")
        #expect(outcome.status == 64, "\(outcome)")
        #expect(outcome.errors.contains("externalModels=none|redacted|full"))
        #expect(try here.run("policy", "set", "externalModels=full").status == 64)
        let sealed = try here.run("policy", "set", "externalModels=full", "--reason", " ")
        #expect(sealed.status == 1, "\(sealed)")
    }
}
