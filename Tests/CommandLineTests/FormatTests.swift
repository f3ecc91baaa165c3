import Foundation
import Testing

@Suite("What is printed")
struct FormatTests {
    /// Every command that answers with something, on a ledger with two models.
    static let questions: [[String]] = [
        ["nps"], ["nps", "--by", "region"], ["nps", "--by", "region,plan,product", "--limit", "9"],
        ["nps", "--by", "country", "--basis", "inferred"], ["nps", "--as-of", "3"],
        ["trend"], ["trend", "--by", "region,plan", "--every", "month"],
        ["trend", "--every", "day", "--from", "2025-02-01", "--to", "2025-02-20"],
        ["compare", "--by", "region,product"],
        ["compare", "--segment", "region=EMEA", "--segment", "region=AMER"],
        ["compare", "--span", "2025-01-01..2025-06-01", "--span", "2025-06-01..2026-01-01"],
        ["compare", "--models", "1,2", "--by", "plan"], ["audit"],
        ["diff", "--between", "model=1,basis=inferred", "model=2,basis=stated", "--by", "region"],
        ["diff", "--between", "as-of=300", "today", "--by", "region,plan", "--texts"],
        ["model", "compare", "1", "2"], ["model", "compare", "1", "2", "--by", "region,product"],
        ["model", "compare", "1", "2", "--by", "region", "--flips", "all"],
        ["model", "compare", "1", "2", "--flips", "9", "--texts"],
        ["audit", "--quarantine", "--limit", "12"], ["model", "list"], ["model", "show", "1"],
        ["model", "show", "2"], ["thresholds", "show"], ["thresholds", "history"],
        ["projection", "commit"], ["projection", "list"], ["projection", "verify"],
        ["projection", "rebuild"], ["projection", "list"], ["projection", "swap", "lineage"],
        ["verify"],
        ["classify"], ["import", "answers.csv", "--dry-run"] + Workspace.mapping,
        ["model", "register", "model.npsmodel"],
    ]

