import Foundation
import Testing

@Suite("The report on two models")
struct ReportTests {
    /// Values that would be markup, end a table, or turn a line around.
    static let hostile = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</table></body>&amp;",
        "a'b\" onmouseover='x", "over\u{202E}ride", "]]><!--", "水 & München",
    ]

    private func ledger(_ here: Workspace, segments: [String]) throws {
        try here.succeed("init", "--origin", "test.example/a&b<c>")
        var rows = "id,score,text,region\n"
        for index in 0..<(segments.count * 60) {
            let words = ["awful rude slow broken", "fine okay average", "lovely great superb"]
            let region = segments[index % segments.count].replacingOccurrences(
                of: "\"", with: "\"\"")
            rows += "r\(index),\([2, 7, 10][(index * 7 / 5) % 3]),\(words[index % 3]) \(index),"
            rows += "\"\(region)\"\n"
        }
        try here.write("a.csv", rows)
        _ = try here.json(
            "import", "a.csv", "--source", "s", "--map", "response_id=id", "--map", "score=score",
            "--map", "text=text", "--map", "segment.region=region", "--at", "2025-05-01")
        _ = try here.json("model", "train", "--seed", "3")
        _ = try here.json("model", "shadow", "2")
    }

    @Test("hostile values stay text, every element closes, and nothing is loaded")
    func hostileValues() throws {
        let here = try Workspace()
        try ledger(here, segments: Self.hostile)
        let command = [
            "model", "compare", "1", "2", "--by", "region", "--html", "report.html", "--flips",
            "all", "--where", "region=\(Self.hostile[0])", "--where", "region=\(Self.hostile[1])",
        ]
        #expect(try here.run(command).status == 0)
        _ = try ReportReader.read(here, "report.html")
        let all = Array(command.prefix(10))
        let outcome = try here.run(all)
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.errors.contains("report in report.html"))
        guard let page = try ReportReader.read(here, "report.html") else { return }
        let texts = Set(page["texts"]?.items.compactMap(\.text) ?? [])
        for value in Self.hostile {
            let shown = value.replacingOccurrences(of: "\u{202E}", with: "\\u{202e}")
            let isThere = texts.contains(shown)
            #expect(isThere, "\(value) is not there as text")
        }
        let source = try here.read("report.html")
        #expect(!source.contains("\u{202E}") && !source.contains("<script"))
        #expect(
            !source.contains("url(") && !source.contains("http:") && !source.contains("@import"))
        // What is printed does not steer the terminal either, nor does a gate's verdict.
        try here.write(
            "shut.json",
            "{\"conditions\": [{\"metric\": \"segmentChange\", \"by\": [\"region\"], \"basis\": "
                + "\"inferred\", \"responsesAtLeast\": 1, \"pointsAtMost\": 0}]}")
        for question in [
            Array(all.prefix(6)) + ["--texts", "--where", "region=\(Self.hostile[4])"],
            ["model", "activate", "2", "--gate", "shut.json", "--dry-run"],
        ] {
            let printed = try here.run(question)
            #expect(printed.status == (question[1] == "compare" ? 0 : 1), "\(printed)")
            let isUnsafe = (printed.output + printed.errors).unicodeScalars.contains {
                ($0.value < 0x20 && $0 != "\n") || $0.value == 0x202E
            }
            #expect(!isUnsafe, "\(question)")
        }
        // The same question gives the same bytes, on standard output too.
        let again = try here.run(Array(all.prefix(6)) + ["--html", "-", "--flips", "all"])
        let isSame = again.output == source
        #expect(isSame)
        #expect(again.errors.isEmpty)
    }

    @Test("the numbers are those of --format json")
    func numbers() throws {
        let here = try Workspace()
        try ledger(here, segments: ["EMEA", "APAC", "AMER"])
        let command = ["model", "compare", "1", "2", "--by", "region", "--flips", "all"]
        let answer = try here.json(command)
        #expect(try here.run(command + ["--html", "report.html"]).status == 0)
        guard let page = try ReportReader.read(here, "report.html") else { return }
        let tables = page["tables"]?.items ?? []
        #expect(tables.count == 3)
        func numbers(_ values: [JSON?]) -> [Double] { values.compactMap { $0?.number } }
        let segments = tables[0].items.dropFirst()
        let rows = (answer["rows"]?.items ?? []) + [answer["total"] ?? .null]
        #expect(segments.count == rows.count)
        for (shown, row) in zip(segments, rows) {
            let sides = ["first", "second"].flatMap { side in
                ["nps", "low", "high"].map { row[side]?[$0] }
            }
            let expected = numbers(
                [row["responses"]] + sides
                    + ["change", "low", "high", "p", "adjustedP"].map { row[$0] })
            #expect(shown["data"]?.items.compactMap(\.number) == expected, "\(shown)")
        }
        let matrix = answer["total"]?["flips"]?["matrix"]?.items.map(\.items) ?? []
        let grid = tables[1].items.dropFirst().map { $0["data"]?.items ?? [] }
        #expect(Array(grid) == matrix)
        let names = ["detractor", "passive", "promoter"]
        let flips = tables[2].items.dropFirst()
        #expect(flips.count == answer["flips"]?.items.count)
        for (shown, flip) in zip(flips, answer["flips"]?.items ?? []) {
            #expect(shown["text"]?.items.first?.text == "\(flip["position"]?.int ?? -1)")
            let shares = numbers(
                ["first", "second"].flatMap { side in names.map { flip[side]?[$0] } })
            #expect(shown["data"]?.items.compactMap(\.number) == shares)
        }
        let texts = (page["texts"]?.items ?? []).compactMap(\.text).joined(separator: " ")
        for value in [answer["asOf"]?["root"], answer["models"]?["second"]?["digest"]] {
            #expect(texts.contains(value?.text ?? "?"))
        }
    }

    @Test("a report replaces another as a whole, through a link, and keeps texts to its owner")
    func files() throws {
        let here = try Workspace()
        try ledger(here, segments: ["EMEA", "APAC"])
        try here.write("old.html", "old")
        try FileManager.default.createSymbolicLink(
            atPath: here.path + "/link.html", withDestinationPath: "old.html")
        let command = ["model", "compare", "1", "2", "--html"]
        #expect(try here.run(command + ["link.html"]).status == 0)
        #expect(try here.read("old.html").hasPrefix("<!doctype html>"))
        let files = FileManager.default
        let link = try files.destinationOfSymbolicLink(atPath: here.path + "/link.html")
        #expect(link == "old.html")
        #expect(try here.run(command + ["/dev/null"]).status == 0)
        #expect(try here.run(command + ["texts.html", "--texts"]).status == 0)
        let mode = try files.attributesOfItem(atPath: here.path + "/texts.html")[.posixPermissions]
        #expect(mode as? Int == 0o600)
        _ = try ReportReader.read(here, "texts.html")
        let left = try files.contentsOfDirectory(atPath: here.path).filter { $0.contains(".new") }
        #expect(left == [])
        #expect(try here.run(command + ["nowhere/x.html"]).status == 73)
        #expect(try here.run(command + ["/dev/full"]).status == 74)
    }
}
