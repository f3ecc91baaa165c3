import Foundation
import Testing

/// The audit as an auditor reads it.
@Suite("Audit")
struct AuditCommandTests {
    /// A ledger with acts of three kinds by two people, and the position at which each began.
    private func governed() throws -> (here: Workspace, size: Int) {
        let here = try Workspace()
        _ = try here.prepare(responses: 300, seed: 4)
        try here.succeed(
            "import", "answers.csv", "--source", "web", "--mapping", "answers.csv.mapping.json")
        let size = try #require(try here.json("verify", "--log-only")["size"]?.int)
        try here.succeed("review", "request", "--sample", "20", "--actor", "ada")
        try here.succeed(
            "thresholds", "edit", "--passive-from", "6", "--reason", "as they ask", "--actor",
            "grace")
        return (here, size)
    }

    @Test("the newest act comes first, and what was recorded in one go is one act that opens")
    func reading() throws {
        let (here, size) = try governed()
        let table = try here.run("audit").output
        let lines = table.split(separator: "\n").filter { $0.contains("Z by ") }
        #expect(lines.first?.contains("\(size + 20)  thresholds.edited") == true, "\(table)")
        #expect(lines[1].contains("\(size)  review.requested"))
        #expect(table.contains("and 19 more like it, the last at position \(size + 19)"))
        #expect(lines.last?.contains("0  ledger.opened") == true)
        #expect(table.contains("quarantine"))
        let each = try here.run("audit", "--each", "--limit", "500").output
        #expect(each.components(separatedBy: "review.requested").count == 21)
        let oldest = try here.run("audit", "--order", "oldest", "--limit", "1").output
        #expect(oldest.contains("ledger.opened") && oldest.contains("--offset 1"))
        // A page after the other has every act once, whichever end comes first.
        for order in ["newest", "oldest"] {
            let whole = try here.json("audit", "--order", order, "--limit", "500")["acts"]?.items
            let pages = try (0..<5).flatMap { page in
                try here.json(
                    "audit", "--order", order, "--limit", "7", "--offset", "\(7 * page)")["acts"]?
                    .items ?? []
            }
            #expect(pages == whole && (whole?.count ?? 0) > 20, "\(order)")
        }
    }

    @Test("acts are found by event, person, time and what they are about")
    func filters() throws {
        let (here, size) = try governed()
        func positions(_ options: String...) throws -> [Int] {
            try here.json(["audit", "--limit", "500"] + options)["acts"]?.items
                .compactMap { $0["position"]?.int } ?? []
        }
        let requests = Array(size..<size + 20)
        #expect(try positions("--event", "review.requested") == requests)
        #expect(try positions("--actor", "ada") == requests)
        #expect(try positions("--actor", "grace") == [size + 20])
        #expect(
            try positions("--event", "review.requested", "--event", "thresholds.edited")
                == [3] + requests + [size + 20])
        #expect(try positions("--about", "thresholds") == [3, size + 20])
        #expect(try positions("--about", "model=1") == [1, 2])
        #expect(try positions("--about", "source=web") == [4])
        let response = try here.json("audit", "--about", "thresholds")["acts"]?.items.last
        let when = try #require(response?["recordedAt"]?.text)
        #expect(try positions("--from", when) == [size + 20])
        #expect(!(try positions("--to", when)).contains(size + 20))
        let asked = try here.json("audit", "--actor", "ada")["acts"]?.items.first
        let about = try #require(asked?["after"]?["response"]?.int)
        #expect(try positions("--about", "response=\(about)") == [size])
        #expect(!(try here.run("audit", "--actor", "ada").output.contains("quarantine")))
        for wrong in [
            ["--event", "nps"], ["--event", "response.recorded"], ["--about", "model"],
            ["--about", "colour=red"], ["--order", "up"],
        ] {
            let refused = try here.run(["audit"] + wrong)
            #expect(refused.status == 64, "\(wrong): \(refused)")
        }
    }

    @Test("what is sealed says so, and a root that was copied wrongly is told from another history")
    func sealed() throws {
        let (here, size) = try governed()
        let open = try here.json("audit", "--actor", "grace")
        #expect(open["sealedBecause"] == .null)
        #expect(open["acts"]?.items.first?["reason"]?.text == "as they ask")
        let story = try here.json("trace", "10")
        #expect(story["sealedBecause"] == .null && story["answeredAt"]?.text != nil)
        #expect(try here.run("trace", "10").output.contains("answered 20"))
        let root = try #require(try here.json("verify", "--log-only")["root"]?.text)
        let digit = root.hasPrefix("0") ? "1" : "0"
        for (noted, says) in [
            (digit + root.dropFirst(), "copied wrongly"),
            (String(root.reversed()), "not the history"),
        ] {
            let outcome = try here.run(
                "verify", "--log-only", "--continues", "\(size + 21):\(noted)")
            #expect(outcome.status == 1 && outcome.output.contains(says), "\(outcome)")
        }
        try FileManager.default.removeItem(atPath: here.path + "/ledger.key")
        for question in [["audit"], ["audit", "--quarantine"], ["trace", "10"]] {
            let answer = try here.json(question)
            #expect(answer["sealedBecause"]?.text?.contains("master key") == true, "\(question)")
        }
    }
}
