import Foundation
import Testing

@Suite("Reviews in spreadsheets", .serialized)
struct ReviewSheetTests {
    private static let hostile = [
        "=HYPERLINK(\"http://x\",\"y\")", "+1+1", "-2", "@SUM(A1)", "'=already", "''", "a,b;c\td",
        "two\nlines \"quoted\"", "＝１", "''=twice", "'-2", "--5", "plain", "\u{FEFF}mark",
        "ends with \\",
    ]

    private func prepared() throws -> Workspace {
        let here = try Workspace()
        let rows = Self.hostile.enumerated().map { index, text in
            "r\(index),,\"" + text.replacingOccurrences(of: "\"", with: "\"\"")
                + "\",2025-01-01,\"=1+\(index)\"\n"
        }
        try here.write("a.csv", "id,score,text,at,region\n" + rows.joined())
        try here.succeed("init", "--origin", "test.example/nps")
        try here.succeed(
            "import", "a.csv", "--source", "web", "--map", "response_id=id", "--map", "text=text",
            "--map", "at=at", "--map", "segment.region=region")
        try here.succeed("review", "request", "--sample", "100")
        return here
    }

    /// Fills a sheet in as a spreadsheet would: Python reads and writes it.
    private func fill(_ here: Workspace, _ change: String, delimiter: String = ",") throws {
        let script = """
            import csv, sys
            rows = list(csv.reader(open('out.csv', newline='', encoding='utf-8-sig')))
            head, rows = rows[0], [dict(zip(rows[0], row)) for row in rows[1:]]
            for index, row in enumerate(rows):
            \(change.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"))
            out = csv.writer(open('in.csv', 'w', newline='', encoding='utf-8'), delimiter='\(delimiter)')
            out.writerow(head)
            for row in rows: out.writerow([row[name] for name in head])
            """
        let python = try #require(Workspace.python)
        let run = try Tool.run(["-c", script], program: python, in: here.path)
        #expect(run.status == 0, "\(run)")
    }

    private func decided(_ here: Workspace) throws -> Int {
        try here.eventCounts()["review.decided"] ?? 0
    }

    @Test("no field is a formula, and every one comes back as it was", arguments: [",", ";"])
    func roundTrip(delimiter: String) throws {
        let here = try prepared()
        #expect(
            try here.json("review", "export", "--output", "out.csv")["texts"]?.int
                == Self.hostile.count)
        let mode = try FileManager.default.attributesOfItem(atPath: here.path + "/out.csv")
        #expect(mode[.posixPermissions] as? Int == 0o600)
        try fill(
            here,
            """
            dangerous = ('=', '+', '-', '@', '\\t', '\\r')
            assert not any(v[:1] in dangerous and v != '-2' for v in row.values()), row
            row['class'] = ['detractor', 'Passive', 'promoter'][index % 3]
            row['rationale'] = row['text']
            row['intents'] = ['', 'none', 'praise; question'][index % 3]
            row['sentiment'] = ['', 'neutral'][index % 2]
            """, delimiter: delimiter)
        let dry = try here.json("review", "import", "in.csv", "--dry-run")
        #expect(dry["recorded"]?.int == Self.hostile.count)
        #expect(try decided(here) == 0)
        let report = try here.json("review", "import", "in.csv")
        #expect(report["recorded"]?.int == Self.hostile.count)
        for (index, text) in Self.hostile.enumerated() {
            let shown = try here.json("review", "show", "r\(index)")
            let decision = shown["decisions"]?.items.first
            #expect(shown["text"] == shown["decisions"]?.items.first?["rationale"], "\(text)")
            #expect(
                decision?["class"]?.text == ["detractor", "passive", "promoter"][index % 3])
        }
        let again = try here.json("review", "import", "in.csv")
        #expect(again["recorded"]?.int == 0)
        #expect(again["unchanged"]?.int == Self.hostile.count)
        #expect(try decided(here) == Self.hostile.count)
        // What may have been filled in is not written over.
        let refused = try here.run("review", "export", "--output", "out.csv")
        #expect(refused.status == 73 && refused.errors.contains("may hold decisions"), "\(refused)")
        #expect(try here.json("review", "export", "--output", "none.csv")["texts"]?.int == 0)
        try here.verify()
    }

    @Test("each wrong row is told with its line, and nothing is recorded")
    func errors() throws {
        let here = try prepared()
        try here.succeed("review", "export", "--output", "out.csv")
        try fill(
            here,
            """
            row['text'] = 'x'
            row['class'] = 'promoter'
            if index == 1: row['class'] = 'great'
            if index == 2: row['response'] = '999999'
            if index == 3: row['response'] = 'r3'
            if index == 4: row['text_event'] = '0'
            if index == 5: row['sentiment'] = 'sad'
            if index == 6: row['intents'] = 'praise, sale'
            if index == 7: row['class'], row['rationale'] = '', 'why'
            if index == 8: row['response'] = rows[0]['response']
            if index == 9: row['class'] = ''
            """)
        let refused = try here.run("review", "import", "in.csv")
        #expect(refused.status == 65)
        for line in 3...10 { #expect(refused.errors.contains("line \(line): "), "\(refused)") }
        for line in [2, 11, 12] { #expect(!refused.errors.contains("line \(line): ")) }
        #expect(try decided(here) == 0)
        #expect(try here.run("review", "import", "nowhere.csv").status == 66)
        try here.write("in.csv", "a,b\n1,2\n")
        #expect(try here.run("review", "import", "in.csv").status == 65)
        #expect(try here.run("review", "export", "--output", "ledger/x.csv").status == 73)
    }
}
