import Foundation
import Testing

/// How results and failures read.
@Suite("Words")
struct WordsTests {
    private func filled() throws -> Workspace {
        let here = try Workspace()
        _ = try here.prepare(responses: 120, seed: 4)
        try here.succeed(
            "import", "answers.csv", "--source", "web", "--mapping", "answers.csv.mapping.json")
        try here.succeed("thresholds", "edit", "--passive-from", "6", "--reason", "a reason")
        return here
    }

    @Test("where the terminal has no Unicode, nothing of our own needs it")
    func ascii() throws {
        let here = try filled()
        for question in [
            ["nps", "--by", "region"], ["trend", "--every", "month"],
            ["compare", "--by", "region"],
            ["audit"], ["trace", "10"], ["verify", "--log-only"], ["model", "list"], ["thresholds"],
            ["projection", "list"], ["nps", "--sort", "size"], ["trace", "nobody"],
        ] {
            let outcome = try here.run(question, environment: ["LC_ALL": "C"])
            let beyond = (outcome.outputBytes + outcome.errorBytes).filter { $0 >= 0x80 }
            #expect(beyond.isEmpty, "\(question): \(outcome)")
            #expect(!outcome.output.isEmpty || !outcome.errors.isEmpty)
        }
        // What programs read is the same everywhere.
        for format in ["json", "csv"] {
            let question = ["audit", "--format", format]
            let plain = try here.run(question, environment: ["LC_ALL": "C"])
            #expect(plain.outputBytes == (try here.run(question).outputBytes), "\(format)")
        }
    }

    @Test("failures have one name in front, whoever finds them, and quote alike")
    func failures() throws {
        let here = try filled()
        for (arguments, says) in [
            (["nps", "--sort", "size"], "“size” is invalid for “--sort <sort>”"),
            (["nps", "--by"], "“--by"), (["trace", "nobody"], "“nobody”"),
            (["thresholds", "edit", "--min-confidence", "150", "--reason", "x"], "0 and 100"),
            (["thresholds", "edit", "--min-confidence", "50.125", "--reason", "x"], "decimals"),
        ] {
            let outcome = try here.run(arguments)
            #expect(outcome.status != 0 && outcome.errors.hasPrefix("npsledger: "), "\(outcome)")
            #expect(outcome.errors.contains(says), "\(outcome)")
            #expect(!outcome.errors.contains("'size'"))
        }
    }
}
