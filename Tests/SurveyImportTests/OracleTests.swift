import Foundation
import SurveyImport
import Testing

/// Python's csv module as a second opinion on what a file of separated values says.
@Suite("Python's csv module")
struct OracleTests {
    private static let script = """
        import csv, json, sys
        csv.field_size_limit(1 << 30)
        with open(sys.argv[1], newline="", encoding="utf-8") as file:
            print(json.dumps([row for row in csv.reader(file, delimiter=sys.argv[2])]))
        """

    /// The records that Python reads, or nil where there is no Python.
    private func records(_ path: String, separator: String) throws -> [[String]]? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.script, path, separator]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        if process.terminationStatus == 127 {
            print("no python3: not compared with its csv module")
            return nil
        }
        try #require(process.terminationStatus == 0)
        return try JSONSerialization.jsonObject(with: data) as? [[String]]
    }

    private func isBlank(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 == 32 || (9...13).contains($0) }
    }

    /// Both read `text`; every record of the header's length must agree in every field.
    private func compare(_ text: String, separator: Character, _ comment: Comment) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(Array(text.utf8), as: "oracle.csv")
        guard let records = try records(path, separator: String(separator)) else { return }
        let header = try #require(records.first)
        var whole = records.dropFirst().filter { $0.count == header.count && $0[0] == "5" }
        for (index, column) in header.enumerated().dropFirst() {
            let reading = try read(text, ["score=score", "text=\(column)"]) {
                $0.delimiter = separator.asciiValue
            }
            if let error = reading.error {
                // Python ends a quote that is never closed at the end of the file.
                #expect(error.code == .unclosedQuote, comment)
                whole = Array(whole.prefix(reading.rows.count))
            }
            // Rows that are read although they are short or long are not Python's question.
            let rows = reading.rows.filter { $0.score == 500 && !isShort($0, header, separator) }
            #expect(
                rows.map { $0.text } == whole.map { isBlank($0[index]) ? nil : $0[index] }, comment)
        }
    }

    /// Whether a row has another number of fields than the header, counted by reading it alone.
    private func isShort(_ row: ImportedRow, _ header: [String], _ separator: Character) -> Bool {
        var isQuoted = false
        var atFieldStart = true
        var count = 1
        var index = 0
        while index < row.raw.count {
            let byte = row.raw[index]
            if isQuoted {
                if byte == UInt8(ascii: "\"") {
                    if index + 1 < row.raw.count, row.raw[index + 1] == UInt8(ascii: "\"") {
                        index += 1
                    } else {
                        isQuoted = false
                    }
                }
            } else if byte == UInt8(ascii: "\""), atFieldStart {
                isQuoted = true
                atFieldStart = false
            } else if byte == separator.asciiValue {
                count += 1
                atFieldStart = true
                index += 1
                continue
            }
            atFieldStart = false
            index += 1
        }
        return count != header.count
    }

    @Test func wellFormedFilesAgree() throws {
        let seed: UInt64 = 77
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let alphabet = ["a", "b", "é", "😀", "\"", ",", ";", "\n", "\r\n", "\r", " ", "\t", "x y"]
        for round in 0..<8 {
            let separator = generator.pick([",", ";", "\t", "|"] as [Character])
            let s = String(separator)
            var file = ["score", "p", "q", "r"].joined(separator: s) + "\n"
            for _ in 0..<300 {
                let fields = (0..<3).map { _ in
                    let count = Int.random(in: 0...9, using: &generator)
                    let text = (0..<count).map { _ in generator.pick(alphabet) }.joined()
                    return csvField(
                        text, separator: separator, quoted: Bool.random(using: &generator))
                }
                file += (["5"] + fields).joined(separator: s)
                file += generator.pick(["\n", "\r\n", "\r"])
            }
            try compare(file, separator: separator, "seed \(seed), round \(round)")
        }
    }

    @Test func wildFilesAgree() throws {
        let seed: UInt64 = 78
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let alphabet = ["a", "\"", "\"\"", ",", "\n5,", "\r", "b", " ", "é", "\",\""]
        for round in 0..<12 {
            var file = "score,p,q,r\n"
            for _ in 0..<200 {
                let count = Int.random(in: 0...10, using: &generator)
                file += "5," + (0..<count).map { _ in generator.pick(alphabet) }.joined() + "\n"
            }
            // An even number of quotes in all makes an unclosed one rarer, not impossible.
            try compare(file, separator: ",", "seed \(seed), round \(round)")
        }
    }
}
