import Foundation
import Testing

@Suite("Sweep: an export against the ledger")
struct SweepTests {
    private static let mapping = [
        "--source", "web", "--map", "response_id=id", "--map", "score=score", "--map", "text=text",
        "--map", "updated_at=updated",
    ]

    @Test("what the ledger lacks, and what the source has changed since, is named")
    func missing() throws {
        let here = try Workspace()
        _ = try here.run(["init", "--origin", "test.example/nps"])
        try here.write(
            "some.csv", "id,score,text,updated\na,9,,2025-01-01\nb,3,slow,2025-01-01\nc,7,,\n")
        try here.write(
            "all.csv",
            "id,score,text,updated\na,9,,2025-01-01\nb,4,slow,2025-02-01\nc,7,,\nd,10,,\ne,x,,\n"
                + "f,,good,2025-01-01\n")
        _ = try here.run(["import", "some.csv"] + Self.mapping)
        let size = try here.json(["verify"])["log"]?["entries"]?.int

        let answer = try here.run(["sweep", "all.csv"] + Self.mapping + ["--format", "json"])
        #expect(answer.status == 1)
        let found = try JSONDecoder().decode(JSON.self, from: Data(answer.output.utf8))
        #expect(found["rows"]?.int == 6)
        #expect(found["present"]?.int == 2)
        #expect(found["missing"]?.int == 2)
        #expect(found["behind"]?.int == 1)
        #expect(found["rejected"]?.int == 1)
        #expect(found["responses"]?.items.map { $0["id"]?.text } == ["d", "f", "b"])
        #expect(
            found["responses"]?.items.map { $0["state"]?.text } == ["missing", "missing", "behind"])
        #expect(found["responses"]?.items.map { $0["line"]?.int } == [5, 7, 3])
        let one = try here.run(["sweep", "all.csv", "--limit", "1"] + Self.mapping)
        #expect(one.status == 1)
        #expect(one.output.contains("2 missing from the ledger, 1 changed at the source since"))
        #expect(one.output.contains("and 1 more"))

        // Nothing was recorded; once it is, nothing is missing.
        #expect(try here.json(["verify"])["log"]?["entries"]?.int == size)
        _ = try here.run(["import", "all.csv"] + Self.mapping)
        let complete = try here.run(["sweep", "all.csv"] + Self.mapping)
        #expect(complete.status == 0, "\(complete)")
        #expect(complete.output.contains("1 not readable"))
        let whole = try here.run(["sweep", "some.csv"] + Self.mapping)
        #expect(whole.output.contains("3 responses, all of them in the ledger"))
    }

    @Test("an export without ids, and one that is not there, are told as such")
    func refused() throws {
        let here = try Workspace()
        _ = try here.run(["init", "--origin", "test.example/nps"])
        try here.write("some.csv", "id,score\na,9\n")
        let nameless = try here.run(
            ["sweep", "some.csv", "--source", "web", "--map", "score=score"])
        #expect(nameless.status == 64)
        #expect(nameless.description.contains("map the id"))
        #expect(try here.run(["sweep", "none.csv"] + Self.mapping).status == 66)
    }
}
