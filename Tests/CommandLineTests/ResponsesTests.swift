import Foundation
import Testing

@Suite("Which responses made a number, at the command line")
struct ResponsesCommandTests {
    /// The words of a command that a table ends with, as a shell would take them.
    private func shown(_ outcome: Tool.Outcome, _ here: Workspace) throws -> [[String]] {
        let lines = outcome.output.split(separator: "\n").map(String.init)
        let start = try #require(lines.firstIndex { $0.hasPrefix("responses: ") }, "\(outcome)")
        let text = lines[start...].joined(separator: "\n")
            .replacing("responses: ", with: "").replacing("      and: ", with: "")
        try here.write("shown.sh", "npsledger() { printf '%s\\0' \"$@\"; echo; }\n" + text + "\n")
        let printed = try Tool.run(["shown.sh"], program: "/bin/sh", in: here.path)
        #expect(printed.status == 0, "\(printed)")
        return printed.output.split(separator: "\n").map {
            $0.split(separator: "\0").map(String.init)
        }
    }

    /// What a command prints that must succeed.
    @discardableResult
    private func done(_ here: Workspace, _ arguments: [String]) throws -> Tool.Outcome {
        let outcome = try here.run(arguments)
        #expect(outcome.status == 0, "\(outcome)")
        return outcome
    }

    /// Classes of all pages of a listing, by name.
    private func classes(_ here: Workspace, _ arguments: [String]) throws -> [String: Int] {
        let list = try here.json(arguments + ["--limit", "all"])
        #expect(list["next"] == .null)
        #expect(list["listed"]?.int == list["responses"]?.items.count)
        return (list["responses"]?.items ?? []).reduce(into: [:]) {
            $0[$1["class"]?.text ?? "uncounted", default: 0] += 1
        }
    }

    @Test(
        "a table ends with the command that lists its responses, and they make its number",
        arguments: [
            ["nps", "--where", "region=EMEA", "--window", "30d"],
            ["nps", "--by", "region", "--basis", "inferred", "--model", "1"],
            ["nps", "--duplicates", "latest", "--from", "2025-03-01"],
            ["trend", "--every", "month", "--basis", "stated"],
            ["distribution", "--by", "channel", "--where", "plan=free"],
        ])
    func commands(arguments: [String]) throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 400, seed: 17)
        try done(here, ["import", "answers.csv"] + Workspace.mapping)
        let table = try done(here, arguments)
        let command = try #require(try shown(table, here).first)
        #expect(command.first == "responses" && command.contains("--as-of"))
        let basis = arguments[0] == "distribution" ? ["--basis", "stated"] : []
        let asked = arguments.dropFirst().filter { !["--every", "month"].contains($0) }
        let total = try here.json(["nps"] + asked + basis)["total"]
        // What comes later is in no list of an answer that was given before.
        try here.write("late.csv", "id,score\nlate,10\n")
        _ = try here.json(
            "import", "late.csv", "--source", "late", "--map", "response_id=id", "--map",
            "score=score", "--at", "2025-12-30")
        let found = try classes(here, command)
        for (npsClass, key) in [
            ("promoter", "promoters"), ("passive", "passives"), ("detractor", "detractors"),
            ("uncounted", "uncounted"),
        ] {
            #expect(found[npsClass, default: 0] == total?[key]?.int, "\(arguments) \(key)")
        }
        #expect(found.values.reduce(0, +) > 0)
    }

    @Test("a comparison shows a command for each side")
    func sides() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 300, seed: 18)
        try done(here, ["import", "answers.csv"] + Workspace.mapping)
        let sides = ["region=EMEA,channel=web", "region=APAC"]
        let table = try done(
            here, ["compare"] + sides.flatMap { ["--segment", $0] })
        let rows = try here.json(["compare"] + sides.flatMap { ["--segment", $0] })["rows"]?.items
        let row = try #require(rows?.last)
        let commands = try shown(table, here)
        #expect(commands.count == 2)
        for (command, side) in zip(commands, ["first", "second"]) {
            let found = try classes(here, command)
            let counted = found.filter { $0.key != "uncounted" }.values.reduce(0, +)
            #expect(counted == row[side]?["responses"]?.int, "\(row)")
        }
        let spans = ["2025-01-01..2025-06-01", "2025-06-01..2026-01-01"]
        let windows = try done(here, ["compare"] + spans.flatMap { ["--span", $0] })
        #expect(
            try shown(windows, here).map { $0.suffix(4).joined(separator: " ") } == [
                "--from 2025-01-01 --to 2025-06-01", "--from 2025-06-01 --to 2026-01-01",
            ])
    }

    @Test("pages are read one after the other, in every format")
    func pages() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 120, seed: 19)
        try done(here, ["import", "answers.csv"] + Workspace.mapping)
        let all = try done(here, ["responses", "--limit", "all", "--format", "csv"])
        #expect(all.errors.isEmpty)
        let rows = all.output.split(separator: "\r\n").map(String.init)
        #expect(rows.count == 121)
        var (found, after): ([String], [String]) = ([], [])
        repeat {
            let page = try here.json(["responses", "--limit", "50"] + after)
            found += (page["responses"]?.items ?? []).compactMap { $0["id"]?.text }
            after = page["next"]?.text.map { ["--after", $0] } ?? []
        } while !after.isEmpty
        #expect(found == rows.dropFirst().map { String($0.split(separator: ",")[2]) })
        let first = try done(here, ["responses", "--limit", "50"])
        #expect(first.output.contains("50 of 120 listed; all make NPS"))
        let more = try #require(first.lines.first { $0.hasPrefix("More follow: --after ") })
        let end = String(more.dropFirst("More follow: --after ".count))
        let second = try done(here, ["responses", "--limit", "all", "--after", end])
        #expect(second.output.contains("70 of 120 listed"))
        #expect(!second.output.contains("More follow"))
        for wrong in [["--after", "x"], ["--limit", "0"], ["--class", "good"]] {
            #expect(try here.run(["responses"] + wrong).status == 64, "\(wrong)")
        }
        let other = try here.run(["responses", "--after", end, "--as-of", "20"])
        #expect(other.status == 64 && other.errors.contains("page before"), "\(other)")
    }

    @Test("an empty value is refused, and what asks for responses without one is named")
    func emptyValue() throws {
        let here = try Workspace()
        try here.write("a.csv", "id,score,region\na,9,EMEA\nb,3,\n")
        try done(here, ["init", "--origin", "test.example/nps"])
        _ = try here.json(
            "import", "a.csv", "--source", "s", "--map", "response_id=id", "--map", "score=score",
            "--map", "segment.region=region", "--at", "2025-12-30")
        for command in ["nps", "trend", "responses", "distribution"] {
            let refused = try here.run([command, "--where", "region="])
            #expect(refused.status == 64 && refused.output.isEmpty)
            #expect(refused.errors.contains("--without region"), "\(refused)")
        }
        #expect(try here.json("nps", "--without", "region")["total"]?["nps"]?.number == -100)
        let both = try here.json("nps", "--without", "region", "--where", "region=EMEA")
        #expect(both["total"]?["responses"]?.int == 2)
        let none = try here.run(["nps", "--without", "channel"])
        #expect(none.status == 66, "\(none)")
    }
}
