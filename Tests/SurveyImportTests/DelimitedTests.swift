import SurveyImport
import Testing

@Suite("Separated values")
struct DelimitedTests {
    private let texts = ["a,b", "line\nbreak", "say \"hi\"", "plain"]

    @Test(arguments: [",", ";", "\t", "|"])
    func separatorsAreFound(_ separator: Character) throws {
        let s = String(separator)
        var file = "id\(s)score\(s)text\n"
        for (index, text) in texts.enumerated() {
            file += "\(index)\(s)\(index)\(s)" + csvField(text, separator: separator) + "\n"
        }
        let reading = try read(file)
        #expect(reading.rows.map(\.text) == texts.map(Optional.some))
        #expect(reading.notices.contains { $0.hasPrefix("separator found") } == (s != ","))
    }

    @Test func separatorsWithinQuotesDoNotCount() throws {
        let reading = try read("\"a;b;c;d\",score,text\n1,2,three\n")
        #expect(reading.columns == ["a;b;c;d", "score", "text"])
    }

    @Test func mappedColumnsSettleTheSeparator() throws {
        let reading = try read("Well, all told, how, likely;score;text\n1;2;three\n")
        #expect(reading.columns == ["Well, all told, how, likely", "score", "text"])
        #expect(reading.rows.map(\.score) == [200])
    }

    @Test func statedSeparatorsWin() throws {
        let stated = try read("score:text;x\n5:a;b\n", ["score=score", "text=text;x"]) {
            $0.delimiter = UInt8(ascii: ":")
        }
        #expect(stated.rows.map(\.text) == ["a;b"])
        let tabs = try read("score\ttext,x,y\n5\ta,b,c\n", ["score=score"]) { $0.format = .tsv }
        #expect(tabs.columns == ["score", "text,x,y"])
        for byte in [UInt8(ascii: "\""), 0x0A, 0x0D, 0x00, 0xC3] {
            #expect(failure("score\n5\n") { $0.delimiter = byte }?.code == .badOption)
        }
    }

    @Test func excelSeparatorLine() throws {
        let reading = try read("sep=;\r\nscore;text\r\n5;a,b\r\n")
        #expect(reading.rows.map(\.text) == ["a,b"])
        #expect(reading.rows.map(\.line) == [3])
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func lineEndings(_ ending: String) throws {
        let lines = ["score,text", "1,one", "", "2,\"two\(ending)lines\"", "   ", "3,three"]
        for last in ["", ending] {
            let reading = try read(lines.joined(separator: ending) + last)
            #expect(reading.rows.map(\.text) == ["one", "two\(ending)lines", "three"])
            #expect(reading.rows.map(\.rowNumber) == [1, 2, 3])
            #expect(reading.rows.map(\.line) == [2, 4, 7])
            #expect(reading.rows.first?.raw == Array("1,one".utf8))
        }
    }

    @Test func mixedLineEndings() throws {
        let reading = try read("score,text\r1,a\n2,b\r\n3,c\r4,d")
        #expect(reading.rows.map(\.text) == ["a", "b", "c", "d"])
        #expect(reading.rows.map(\.line) == [2, 3, 4, 5])
    }

    @Test(arguments: [
        ("\"a\"\"b\"", "a\"b"), ("\"\"\"\"", "\""), ("a\"b", "a\"b"), ("a\"\"b", "a\"\"b"),
        ("\"a\"b", "ab"), ("\"a\"b\"c", "ab\"c"), ("\"a\" ", "a "), (" \"a\"", " \"a\""),
        ("\"a,b\"", "a,b"), ("\"a\r\nb\nc\rd\"", "a\r\nb\nc\rd"), ("'a'", "'a'"),
        ("\"\"x", "x"), ("\"a\"\"\"", "a\""), ("\u{1}\u{7F}", "\u{1}\u{7F}"),
    ])
    func quotes(_ field: String, _ expected: String) throws {
        for tail in ["", "\n", ",9\n"] {
            let header = tail.hasPrefix(",") ? "text,score\n" : "text\n"
            let reading = try read(header + field + tail, ["text=text"])
            #expect(reading.rows.map(\.text) == [expected])
        }
    }

    @Test func headers() throws {
        let reading = try read("\n \n  score  ,\" te\"\"xt \",,x,x\n5,a,,,\n", ["text=te\"xt"])
        #expect(reading.columns == ["score", "te\"xt", "", "x", "x"])
        #expect(reading.rows.map(\.line) == [4])
        let quoted = try read("score,\"text\nof two\"\n5,a\n", ["text=text\nof two"])
        #expect(quoted.rows.map(\.line) == [3])
    }

    @Test func missingColumns() throws {
        let error = try #require(failure("score,Comment\n5,a\n", ["text=coment"]))
        #expect(error.code == .missingColumn)
        #expect(error.exitClass.status == 65)
        #expect(error.column == "coment")
        #expect(
            error.description
                == "test.csv, line 1, column \"coment\": there is no such column; expected one of "
                + "\"score\", \"Comment\". Did you mean \"Comment\"?")
        let far = try #require(failure("score,Comment\n5,a\n", ["text=zzzzzzzz"]))
        #expect(!far.description.contains("Did you mean"))
        let exclusion = failure(
            Array("score\n5\n".utf8), ["score=score"],
            adjust: {
                $0.exclusions = [.init(column: "status", value: "x")]
            })
        #expect(exclusion?.column == "status")
    }

