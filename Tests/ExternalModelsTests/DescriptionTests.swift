import ExternalModels
import Foundation
import Testing

@Suite("Descriptions")
struct DescriptionTests {
    private static let whole = """
        {"format": "npsledger-external/1", "name": "our judge", "command": ["./judge", "--flag"],
         "directory": "models", "environment": ["JUDGE_KEY", "PATH"],
         "sha256": {"./judge": "\(String(repeating: "Ab", count: 32))"}, "send": "full",
         "batchTexts": 8, "batchBytes": 2048, "timeoutSeconds": 5, "retries": 0,
         "budgetTexts": 100}
        """

    @Test("all fields are read, and the canonical text reads the same")
    func whole() throws {
        let model = try ExternalModel(parsing: Array(Self.whole.utf8))
        #expect(model.name == "our judge")
        #expect(model.command == ["./judge", "--flag"])
        #expect(model.directory == "models")
        #expect(model.environment == ["JUDGE_KEY", "PATH"])
        #expect(model.sha256 == ["./judge": [UInt8](repeating: 0xAB, count: 32)])
        #expect(model.send == .full)
        #expect(model.batchTexts == 8 && model.batchBytes == 2048 && model.timeoutSeconds == 5)
        #expect(model.retries == 0 && model.budgetTexts == 100)
        #expect(try ExternalModel(parsing: model.canonicalJSON) == model)
    }

