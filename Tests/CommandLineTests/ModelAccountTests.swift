import Foundation
import Testing

@Suite("What the log says of a model, by command")
struct ModelAccountTests {
    @Test("show, card, list and trace say who did what when, and why")
    func story() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 500, seed: 42)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        _ = try here.json("model", "train", "--seed", "7")
        let size = try here.eventCounts().values.reduce(0, +)
        _ = try here.json("model", "shadow", "2")
        try here.succeed("model", "activate", "2", "--reason", "better | on *all* of it")
        let activated = try here.eventCounts().values.reduce(0, +) - 1

        let shown = try here.json("model", "show", "2")
        let life = shown["life"]?.items ?? []
        #expect(life.map { $0["act"]?.text } == ["registered", "shadowing", "activated"])
        #expect(life.last?["reason"]?.text == "better | on *all* of it")
        #expect(life.last?["position"]?.int == activated)
        #expect(shown["training"]?["asOf"]?.int == size - 1 && shown["state"]?.text == "active")
        #expect(shown["program"]?.text?.hasPrefix("npsledger ") == true)
        let table = try here.run("model", "show", "2").output
        #expect(table.contains("“better | on *all* of it”") && table.contains("learnt from"))

        // As it was known before anybody made it count.
        let before = try here.json("model", "show", "2", "--as-of", "\(activated)")
        #expect(before["state"]?.text == "shadowing")
        #expect(before["life"]?.items.count == 2)
        let unknown = try here.run("model", "show", "2", "--as-of", "\(size - 1)")
        #expect(unknown.status == 66 && unknown.errors.contains("as of position"), "\(unknown)")

        let listed = try here.json("model", "list")["models"]?.items ?? []
        #expect(listed[0]["activeFrom"]?.items.first?["until"]?.int == activated)
        #expect(listed[1]["activeFrom"]?.items.first?["until"] == .null)

        let card = try here.run("model", "card", "2").output
        #expect(card.hasPrefix("# Model 2 of "))
        #expect(card.contains(#"better \| on \*all\* of it"#))
        #expect(card.contains("| class | promoter |"))
        // Every line of a table has as many cells as its head.
        for block in card.split(separator: "\n\n") {
            let cells = block.split(separator: "\n").filter { $0.hasPrefix("|") }.map { line in
                line.replacingOccurrences(of: #"\|"#, with: "").count { $0 == "|" }
            }
            #expect(Set(cells).count <= 1, "\(block)")
        }
        try here.succeed("model", "card", "2", "--output", "card.md")
        #expect(try here.read("card.md") == card)
        #expect(try here.run("model", "card", "2", "--format", "json").status == 64)
        let inside = try here.run("model", "card", "2", "--output", "ledger/log/card.md")
        #expect(inside.status == 73, "\(inside)")

        // A response without a score counts by what the model reads; trace says who let it.
        let classified = try here.run("tail", "--from", "0", "--event", "response.recorded").lines
            .map { try JSONDecoder().decode(JSON.self, from: Data($0.utf8)) }
            .first { $0["payload"]?["score"] == nil && $0["payload"]?["text"] != nil }
        let position = try #require(classified?["position"]?.int)
        let counts = try here.json("trace", "\(position)")["counts"]
        #expect(counts?["model"]?.int == 2)
        #expect(counts?["promotion"]?["position"]?.int == activated)
        #expect(counts?["promotion"]?["reason"]?.text == "better | on *all* of it")
        let traced = try here.run("trace", "\(position)").output.onOneLine
        #expect(traced.contains("made to count at position \(activated)"))
        let stated = try here.json("trace", "\(position)", "--basis", "stated")["counts"]
        #expect(stated?["promotion"] == .null)
    }
}