    @Test func duplicateColumnsAreRefusedOnlyWhereMapped() throws {
        #expect(failure("score,text,text\n5,a,b\n")?.code == .duplicateColumn)
        #expect(try read("score,text,x,x\n5,a,b,c\n").rows.count == 1)
    }

    @Test func emptyAndHeaderOnlyFiles() throws {
        for text in ["", "\n", "  \r\n\n ", "\u{FEFF}"] {
            #expect(failure(text)?.code == .emptyFile)
        }
        let reading = try read("score,text\n")
        #expect(reading.outcomes.isEmpty)
        #expect(reading.notices.contains("the file has a header and no rows"))
    }

    @Test func raggedRows() throws {
        let map = ["response_id=id", "score=score", "text=text", "segment.x=x"]
        let text = """
            id,score,text,x,unmapped
            1,9,all,here,yes
            2,8,short,of x
            3,7
            4
            5,6,a,b,c,
            6,5,a,b,c, ,\u{A0}
            7,4,a,b,c,d
            """
        let reading = try read(text, map)
        #expect(reading.rows.map(\.responseID) == ["1", "2", "3", "5", "6"])
        #expect(reading.rows.map(\.text) == ["all", "short", nil, "a", "a"])
        #expect(reading.codes == ["row.ragged", "row.ragged"])
        #expect(reading.rejected.map(\.value) == ["1 field", "6 fields"])
        #expect(reading.rejected.map(\.column) == ["score", nil])
        #expect(reading.rejected.map(\.raw) == [Array("4".utf8), Array("7,4,a,b,c,d".utf8)])
        #expect(reading.notices.contains { $0.hasPrefix("2 short rows") })
    }

    @Test func aLineBreakWithoutQuotesDoesNotMakeTwoResponses() throws {
        let map = ["response_id=id", "score=score", "text=text", "at=at"]
        let reading = try read("id,score,text,at\n1,9,torn\nin two,2026-03-01\n", map)
        #expect(reading.rows.isEmpty)
        #expect(reading.codes == ["row.ragged", "row.ragged"])
    }

    @Test func unclosedQuotesNameTheirLine() throws {
        let reading = try read("score,text\n1,a\n2,\"b\nb\",\n3,\"open\n4,d\n5,e\n")
        #expect(reading.rows.map(\.score) == [100, 200])
        let error = try #require(reading.error)
        #expect(error.code == .unclosedQuote)
        #expect(error.line == 5)
        #expect(error.row == 3)
        #expect(failure("score,\"text\n1,a\n")?.line == 1)
    }

    @Test func everyChunkSizeGivesTheSameRows() throws {
        let text =
            "\u{FEFF}id;score;text;x\r\n1;9;\"a;\"\"b\"\"\r\nc\";é\r\n\r\n2;8;\"q\"z;\"\"\r3;7;€\n"
            + "4;x;y;z\r\n5;6;long enough to cross several words of eight bytes;w"
        let map = ["response_id=id", "score=score", "text=text", "segment.x=x"]
        let whole = try read(text, map)
        #expect(whole.rows.count == 4)
        #expect(whole.codes == ["score.not-a-number"])
        for chunk in 1...70 {
            let pieces = try read(text, map) { $0.chunkBytes = chunk }
            #expect(pieces.outcomes == whole.outcomes, "chunk \(chunk)")
            #expect(pieces.columns == whole.columns)
        }
    }

    @Test func batchesDeliverRowsBeforeAnError() throws {
        let mapping = try ColumnMapping(arguments: ["score=score"])
        let bytes = Array("score\n1\n2\n3\n4\n\"5\n".utf8)
        var reader = try SurveyFileReader(bytes: bytes, name: "b.csv", mapping: mapping)
        var batch: [RowOutcome] = []
        #expect(try reader.nextBatch(into: &batch, max: 3) == 3)
        #expect(try reader.nextBatch(into: &batch, max: 3) == 1)
        #expect(batch.count == 1)
        do {
            _ = try reader.nextBatch(into: &batch, max: 3)
            Issue.record("the unclosed quote was not reported")
        } catch {
            #expect(error.code == .unclosedQuote)
        }
    }
}
