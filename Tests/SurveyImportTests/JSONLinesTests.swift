import SurveyImport
import Testing

@Suite("JSON Lines")
struct JSONLinesTests {
    private let map = ["score=score", "text=comment"]

    /// The text of one row, or the code of its rejection.
    private func outcome(_ line: String, _ map: [String]? = nil) throws -> String {
        let reading = try read(line + "\n", map ?? self.map) { $0.format = .jsonLines }
        switch try #require(reading.outcomes.first) {
        case .row(let row): return row.text ?? row.score.map(String.init) ?? "none"
        case .rejected(let row): return row.code.rawValue
        }
    }

    @Test func valuesOfEveryKind() throws {
        let text = """
            {"id": "r1", "person": {"email": "a@b.c", "tags": ["x", {"n": 5}]}, "score": 9, "ok": true}

            \t{"score":"8","comment":null,"person":{"email":null},"ok":false} \r
            {"score": 7.0, "id": 17, "person": "none", "extra": {"deep": [1, 2, {"a": []}]}}
            """
        let map = [
            "respondent_id=person.email", "score=score", "segment.ok=ok",
            "segment.tag=person.tags.0", "segment.n=person.tags.1.n", "channel=id",
        ]
        let reading = try read(text, map)
        #expect(reading.rejected.isEmpty)
        #expect(reading.rows.map(\.score) == [900, 800, 700])
        #expect(reading.rows.map(\.respondentID) == ["a@b.c", nil, nil])
        #expect(reading.rows.map(\.channel) == ["r1", nil, "17"])
        #expect(
            reading.rows.map { $0.segments.map { "\($0.dimension)=\($0.value)" } }
                == [["n=5", "ok=true", "tag=x"], ["ok=false"], []])
        #expect(reading.rows.map(\.line) == [1, 3, 4])
        #expect(reading.rows.map(\.rowNumber) == [1, 2, 3])
        let second =
            "\t{\"score\":\"8\",\"comment\":null,\"person\":{\"email\":null},\"ok\":false} "
        #expect(reading.rows[1].raw == Array(second.utf8))
        #expect(
            reading.columns
                == ["id", "person.email", "person.tags.0", "person.tags.1.n", "score", "ok"])
    }

    @Test(arguments: [
        ("{\"comment\": \"a\\u00e9\\n\\t\\\"\\\\\\/\\b\\f\\r\"}", "aé\n\t\"\\/\u{8}\u{C}\r"),
        ("{\"comment\": \"\\ud83d\\ude00 \\u20AC\"}", "😀 €"),
        ("{\"c\\u006fmment\": \"key\"}", "key"),
        ("{\"comment\": \"first\", \"comment\": \"last\"}", "json.repeated-key"),
        ("{\"comment\": null, \"c\\u006fmment\": \"last\"}", "json.repeated-key"),
        ("{\"comment\": {\"a\": 1}, \"comment\": \"last\"}", "json.repeated-key"),
        ("{\"other\": 1, \"comment\": \"once\", \"other\": 2}", "once"),
        ("{\"score\": -0.0}", "0"), ("{\"score\": 10}", "1000"),
        ("{\"score\": true}", "score.not-a-number"), ("{\"score\": 8.5}", "score.fraction"),
        ("{}", "neither-score-nor-text"), ("{\"score\": null}", "neither-score-nor-text"),
        ("{\"comment\": {\"a\": 1}}", "json.not-a-value"), ("{\"score\": [9]}", "json.not-a-value"),
        ("{\"comment\": \"\\ud83d\"}", "encoding.invalid"),
        ("{\"comment\": \"\\ude00\\ud83d\"}", "encoding.invalid"),
        ("{\"comment\": \"a\\u0000b\"}", "encoding.nul"),
    ])
    func strings(_ line: String, _ expected: String) throws {
        #expect(try outcome(line) == expected)
    }

    @Test(arguments: [
        "{\"score\": 9", "{\"score\": 9}}", "{\"score\" 9}", "{score: 9}", "{\"score\": 09}",
        "{\"score\": +9}", "{\"score\": .9}", "{\"score\": 9.}", "{\"score\": 9,}", "{,}",
        "{\"score\": 9} {\"score\": 8}", "{\"comment\": \"a\tb\"}", "{\"comment\": \"\\x\"}",
        "{\"comment\": \"\\u12g4\"}", "{\"comment\": \"open}", "{\"a\": tru}", "{\"a\": nul",
        "{\"a\": [1,]}", "{\"a\": [1 2]}", "{\"a\": 1e}", "{\"a\": -}", "9", "\"x\"", "null",
        "{\"a\": \"\\", "{\"a\": \"\\u12", "{'a': 1}", "{\"a\": NaN}",
    ])
    func invalidLines(_ line: String) throws {
        #expect(try outcome("{\"score\": 1}") == "100")
        let reading = try read("{\"score\": 1}\n" + line + "\n{\"score\": 2}\n", map)
        #expect(reading.codes == ["json.invalid"])
        #expect(reading.rejected.first?.raw == Array(line.utf8))
        #expect(reading.rows.map(\.score) == [100, 200])
    }

    @Test func nestingIsBounded() throws {
        func nested(_ depth: Int) -> String {
            "{\"score\":5,\"x\":" + String(repeating: "[", count: depth)
                + String(repeating: "]", count: depth) + "}"
        }
        #expect(try outcome(nested(60)) == "500")
        #expect(try outcome(nested(65)) == "json.invalid")
        #expect(try outcome(nested(300_000)) == "json.invalid")
    }

    @Test func dotsInKeysAndPaths() throws {
        let line = "{\"a.b\": \"flat\", \"a\": {\"c\": {\"d.e\": 7}}, \"ab\": {\"b\": 1}}"
        #expect(try outcome(line, ["text=a.b"]) == "flat")
        #expect(try outcome(line, ["score=a.c.d.e"]) == "700")
        #expect(try outcome(line, ["text=a.c", "score=a.c.d.e"]) == "json.not-a-value")
        #expect(try outcome(line, ["text=a.b.c"]) == "neither-score-nor-text")
        // A key that only begins a path leads nowhere, whatever stands within.
        #expect(try outcome("{\"ab\": {\"d\": \"x\"}}", ["text=abcd"]) == "neither-score-nor-text")
    }

    @Test(
        "two keys for one mapped path make no row, and the key is named with its line",
        arguments: [
            ("{\"a\": {\"b\": \"x\"}, \"a\": {\"c\": 1}}", true),
            ("{\"a\": {\"b\": \"x\", \"b\": \"y\"}}", true),
            ("{\"a.b\": \"x\", \"a\": {\"b\": \"y\"}}", true),
            ("{\"a\": 1, \"a\": {\"b\": \"x\"}}", true),
            ("{\"a\": [{\"b\": 1, \"b\": 2}], \"a.b\": \"x\"}", false),
            ("{\"a\": 1, \"a.b\": \"x\"}", false), ("{\"a\": {\"c\": 1}, \"a.b\": \"x\"}", false),
            ("{\"a\": {\"c\": 1, \"c\": 2, \"b\": \"x\"}}", false),
        ])
    func repeatedKeys(_ line: String, isRefused: Bool) throws {
        let reading = try read("{\"a.b\": \"first\"}\n" + line + "\n", ["text=a.b"]) {
            $0.format = .jsonLines
        }
        #expect(reading.rows.map(\.text) == ["first"] + (isRefused ? [] : ["x"]))
        #expect(reading.codes == (isRefused ? ["json.repeated-key"] : []))
        guard let row = reading.rejected.first else { return }
        #expect(row.line == 2)
        #expect(row.column == "a.b")
        #expect(row.expected.contains("\"a.b\""))
        #expect(row.raw == Array(line.utf8))
    }

    @Test func otherJSONIsRefused() throws {
        for text in ["[{\"score\": 9}]", "[\n  {\"score\": 9}\n]", "{\n  \"score\": 9\n}", "[]"] {
            let error = try #require(failure(text, map))
            #expect(error.code == .notJSONLines)
            #expect(error.advice.contains("jq"))
        }
        #expect(failure("[1]", map) { $0.format = .jsonLines }?.code == .notJSONLines)
        let csv = try read("[score],text\n5,a\n", ["score=[score]"])
        #expect(csv.rows.count == 1)
        #expect(
            failure("{\"a\":1}", map) {
                $0.format = .jsonLines
                $0.delimiter = 0x2C
            }?.code == .badOption)
    }

    @Test func pathsThatStoodNowhereAreNoticed() throws {
        let reading = try read(
            "{\"score\": 1}\n{\"score\": 2}\n", ["score=score", "segment.r=regin"])
        #expect(reading.notices.contains("the mapped path \"regin\" stood in no row"))
        let nulls = try read("{\"score\": 1, \"r\": null}\n", ["score=score", "segment.r=r"])
        #expect(!nulls.notices.contains { $0.contains("stood in no row") })
    }

    @Test func encodings() throws {
        let bytes = Array("{\"score\": 1, \"comment\": \"".utf8) + [0xE9] + Array("\"}\n".utf8)
        #expect(try read(bytes, map).rows.map(\.text) == ["é"])
        #expect(try read(bytes, map) { $0.encoding = .utf8 }.codes == ["encoding.invalid"])
        let marked = try read("\u{FEFF}{\"score\": 1}\n{\"score\":2,\"comment\":\"a\0\"}", map)
        #expect(marked.rows.map(\.score) == [100])
        #expect(marked.codes == ["encoding.nul"])
    }

    @Test func everyChunkSizeGivesTheSameRows() throws {
        let text =
            "{\"score\":1,\"comment\":\"\\u00e9\"}\r\n\n{\"score\":\"x\"}\n{\"comment\":\"é€😀\"}\n{]"
        let whole = try read(text, map)
        #expect(whole.outcomes.count == 4)
        for chunk in 1...40 {
            let pieces = try read(text, map) { $0.chunkBytes = chunk }
            #expect(pieces.outcomes == whole.outcomes, "chunk \(chunk)")
        }
    }
}
