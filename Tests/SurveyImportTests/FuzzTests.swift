import SurveyImport
import Testing

@Suite("Random input")
struct FuzzTests {
    /// The seed of every run, printed so that a failure can be repeated.
    private static let seed: UInt64 = 20_260_301

    private static let map = [
        "response_id=id", "respondent_id=who", "score=score", "text=text", "at=at",
        "segment.r=region",
    ]

    private func random(_ generator: inout SeededGenerator, _ alphabet: [String]) -> String {
        let count = Int.random(in: 0...12, using: &generator)
        return (0..<count).map { _ in generator.pick(alphabet) }.joined()
    }

    @Test func randomBytesNeverCrash() throws {
        print("seed \(Self.seed)")
        var generator = SeededGenerator(seed: Self.seed)
        let heads: [[UInt8]] = [
            [], Array("id,who,score,text,at,region\n".utf8), [0x1F, 0x8B, 8, 0], [0xFF, 0xFE],
            Array("{\"score\":".utf8), [0xEF, 0xBB, 0xBF], Array("score\r".utf8),
            Array("{\"score\":1}\n".utf8),
        ]
        for _ in 0..<3000 {
            var bytes = generator.pick(heads)
            let count = Int.random(in: 0...300, using: &generator)
            let isText = Bool.random(using: &generator)
            let marks = Array("\",;\n\r\t{}[]:\\u0dé 0123456789.-".utf8)
            for _ in 0..<count {
                bytes.append(
                    isText ? generator.pick(marks) : UInt8.random(in: 0...255, using: &generator))
            }
            for map in [Self.map, ["score=score"]] {
                for format in SurveyFormat.allCases {
                    _ = failure(bytes, map) {
                        $0.format = format
                        $0.maxRowBytes = 100
                        $0.chunkBytes = 33
                    }
                }
            }
        }
    }

    @Test func damagedGzipNeverCrashes() throws {
        print("seed \(Self.seed)")
        var generator = SeededGenerator(seed: Self.seed)
        var text = "score,text\n"
        for row in 0..<200 { text += "\(row % 11),words \(generator.next())\n" }
        let packed = try gzip(Array(text.utf8))
        var found = 0
        for _ in 0..<400 {
            var damaged = packed
            let at = Int.random(in: damaged.indices, using: &generator)
            damaged[at] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            if failure(damaged) != nil { found += 1 }
        }
        // A flipped bit of the header's time or flags may be harmless; those of the data never are.
        #expect(found > 380)
    }

    @Test func whatIsWrittenIsRead() throws {
        print("seed \(Self.seed)")
        var generator = SeededGenerator(seed: Self.seed)
        let alphabet = ["a", "é", "😀", "\"", ",", ";", "\n", "\r\n", "\r", " ", "\t", "\u{1}", "'"]
        for round in 0..<300 {
            let separator = generator.pick([",", ";", "\t", "|"] as [Character])
            let ending = generator.pick(["\n", "\r\n", "\r"])
            let s = String(separator)
            var expected: [ImportedRow] = []
            var file = ["id", "who", "score", "text", "at", "region"].joined(separator: s) + ending
            for number in 1...Int.random(in: 1...20, using: &generator) {
                let score = Int.random(in: 0...10, using: &generator)
                let comment = random(&generator, alphabet)
                let seconds = Int64.random(in: 1_000_000_000...1_999_999_999, using: &generator)
                let region = generator.pick(["", "EMEA", "A,B;C"])
                let isQuoted = Bool.random(using: &generator)
                let fields = [
                    "r\(number)", "", String(score), comment, String(seconds), region,
                ].map { csvField($0, separator: separator, quoted: isQuoted) }
                let raw = fields.joined(separator: s)
                let isBlank = comment.utf8.allSatisfy { $0 == 32 || (9...13).contains($0) }
                expected.append(
                    ImportedRow(
                        rowNumber: number, line: 0, responseID: "r\(number)", score: score * 100,
                        text: isBlank ? nil : comment, occurredAt: seconds * 1_000_000,
                        segments: region.isEmpty ? [] : [.init(dimension: "r", value: region)],
                        raw: Array(raw.utf8)))
                file += raw + ending
            }
            let chunk = generator.pick([5, 50, 1 << 18])
            let reading = try read(file, Self.map) { $0.chunkBytes = chunk }
            let rows = reading.rows.map { row in
                var row = row
                row.line = 0
                return row
            }
            #expect(rows == expected, "round \(round)")
            #expect(reading.rejected.isEmpty)
        }
    }

    @Test func everyRowIsReadOrRejectedOnce() throws {
        print("seed \(Self.seed)")
        var generator = SeededGenerator(seed: Self.seed)
        let alphabet = ["a", "\"", ",", "\n", "9", "é", "\"\"", "\r"]
        for _ in 0..<500 {
            var file = "score,text\n"
            for _ in 0..<30 { file += random(&generator, alphabet) }
            let whole = try read(file)
            #expect(whole.outcomes.indices.map { $0 + 1 } == numbers(whole))
            let pieces = try read(file) { $0.chunkBytes = 3 }
            #expect(pieces.outcomes == whole.outcomes)
            #expect(pieces.error == whole.error)
        }
    }

    private func numbers(_ reading: Reading) -> [Int] {
        reading.outcomes.map { outcome in
            switch outcome {
            case .row(let row): row.rowNumber
            case .rejected(let row): row.rowNumber
            }
        }
    }
}
