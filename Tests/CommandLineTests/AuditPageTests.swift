import Foundation
import Testing

/// What a page of the audit leaves out, and what it is asked by.
@Suite("Pages of the audit")
struct AuditPageTests {
    /// A ledger with more acts, and more rows in quarantine, than a page holds.
    private func ledger() throws -> Workspace {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        let wrong = (0..<60).map { "w\($0),\(11 + $0),no\n" }.joined()
        try here.write("a.csv", "id,score,text\na,9,fine\nb,3,bad\n" + wrong)
        try here.succeed(
            "import", "a.csv", "--source", "web", "--actor", "ada", "--map", "response_id=id",
            "--map", "score=score", "--map", "text=text", "--at", "2025-05-01")
        for number in 0..<52 {
            try here.succeed(
                "thresholds", "edit", "--passive-from", number.isMultiple(of: 2) ? "6" : "5",
                "--reason", "\(number)", "--actor", "grace")
        }
        return here
    }

    @Test("a page says what it leaves out in each format, and all are had in one")
    func omitted() throws {
        let here = try ledger()
        for (question, list) in [(["audit"], "acts"), (["audit", "--quarantine"], "rows")] {
            let all = try here.json(question + ["--limit", "all"])
            let count = all[list]?.items.count ?? 0
            #expect(count >= 57 && all["omitted"]?.int == 0, "\(question)")
            let page = try here.json(question)
            #expect(page[list]?.items.count == 50, "\(question)")
            #expect(page["omitted"]?.int == count - 50, "\(question)")
            let last = try here.json(question + ["--offset", "50"])
            #expect(last[list]?.items.count == count - 50 && last["omitted"]?.int == 0)
            #expect(last[list]?.items.last == all[list]?.items.last)
            let csv = try here.run(question + ["--format", "csv"])
            #expect(csv.errors.contains("More follow: --offset 50"), "\(csv)")
            #expect(!csv.output.contains("More follow"), "\(csv)")
            let rest = try here.run(question + ["--format", "csv", "--offset", "50"])
            #expect(rest.status == 0 && rest.errors.isEmpty, "\(rest)")
            let whole = try here.run(question + ["--format", "csv", "--limit", "all"])
            let rows = whole.output.split(whereSeparator: \.isNewline)
            #expect(whole.errors.isEmpty && rows.count == count + 1, "\(whole)")
            let table = try here.run(question + ["--limit", "7", "--offset", "1"])
            #expect(table.output.contains("More follow: --offset 8"), "\(table)")
            let beyond = try here.run(question + ["--offset", "\(Int.max)"])
            #expect(beyond.output.contains("begins after the last of \(count) "), "\(beyond)")
        }
        #expect(try here.run("audit", "--limit", "0").status == 64)
    }

    @Test("rows in quarantine are asked for by actor, time and order, and not by event or subject")
    func quarantine() throws {
        let here = try ledger()
        func rows(_ options: String...) throws -> [JSON] {
            try here.json(["audit", "--quarantine", "--limit", "all"] + options)["rows"]?.items
                ?? []
        }
        let all = try rows()
        #expect(all.count == 60)
        #expect(try rows("--actor", "ada") == all)
        #expect(try rows("--actor", "grace") == [])
        #expect(try rows("--order", "newest") == all.reversed())
        let newest = try here.json("audit", "--quarantine", "--order", "newest", "--limit", "2")
        #expect(newest["rows"]?.items == Array(all.reversed().prefix(2)))
        let first = try #require(all.first?["recordedAt"]?.text)
        #expect(try rows("--from", first).count == 60)
        #expect(try rows("--to", first) == [])
        #expect(try rows("--from", "2100-01-01") == [])
        for (options, says) in [
            (["--quarantine", "--event", "thresholds.edited"], "--event"),
            (["--code", "score.out-of-range", "--event", "thresholds.edited"], "--event"),
            (["--quarantine", "--about", "thresholds"], "--about"),
            (["--quarantine", "--each"], "--each"), (["--source", "web"], "--quarantine"),
        ] {
            let refused = try here.run(["audit"] + options)
            #expect(refused.status == 64 && refused.errors.contains(says), "\(refused)")
        }
        #expect(try rows("--source", "web") == all)
    }

    @Test("a filter that matches nothing is told from a ledger that has nothing")
    func nothing() throws {
        let here = try ledger()
        let count = try here.json("audit", "--limit", "all")["acts"]?.items.count ?? 0
        for options in [["--actor", "nobody"], ["--event", "policy.edited"]] {
            let none = try here.run(["audit"] + options)
            #expect(none.output.onOneLine == "No act matches; there are \(count).", "\(none)")
        }
        let rows = try here.run("audit", "--quarantine", "--code", "row.empty")
        #expect(rows.output.onOneLine == "No row matches; there are 60 in quarantine.", "\(rows)")
        #expect(
            try here.run("audit", "--quarantine", "--as-of", "1").output.onOneLine
                == "No rows in quarantine.")
        #expect(try here.run("audit", "--as-of", "0").output.onOneLine == "No acts.")
    }
}
