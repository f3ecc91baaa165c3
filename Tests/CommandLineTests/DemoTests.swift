import Foundation
import Testing

/// `Tools/demo` on files of one's own, with the program that was built for these tests.
@Suite("The demo on a file of one's own")
struct DemoTests {
    private static let root: URL = {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        return root
    }()

    private static let data =
        ProcessInfo.processInfo.environment["NPSLEDGER_SHARED_DATA"]
        ?? root.deletingLastPathComponent().appendingPathComponent("shared/data").path

    /// Runs the demo to its end, and gives what it told.
    private func story(
        _ arguments: [String], in here: Workspace, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Tool.Outcome {
        let outcome = try Tool.run(
            ["--program", Tool.path, "--no-encoder"] + arguments,
            program: Self.root.appendingPathComponent("Tools/demo").path, in: here.path,
            environment: ["TMPDIR": here.path])
        #expect(outcome.status == 0, "\(outcome)", sourceLocation: sourceLocation)
        #expect(
            outcome.lines.contains { $0.hasPrefix("Done in ") }, "\(outcome)",
            sourceLocation: sourceLocation)
        #expect(
            !outcome.errors.contains("demo: stopped"), "\(outcome)", sourceLocation: sourceLocation)
        // What is planted in the simulated answers is claimed of nobody's file.
        for claim in ["EMEA scores", "A survey is simulated", "The planted drop", "new mood"] {
            #expect(
                !outcome.output.contains(claim), "claims \(claim)", sourceLocation: sourceLocation)
        }
        return outcome
    }

    /// A survey of so many rows, which nobody else has.
    private func writeSurvey(rows: Int, _ here: Workspace) throws {
        let comments = [
            (10, "Great service and a friendly driver"), (2, "Slow delivery and rude staff"),
            (7, "It is fine"), (9, "Excellent quality throughout"), (1, "Awful, never again"),
            (8, "Good but rather expensive"),
        ]
        let lines = (0..<rows).map { row in
            let (score, text) = comments[row % comments.count]
            let country = ["France", "Spain", "Italy"][row / 2 % 3]
            let day = String(format: "2025-%02d-%02d", 1 + row * 12 / rows, 1 + row % 28)
            return "\(row),\(score),\"\(text), order \(row)\",\(day),\(country)"
        }
        try here.write(
            "survey.csv", (["id,score,comment,day,country"] + lines).joined(separator: "\n") + "\n")
    }

    private static let maps = ["response_id=id", "score=score"]

    private func mapped(_ more: [String]) -> [String] {
        ["survey.csv"] + (Self.maps + more).flatMap { ["--map", $0] }
    }

    @Test("thirty rows are too few for a second model, which is said, and model 1 is measured")
    func thirtyRows() throws {
        let here = try Workspace()
        try writeSurvey(rows: 30, here)
        let told = try story(
            mapped(["text=comment", "at=day", "segment.country=country"]), in: here
        ).output
        #expect(told.contains("too little to learn from here"))
        #expect(told.contains("Model 1 on 30 responses"))
        #expect(told.contains("Each country against all others"))
    }

    @Test("the latest fifth is kept from training, and both models are measured on it")
    func heldBack() throws {
        let here = try Workspace()
        try writeSurvey(rows: 240, here)
        let told = try story(
            mapped(["text=comment", "at=day", "segment.country=country"]), in: here
        ).output
        #expect(told.contains("is kept back to measure it"))
        let measured = told.split(separator: "\n").filter { $0.hasPrefix("Model ") }
        #expect(measured.contains { $0.hasPrefix("Model 1 on ") })
        #expect(measured.contains { $0.hasPrefix("Model 2 on ") && $0.contains("not trained on") })
        #expect(told.contains("The numbers are those from before, digit for digit"))
    }

    @Test("without times model 2 is measured by cross-validation, and there is no trend")
    func undated() throws {
        let here = try Workspace()
        try writeSurvey(rows: 150, here)
        let told = try story(
            mapped(["text=comment", "segment.country=country"]), in: here
        ).output
        #expect(told.contains("No time is mapped, so there is no trend"))
        #expect(!told.contains("npsledger trend"))
        #expect(told.contains("--split cross-validation"))
        #expect(told.contains("The training of model 2, tried again on 150 responses"))
        #expect(told.contains("The numbers are those from before, digit for digit"))
    }

    @Test("without texts the models' part is left out, with a reason")
    func textless() throws {
        let here = try Workspace()
        try writeSurvey(rows: 30, here)
        let told = try story(mapped(["at=day", "segment.country=country"]), in: here).output
        #expect(told.contains("models have nothing to read"))
        #expect(!told.contains("npsledger model"))
    }

    @Test("without segments there is one row, and none is compared")
    func segmentless() throws {
        let here = try Workspace()
        try writeSurvey(rows: 30, here)
        let told = try story(mapped(["text=comment", "at=day"]), in: here).output
        #expect(told.contains("No segment with two values is mapped"))
        #expect(!told.contains("against all others"))
    }

    @Test("a program that says much and fails names its log and shows its end")
    func failingBuild() throws {
        let here = try Workspace()
        try writeSurvey(rows: 30, here)
        try FileManager.default.createDirectory(
            atPath: here.path + "/bin", withIntermediateDirectories: true)
        try here.write(
            "bin/swift", "#!/bin/sh\nseq -f 'line %g of the build' 1 500\necho it failed\nexit 3\n")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: here.path + "/bin/swift")
        let outcome = try Tool.run(
            ["--no-setup"] + mapped([]),
            program: Self.root.appendingPathComponent("Tools/demo").path, in: here.path,
            environment: [
                "TMPDIR": here.path, "PATH": here.path + "/bin:/usr/local/bin:/usr/bin:/bin",
            ])
        #expect(outcome.status == 3)
        #expect(outcome.lines.count == 1)
        #expect(outcome.errors.contains("line 500 of the build\nit failed\n"))
        #expect(!outcome.errors.contains("line 400 of the build"))
        let log = try #require(
            outcome.errors.split(separator: " ").last { $0.hasPrefix(here.path) }
        ).trimmingCharacters(in: .whitespacesAndNewlines)
        let kept = try String(contentsOfFile: log, encoding: .utf8)
        #expect(kept.hasPrefix("line 1 of the build\n"))
    }

    /// A file of the shared data, and how it is mapped.
    struct Real: CustomTestStringConvertible, Sendable {
        let file: String
        let maps: [String]
        var options: [String] = []
        var isLong = false

        var testDescription: String { file }

        static let all = [
            Real(
                file: "nps_fr_retail.csv.gz",
                maps: ["response_id=row", "score=nps", "text=explication"], isLong: true),
            Real(
                file: "skytrax_airline_dev.csv.gz",
                maps: [
                    "response_id=review_id", "score=overall_rating", "text=content", "at=date",
                    "segment.cabin=cabin", "segment.traveller_type=traveller_type",
                ], isLong: true),
            Real(
                file: "womens_clothing_reviews.csv.gz",
                maps: ["score=Rating", "text=Review Text", "segment.division=Division Name"],
                options: ["--scale", "1-5"], isLong: true),
            Real(
                file: "airline_tweets.csv.gz",
                maps: [
                    "response_id=tweet_id", "text=text", "at=tweet_created",
                    "segment.airline=airline",
                ]),
            Real(
                file: "telco_churn.csv.gz",
                maps: ["response_id=customerID", "score=tenure", "segment.contract=Contract"],
                options: ["--scale", "0-72"]),
        ]
    }

    /// Those that are there; long reviews take a debug build minutes, and are run where asked for.
    private static let reals = Real.all.filter {
        FileManager.default.fileExists(atPath: data + "/" + $0.file)
            && (Workspace.isHeavy || !$0.isLong)
    }

    private static let survey = Real.all.first {
        $0.file == "nps_fr_retail.csv.gz"
            && FileManager.default.fileExists(atPath: data + "/" + $0.file)
    }

    @Test(
        "nobody is shown how the embedded model fares on the survey that it has learnt from",
        .enabled(if: survey != nil, "the shared data is not beside the package"))
    func learntSurvey() throws {
        let here = try Workspace()
        let survey = try #require(Self.survey)
        try here.succeed("init", "--origin", "test.example/nps")
        let arriving = ["import", Self.data + "/" + survey.file, "--source", "retail"]
        _ = try here.json(arriving + survey.maps.flatMap { ["--map", $0] })
        let outcome = try here.run("model", "evaluate", "1")
        #expect(outcome.status == 1, "\(outcome)")
        #expect(outcome.errors.contains("model 1 has learnt from all 3,802 responses"))
        #expect(outcome.output.isEmpty)
        // One text more than is scored.
        let estimate = try here.json("model", "estimate")["models"]?.items.first
        #expect(estimate?["leftOut"]?.int == 3_803)
    }

    @Test(
        "each real file to its end; all of them with NPSLEDGER_HEAVY=1",
        .enabled(if: !reals.isEmpty, "the shared data is not beside the package"),
        arguments: reals)
    func real(_ real: Real) throws {
        let here = try Workspace()
        let start = Date()
        _ = try story(
            [Self.data + "/" + real.file] + real.maps.flatMap { ["--map", $0] } + real.options,
            in: here)
        print("the demo on \(real.file): \(Int(Date().timeIntervalSince(start))) s")
    }
}
