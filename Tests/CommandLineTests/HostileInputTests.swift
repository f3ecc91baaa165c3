import Foundation
import Testing

@Suite("Hostile input")
struct HostileInputTests {
    static let map = [
        "--map", "response_id=id", "--map", "score=score", "--map", "text=text", "--map",
        "segment.region=region", "--at", "2025-05-01",
    ]

    private func ledger() throws -> Workspace {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        return here
    }

    private func take(_ here: Workspace, _ source: String, _ name: String) throws -> JSON {
        try here.json(["import", name, "--source", source] + Self.map)
    }

    @Test("the same file again leaves hardly a key in the vault")
    func keysOfCopies() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 200, seed: 5)
        func keys() throws -> Int {
            _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
            let said = try here.run("verify").output
            let found = try #require(said.firstMatch(of: /([0-9,]+) keys open/)?.output.1)
            return try #require(Int(found.replacing(",", with: "")))
        }
        let first = try keys()
        let again = try keys()
        #expect(again - first < 10, "\(first), then \(again)")
    }

    @Test("what is no key is told as such, and helping commands name the ledger that was named")
    func junkKeyAndNamedLedger() throws {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps", "--ledger", "named")
        try here.write("junk", "not a key")
        let junk = try here.run(
            ["audit", "--ledger", "named", "--sealed"], environment: ["NPSLEDGER_KEY_FILE": "junk"])
        #expect(!junk.errors.contains("opens every text"), "\(junk)")
        try here.write("rows.csv", "id,comment\n1,good service\n")
        try here.succeed(
            "import", "rows.csv", "--ledger", "named", "--source", "s", "--map",
            "response_id=id", "--map", "text=comment", "--no-classify")
        let nps = try here.run("nps", "--ledger", "named")
        let words = nps.output.onOneLine
        #expect(words.contains("`npsledger classify --ledger named` has it"), "\(nps)")
        #expect(
            try here.run("nps", "--ledger", "named", "--from", "2090-01-01").output
                .contains("no responses"))
    }

    @Test("a line far beyond the limit is one rejected row, and memory stays small")
    func longLine() throws {
        let here = try ledger()
        let bytes = Workspace.isHeavy ? 100_000_000 : 9_000_000
        var file = [UInt8]("id,score,text,region\na,9,fine,EU\nb,8,".utf8)
        file += [UInt8](repeating: UInt8(ascii: "x"), count: bytes)
        file += [UInt8](",EU\nc,7,fine,EU\n".utf8)
        try here.write("long.csv", file)
        let report = try take(here, "s", "long.csv")
        #expect(report["recorded"]?.int == 2)
        #expect(report["reasons"] == .object(["row.too-long": .number(1)]))
        let row = try here.json("audit", "--quarantine")["rows"]?.items.first
        #expect(row?["row"]?.int == 2)
        #expect((row?["sourceRow"]?.text?.utf8.count ?? 0) < 5_000)
        try here.verify()
    }

    @Test("damaged text: what can be read is in, what cannot is in quarantine")
    func encodings() throws {
        let here = try ledger()
        try here.write(
            "mixed.csv",
            [UInt8]("id,score,text,region\na,9,caf".utf8) + [0xE9] + [UInt8](",EU\nb,9,".utf8)
                + [0xFF, 0xFE, 0x00] + [UInt8]("x,EU\nc,8,café,EU\nd,7,a".utf8) + [0]
                + [UInt8]("b,EU\n".utf8))
        let mixed = try take(here, "mixed", "mixed.csv")
        #expect(mixed["recorded"]?.int == 2)
        #expect(mixed["reasons"] == .object(["encoding.nul": .number(2)]))
        let strict = try here.json(
            ["import", "mixed.csv", "--source", "strict", "--encoding", "utf8"] + Self.map)
        #expect(
            strict["reasons"]
                == .object(["encoding.invalid": .number(1), "encoding.nul": .number(2)]))
        let long = String(repeating: "i", count: 300)
        try here.write(
            "limits.csv", "id,score,text,region\n\(long),9,a,EU\nok,9,a,\(long)\nragged\n,5,a,EU\n")
        let limits = try take(here, "limits", "limits.csv")
        #expect(limits["recorded"]?.int == 0)
        #expect(limits["rejected"]?.int == 4)
        #expect(limits["reasons"]?["id.too-long"]?.int == 1)
        #expect(limits["reasons"]?["segment.too-long"]?.int == 1)
        #expect(limits["reasons"]?["id.missing"]?.int == 1)
        try here.write("header.csv", "id,score,text,region\n")
        #expect(try take(here, "header", "header.csv")["read"]?.int == 0)
        try here.verify()
    }

    @Test("a torn gzip file gives what stood before the tear, and goes on when it is whole")
    func tornGzip() throws {
        let here = try Workspace()
        let truth = try here.prepare(responses: 800, seed: 3)
        let gzip = try Tool.run(["-k", "answers.csv"], program: "/bin/gzip", in: here.path)
        #expect(gzip.status == 0)
        let whole = try Data(contentsOf: URL(fileURLWithPath: here.path + "/answers.csv.gz"))
        try here.write("answers.csv.gz", [UInt8](whole.prefix(whole.count * 2 / 3)))
        let torn = try here.run(["import", "answers.csv.gz"] + Workspace.mapping)
        #expect(torn.status == 65, "\(torn)")
        #expect(torn.errors.contains("answers.csv.gz"))
        let before = try here.eventCounts()["response.recorded"] ?? 0
        #expect(before > 100)
        try here.verify()
        try here.write("answers.csv.gz", [UInt8](whole))
        let report = try here.json(["import", "answers.csv.gz"] + Workspace.mapping)
        let expected = truth["expected"]?["recorded"]?.int
        #expect((report["recorded"]?.int ?? 0) + before == expected)
        #expect(try here.json("nps")["total"]?["responses"]?.int == expected)
        try here.verify()
    }

    /// Values that would steer a terminal, and what of them may be seen.
    private static let steering = [
        "EM\u{1B}[31mEA", "\u{9B}31mC1", "title\u{1B}]0;owned\u{7}", "back\u{8}\u{8}space",
        "over\u{202E}ride", "del\u{7F}ete",
    ]

    @Test("what steers a terminal is shown and not sent")
    func escapes() throws {
        let here = try ledger()
        var file = "id,score,text,region\n"
        for (index, value) in Self.steering.enumerated() {
            file += "\(value),\(index),said \(value) loud,\(value)\n"
            file += "bad\(index)\(value),nine\(value),\(value),\(value)\n"
        }
        try here.write("evil.csv", file)
        // A source that could not be shown as it is would stand in the log for ever.
        let evil = "so\u{1B}[5murce"
        let command = ["import", "evil.csv", "--source", evil] + Self.map
        #expect(try here.run(command).status == 64)
        let source = "source"
        let report = try take(here, source, "evil.csv")
        #expect(report["recorded"]?.int == Self.steering.count)
        #expect(report["rejected"]?.int == Self.steering.count)
        // In a pipe CSV is data, byte for byte.
        let csv = try here.run("nps", "--by", "region", "--format", "csv")
        for value in Self.steering { #expect(csv.output.contains(value)) }
        var questions = [
            ["nps", "--by", "region"], ["trend", "--by", "region"], ["compare", "--by", "region"],
            ["audit"], ["audit", "--quarantine"], ["audit", "--code", "score.not-a-number"],
            ["tail", "--from", "0"], ["nps", "--by", "reg\u{1B}[31mion"],
            command, ["nps", "--where", "region=\u{1B}[31m"],
            ["nps", "--basis", "\u{1B}[31mstated"], ["\u{1B}[31mnps"],
            ["tail", "--event", "\u{1B}[31mmodel"], ["trace", "\u{1B}[31mnobody"],
            ["import", "no\u{1B}[31mfile", "--source", "x"] + Self.map,
            ["import", "evil.csv", "--source", source, "--exclude", "region=EM\u{1B}[31mEA"]
                + Self.map,
            ["thresholds", "edit", "--passive-from", "6", "--reason", "be\u{7}cause\u{1B}[31m"],
        ]
        questions += Self.steering.map { ["trace", $0] }
        questions += [["trace", Self.steering[0], "--format", "json"], ["audit"]]
        for question in questions + [["nps", "--by", "region", "--format", "json"]] {
            let outcome = try here.run(question)
            for text in [outcome.output, outcome.errors] {
                let unsafe = text.unicodeScalars.filter {
                    ($0.value < 0x20 && $0 != "\n") || (0x7F...0x9F).contains($0.value)
                        || $0.value == 0x202E
                }
                #expect(unsafe.isEmpty, "\(question): \(unsafe.map(\.value))")
            }
        }
    }

    @Test("formulas are made harmless, and kept as they are on request")
    func formulas() throws {
        let here = try ledger()
        let formulas = ["=cmd|'/c calc'!A1", "@SUM(1+1)", "+1+cmd", "-2+3|x"]
        var file = "id,score,text,region\n"
        for (index, formula) in formulas.enumerated() { file += "r\(index),9,t,\(formula)\n" }
        try here.write("formulas.csv", file)
        _ = try take(here, "s", "formulas.csv")
        let question = ["nps", "--by", "region", "--format", "csv"]
        let plain = try here.run(question + ["--no-guard-formulas"])
        let guarded = try here.run(question)
        #expect(try here.run(question + ["--guard-formulas"]).output == guarded.output)
        for formula in formulas {
            #expect(plain.output.contains("\n" + formula), "\(plain)")
            #expect(guarded.output.contains("\n'" + formula), "\(guarded)")
            #expect(!guarded.output.contains("\n" + formula))
        }
        // Numbers stay numbers.
        #expect(guarded.output.contains(",100,"))
        #expect(guarded.output.contains(",-48.4986,"))
    }

    @Test("reading from a pipe, and the same rows as JSON Lines")
    func pipe() throws {
        let here = try ledger()
        try here.write("rows.csv", "id,score,text,region\na,9,fine,EU\nb,2,bad,EU\n")
        let piped = try here.run(
            "import", "-", "--source", "s", "--map", "response_id=id", "--map", "score=score",
            "--map", "text=text", "--map", "segment.region=region", "--at", "2025-05-01",
            input: here.path + "/rows.csv")
        #expect(piped.status == 0, "\(piped)")
        try here.write(
            "rows.jsonl",
            #"{"id":"a","score":9,"text":"fine","region":"EU"}"# + "\n"
                + #"{"id":"b","score":2,"text":"bad","region":"EU"}"# + "\n{broken\n")
        let lines = try take(here, "s", "rows.jsonl")
        #expect(lines["duplicates"]?.int == 2)
        #expect(lines["reasons"] == .object(["json.invalid": .number(1)]))
    }
}
