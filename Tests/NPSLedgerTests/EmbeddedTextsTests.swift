import Foundation
import Testing

@testable import NPSLedger

@Suite("What the embedded model has learnt from")
struct EmbeddedTextsTests {
    private static let survey: String = {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        let directory =
            ProcessInfo.processInfo.environment["NPSLEDGER_SHARED_DATA"]
            ?? root.appendingPathComponent("shared/data").path
        return directory + "/nps_fr_retail.csv.gz"
    }()

    private static var isSurveyThere: Bool { FileManager.default.fileExists(atPath: survey) }

    @Test("a table finds its texts and copies of them, and no others")
    func table() {
        let texts = (0..<2_000).map { "Comment number \($0): quite good" }
        let table = EmbeddedTexts(texts + texts)
        #expect(table.count == 2_000)
        #expect(table.bytes.count == 10_000)
        let again = table.bytes.withUnsafeBufferPointer { EmbeddedTexts(bytes: $0) }
        #expect(again.bytes == table.bytes)
        #expect(texts.allSatisfy(again.contains))
        #expect(again.contains("  comment NUMBER 7:\nquite\u{A0}good "))
        #expect(!(2_000..<4_000).contains { again.contains("Comment number \($0): quite good") })
    }

    @Test("an empty table finds nothing")
    func empty() {
        #expect(EmbeddedTexts([]).count == 0)
        #expect(!EmbeddedTexts([]).contains(""))
    }

    @Test("the shipped table knows some tens of thousands of texts, and not what nobody wrote")
    func shipped() {
        #expect(EmbeddedTexts.shipped.count == 40_274)
        #expect(!EmbeddedTexts.shipped.contains("EMEA scores 25 points lower from day 240 on."))
    }

    @Test(
        "the shipped table knows each comment of the survey it was made from",
        .enabled(if: isSurveyThere, "the shared data is not beside the package"))
    func survey() throws {
        // Read by another program, so that the way the table was made is not what proves it.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [
            "-c",
            """
            import csv, gzip, json, sys
            for row in csv.DictReader(gzip.open(sys.argv[1], "rt", newline="")):
                if row["nps"].isdigit() and row["explication"].strip():
                    print(json.dumps(row["explication"]))
            """, Self.survey,
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let comments = try output.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(String.self, from: Data($0))
        }
        #expect(comments.count > 3_000)
        let unknown = comments.filter { !EmbeddedTexts.shipped.contains($0) }
        #expect(unknown.isEmpty, "\(unknown.count) of \(comments.count) are not known")
    }
}