    @Test("what is left out has its usual value, and is in the canonical text")
    func usual() throws {
        let text = #"{"command":["/bin/cat"],"name":"é/1.2","format":"npsledger-external/1"}"#
        let model = try ExternalModel(parsing: Array(text.utf8))
        #expect(
            String(decoding: model.canonicalJSON, as: UTF8.self)
                == #"{"batchBytes":262144,"batchTexts":32,"budgetTexts":10000,"#
                + #""command":["/bin/cat"],"directory":".","environment":[],"#
                + #""format":"npsledger-external/1","name":"é/1.2","retries":2,"#
                + #""send":"redacted","sha256":{},"timeoutSeconds":30}"#)
        // An artefact is exactly that, with absolute paths.
        #expect(throws: ExternalModelError.self) {
            try ExternalModel(artefact: model.canonicalJSON)
        }
        let resolved = try model.resolved(in: "/tmp", searchPath: "")
        #expect(try ExternalModel(artefact: resolved.canonicalJSON) == resolved)
        #expect(throws: ExternalModelError.self) {
            try ExternalModel(artefact: resolved.canonicalJSON + [0x0A])
        }
    }

    @Test("languages are kept where they are given")
    func languages() throws {
        let text = Self.whole.replacingOccurrences(
            of: "\"retries\"", with: "\"languages\": [\"en\", \"fr\"], \"retries\"")
        let model = try ExternalModel(parsing: Array(text.utf8))
        #expect(model.languages == ["en", "fr"])
        #expect(try ExternalModel(parsing: model.canonicalJSON) == model)
    }

    static let faults: [(String, String, String)] = [
        (#""retries": 0"#, #""languages": ["en", "en"]"#, "languages: one of them stands twice"),
        (#""retries": 0"#, #""languages": ["English"]"#, "languages: item 1"),
        (#""retries": 0"#, #""languages": []"#, "languages: a list of 1 to 64"),
        (#""name": "our judge", "#, "", "name: is missing"),
        ("npsledger-external/1", "npsledger-external/2", "line 1: format: has to be"),
        (#"["./judge", "--flag"]"#, "[]", "line 1: command: a list of 1 to 64"),
        (#"["./judge", "--flag"]"#, #"["./"]"#, "command: begins with the program"),
        (#"["./judge", "--flag"]"#, #"["./judge", 7]"#, "command: item 2"),
        (#"["./judge", "--flag"]"#, #"["./ju\u0000dge"]"#, "command: item 1"),
        (#""our judge""#, #""our\u001bjudge""#, "name: takes letters"),
        ("\"JUDGE_KEY\"", "\"JUDGE-KEY\"", "line 2: environment: item 1"),
        ("\"JUDGE_KEY\"", "\"NPSLEDGER_KEY\"", "environment: NPSLEDGER_KEY is this program's own"),
        ("\"JUDGE_KEY\"", "\"PATH\"", "environment: PATH stands twice"),
        ("AbAb\"", "Ab\"", "line 3: sha256: ./judge: 64 hexadecimal"),
        ("\"full\"", "\"all\"", "send: has to be"),
        ("\"batchTexts\": 8", "\"batchTexts\": 0", "batchTexts: a whole number from 1 to 1024"),
        ("\"batchTexts\": 8", "\"batchTexts\": 8.5", "batchTexts: a whole number"),
        ("\"retries\": 0", "\"retries\": \"0\"", "retries: a whole number from 0 to 10"),
        ("\"retries\": 0", "\"retrys\": 0", "retrys: not known"),
        ("\"retries\": 0", "\"retries\": 0, \"retries\": 1", "retries: stands twice"),
        ("\"budgetTexts\": 100}", "\"budgetTexts\": 100,}", "line 5: not JSON"),
        ("{\"format\"", "[{\"format\"", "not JSON"),
    ]

    @Test("what is wrong is named by line and field", arguments: faults)
    func fault(part: String, replacement: String, message: String) throws {
        #expect(Self.whole.contains(part))
        let text = Self.whole.replacingOccurrences(of: part, with: replacement)
        let error = try #require(throws: ExternalModelError.self) {
            try ExternalModel(parsing: Array(text.utf8))
        }
        #expect(error.code == .invalid)
        #expect(error.description.contains(message), "\(error)")
    }

    @Test("hostile bytes are refused and nothing worse", arguments: UInt64(1)...8)
    func hostile(seed: UInt64) {
        var numbers = Numbers(state: seed)
        let whole = Array(Self.whole.utf8)
        for _ in 0..<300 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                bytes[.random(in: bytes.indices, using: &numbers)] =
                    .random(in: 0...255, using: &numbers)
            }
            guard let model = try? ExternalModel(parsing: bytes) else { continue }
            #expect(
                (try? ExternalModel(parsing: model.canonicalJSON)) == model, "seed \(seed)")
        }
        #expect(throws: ExternalModelError.self) {
            try ExternalModel(parsing: Array(repeating: UInt8(ascii: "["), count: 20_000))
        }
        #expect(throws: ExternalModelError.self) {
            try ExternalModel(
                parsing: Array(repeating: 0x20, count: ExternalModel.descriptionBytesMax + 1))
        }
    }

    @Test("paths start from the description's directory, names from the search path")
    func paths() throws {
        let program = try ScratchProgram(each: "answer(id)")
        let base = program.directory
        var model = program.model
        model.directory = "."
        model.command[0] = "./judge"
        let resolved = try model.resolved(in: base + "/x/..", searchPath: "")
        #expect(resolved.program == base + "/judge")
        #expect(resolved.directory == base)
        model.command[0] = "judge"
        #expect(
            try model.resolved(in: base, searchPath: "none:/bin:" + base).program
                == base + "/judge")
        let missing = try #require(throws: ExternalModelError.self) {
            try model.resolved(in: base, searchPath: "/bin")
        }
        #expect(missing.code == .missing)
        #expect(missing.description.contains("./judge"))
    }

    @Test("three probabilities become basis points that sum to 10,000", arguments: UInt64(1)...5)
    func basisPoints(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        for _ in 0..<500 {
            let parts = (0..<3).map { _ in Double.random(in: 0...1, using: &numbers) }
            let sum = parts.reduce(0, +)
            let drift = Double.random(in: 0.991...1.009, using: &numbers)
            let shares = parts.map { min(1, $0 / sum * drift) }
            let text = "{\"class\":[\(shares[0]),\(shares[1]),\(shares[2])]}"
            let answer = try ExternalAnswer(parsing: Array(text.utf8))
            #expect(answer.classes.reduce(0) { $0 + Int($1) } == 10_000, "seed \(seed) \(text)")
            for (share, points) in zip(shares, answer.classes) {
                #expect(
                    abs(Double(points) - share / shares.reduce(0, +) * 10_000) <= 1,
                    "seed \(seed) \(text)")
            }
            // What is written reads the same.
            let line = answer.line(id: 7)
            let again = line.replacingOccurrences(of: "\"id\":7,", with: "")
            #expect(try ExternalAnswer(parsing: Array(again.utf8)) == answer)
        }
        let thirds = try ExternalAnswer(parsing: Array(#"{"class":[0.33,0.33,0.33]}"#.utf8))
        #expect(thirds.classes == [3_334, 3_333, 3_333])
        #expect(thirds.sentiment.reduce(0, +) == 10_000)
        #expect(thirds.intents == [0, 0, 0, 0, 0])
    }
}