    private func ledger() throws -> (here: Workspace, questions: [[String]]) {
        let here = try Workspace()
        _ = try here.prepare(responses: 500, seed: 8)
        try here.write("wide.csv", Self.wideFile)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        _ = try here.json(
            "import", "wide.csv", "--source", "a source with quite a long name, as some have",
            "--map", "response_id=id", "--map", "score=nps", "--map", "text=words", "--map",
            "segment.region=region", "--map", "at=at")
        _ = try here.json("model", "train")
        _ = try here.json("model", "shadow", "2")
        let models = here.path + "/ledger/models"
        let artefact = try #require(
            try FileManager.default.contentsOfDirectory(atPath: models).first)
        try FileManager.default.copyItem(
            atPath: "\(models)/\(artefact)/artefact.npsmodel", toPath: here.path + "/model.npsmodel"
        )
        let id = String(repeating: "i", count: 200)
        return (here, Self.questions + [["trace", id], ["trace", "wide-1"]])
    }

    /// Values at the limits of what is taken in, in scripts of several widths.
    private static let wideFile: String = {
        let long = String(repeating: "segment ", count: 30)
        let wide = String(repeating: "東京", count: 30)
        let word = String(repeating: "unbroken", count: 40)
        let id = String(repeating: "i", count: 200)
        return "id,nps,words,region,at\n" + "\(id),9,\(word),\(long),2025-03-01\n"
            + "wide-1,2,\(wide)\(wide),\(wide),2025-03-02\n"
            + "wide-2,10,👩‍👩‍👧‍👦 \(long),EMEA,2025-03-02\n"
            + "wide-3,eleven,\(word),\(wide),2025-03-02\n"
    }()

    @Test("tables fit 80 columns and hold no escape codes where nobody looks on")
    func tables() throws {
        let (here, questions) = try ledger()
        for question in questions {
            let outcome = try here.run(question)
            #expect(outcome.status == 0, "\(outcome)")
            check(outcome.output, question)
            check(outcome.errors, question)
            #expect(!outcome.output.isEmpty)
        }
    }

    private func check(_ text: String, _ question: [String]) {
        let controls = text.unicodeScalars.filter {
            $0.value < 0x20 && $0 != "\n" || (0x7F...0x9F).contains($0.value)
        }
        #expect(controls.isEmpty, "\(question)")
        for line in text.split(separator: "\n") {
            #expect(Columns.count(line) <= 80, "\(question): \(line)")
        }
    }

    @Test("CSV reads back with the same fields as JSON has")
    func csv() throws {
        let (here, questions) = try ledger()
        guard let python = Workspace.python else {
            print("no python3 here: CSV is not read back")
            return
        }
        let script =
            "import csv,json,sys\n"
            + "rows=list(csv.reader(open(sys.argv[1],newline='',encoding='utf-8'),strict=True))\n"
            + "print(json.dumps(rows))"
        for question in questions {
            let outcome = try here.run(question + ["--format", "csv"])
            #expect(outcome.status == 0, "\(outcome)")
            try here.write("out.csv", outcome.outputBytes)
            let read = try Tool.run(["-c", script, "out.csv"], program: python, in: here.path)
            #expect(read.status == 0, "\(question): \(read)")
            let rows = try read.json().items.map(\.items)
            #expect(rows.count >= 1, "\(question)")
            #expect(Set(rows.map(\.count)).count == 1, "\(question): ragged")
            #expect(Set(rows[0]).count == rows[0].count, "\(question): a name twice")
            if question.first == "nps" { try compare(rows, here, question) }
        }
    }

    private func compare(_ rows: [[JSON]], _ here: Workspace, _ question: [String]) throws {
        let answer = try here.json(question)
        var expected = answer["rows"]?.items ?? []
        if expected.isEmpty { expected = [answer["total"] ?? .null] }
        #expect(rows.count == expected.count + 1, "\(question)")
        for (row, object) in zip(rows.dropFirst(), expected) {
            for (title, cell) in zip(rows[0], row) {
                let name = title.text ?? ""
                let value: JSON = object[name] ?? object["segment"]?[name] ?? answer[name] ?? .null
                switch value {
                case .null: #expect(cell.text == "", "\(question) \(name)")
                case .string(let text): #expect(cell.text == text, "\(question) \(name)")
                case .number(let number):
                    let read = cell.text.flatMap { Double($0) }
                    #expect(read == number, "\(question) \(name)")
                default: Issue.record("\(question) \(name)")
                }
            }
        }
    }

    @Test("JSON is one document with keys in camel case, the same twice")
    func json() throws {
        let (here, questions) = try ledger()
        // A commitment is recorded once, and a list tells how much of the disk is in use.
        let changing = [["projection", "list"], ["projection", "commit"]]
        for question in questions where !changing.contains(question) {
            let answer = try here.json(question)
            #expect(try here.json(question) == answer, "\(question)")
            keysAreCamelCase(answer, question)
        }
    }

    private func keysAreCamelCase(_ value: JSON, _ question: [String]) {
        switch value {
        case .array(let items): for item in items { keysAreCamelCase(item, question) }
        case .object(let pairs):
            for (key, item) in pairs {
                // Dimensions and reason codes are data, named by whoever made them.
                if ["segment", "reasons"].contains(key) { continue }
                #expect(
                    key.first?.isLowercase == true
                        && key.allSatisfy { $0.isLetter || $0.isNumber }, "\(question): \(key)")
                keysAreCamelCase(item, question)
            }
        default: break
        }
    }

    @Test("on a terminal there are colours, and none with NO_COLOR")
    func terminal() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 200, seed: 8)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        guard let python = Workspace.python else {
            print("no python3 here: no terminal is made")
            return
        }
        let script =
            "import pty,sys,os,struct,fcntl,termios\n"
            + "out=b''\n"
            + "pid,fd=pty.fork()\n"
            + "if pid==0:\n  os.execv(sys.argv[1],sys.argv[1:])\n"
            + "while True:\n"
            + "  try:\n    data=os.read(fd,65536)\n"
            + "  except OSError:\n    break\n"
            + "  if not data:\n    break\n"
            + "  out+=data\n"
            + "os.waitpid(pid,0)\n"
            + "sys.stdout.buffer.write(out)\n"
        for question in Self.questions.prefix(11) {
            for isPlain in [false, true] {
                var environment = ["TERM": "xterm-256color", "COLUMNS": "80"]
                if isPlain { environment["NO_COLOR"] = "1" }
                let outcome = try Tool.run(
                    ["-c", script, Tool.path] + question, program: python, in: here.path,
                    environment: environment)
                let hasColours = outcome.output.contains("\u{1B}[")
                #expect(hasColours != isPlain, "\(question): \(outcome)")
                for line in outcome.output.split(separator: "\r\n") where isPlain {
                    #expect(Columns.count(line) <= 80, "\(question): \(line)")
                }
            }
        }
    }
}

/// Columns that a line takes on a terminal: a second opinion, by a rough rule.
enum Columns {
    static func count(_ line: Substring) -> Int {
        line.reduce(0) { sum, character in
            let scalar = character.unicodeScalars.first?.value ?? 0
            let isWide =
                (0x1100...0x115F).contains(scalar) || (0x2E80...0xA4CF).contains(scalar)
                || (0xAC00...0xD7A3).contains(scalar) || (0xF900...0xFAFF).contains(scalar)
                || (0xFE30...0xFE6F).contains(scalar) || (0xFF00...0xFF60).contains(scalar)
                || (0x1F300...0x1FAFF).contains(scalar)
            return sum + (isWide ? 2 : 1)
        }
    }
}
