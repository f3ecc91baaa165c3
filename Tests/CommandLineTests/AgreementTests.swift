import Foundation
import Testing

/// How far two people agree: kappa, what keeps its meaning beside it, who said what, and who leans.
@Suite("Agreement of reviewers by command")
struct ReviewerAgreementTests {
    /// A ledger in which both reviewers have decided on every text, each by a sheet.
    private func reviewed(
        by first: @escaping (Int) -> String, and second: @escaping (Int) -> String, texts: Int
    ) throws -> Workspace {
        let here = try Workspace()
        let rows = (0..<texts).map { "r\($0),text number \($0) good and bad,2025-01-01\n" }
        try here.write("a.csv", "id,text,at\n" + rows.joined())
        try here.succeed("init", "--origin", "test.example/nps")
        _ = try here.json(
            "import", "a.csv", "--source", "web", "--map", "response_id=id", "--map", "text=text",
            "--map", "at=at")
        _ = try here.json(
            "review", "request", "--sample", "\(texts)", "--seed", "1", "--blind-share", "100")
        for (person, decides) in [("ann", first), ("bob", second)] {
            _ = try here.json("review", "export", "--output", "\(person).csv", "--actor", person)
            try fill(here, "\(person).csv", decides)
            let taken = try here.json("review", "import", "\(person).csv", "--actor", person)
            #expect(taken["recorded"]?.int == texts)
        }
        return here
    }

    /// Fills the classes in, by the number in each text.
    private func fill(
        _ here: Workspace, _ name: String, _ decides: (Int) -> String
    ) throws {
        var lines = try here.read(name).split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let place = try #require(lines[0].firstIndex(of: "class"))
        for index in lines.indices.dropFirst() {
            let number = lines[index].lazy.compactMap { $0.firstMatch(of: /text number (\d+)/) }
                .first.flatMap { Int($0.output.1) }
            lines[index][place] = decides(try #require(number))
        }
        try here.write(name, lines.map { $0.joined(separator: ",") }.joined(separator: "\r\n"))
    }

    /// Kappa is (0.9 − 1409/1600)/(191/1600); AC1 is by irrCAC 0.4.4.
    @Test("where nearly all is of one class kappa falls and AC1 does not, and that is said")
    func common() throws {
        let here = try reviewed(
            by: { $0 < 37 ? "promoter" : $0 < 39 ? "passive" : "detractor" },
            and: { [36: "passive", 38: "detractor"][$0] ?? "promoter" }, texts: 40)
        let answer = try here.json("review", "agreement")
        let pair = try #require(answer["pairs"]?.items.first)
        #expect(pair["texts"]?.int == 40)
        #expect(
            pair["matrix"]?.items.map { $0.items.map(\.int) } == [
                [0, 0, 1], [1, 0, 1], [0, 1, 36],
            ])
        #expect(pair["agreement"]?.number == 0.9)
        #expect(abs((pair["kappa"]?.number ?? 1) - 31.0 / 191) < 1e-9)
        #expect(abs((pair["ac1"]?.number ?? 0) - 0.893670044858) < 1e-9)
        #expect(abs((pair["ac1Low"]?.number ?? 0) - 0.78549311) < 1e-6)
        #expect(pair["remark"]?["code"]?.text == "commonClass")
        let table = try here.run("review", "agreement").output.onOneLine
        #expect(table.contains("AC1") && table.contains("ann ↓ bob →"), "\(table)")
        #expect(table.contains("kappa says little"), "\(table)")
        let csv = try here.run("review", "agreement", "--format", "csv").output
        #expect(csv.contains("\r\nac1,ann / bob,40,0."), "\(csv)")
    }

    @Test("one who scores higher is shown, and one class throughout gives no kappa and a reason")
    func leaning() throws {
        let classes = ["detractor", "passive", "promoter"]
        let leans = try reviewed(
            by: { classes[$0 % 2] }, and: { classes[$0 % 2 + ($0 % 3 == 0 ? 0 : 1)] }, texts: 30)
        let answer = try leans.json("review", "agreement")
        let pair = try #require(answer["pairs"]?.items.first)
        // Twenty of thirty are a class higher.
        #expect(abs((pair["leaning"]?.number ?? 0) - 2000.0 / 30) < 0.001)
        #expect(pair["leaningLow"]?.number ?? 0 > 30)
        #expect(pair["leaningP"]?.number ?? 1 < 1e-4)
        let reviewers = answer["reviewers"]?.items ?? []
        #expect(reviewers.compactMap { $0["reviewer"]?.text } == ["ann", "bob"])
        #expect(reviewers.map { ($0["leaning"]?.number ?? 0) > 0 } == [false, true])
        #expect(reviewers.allSatisfy { $0["adjustedP"]?.number ?? 1 < 0.01 })
        #expect(pair["remark"] == .null)

        let one = try reviewed(by: { _ in "passive" }, and: { _ in "passive" }, texts: 5)
        let same = try #require(try one.json("review", "agreement")["pairs"]?.items.first)
        #expect(same["kappa"] == .null)
        #expect(same["ac1"]?.number == 1)
        #expect(same["remark"]?["code"]?.text == "oneClass")
        #expect(
            try one.run("review", "agreement").output.onOneLine.contains(
                "no kappa: both decided passive"))
    }
}
