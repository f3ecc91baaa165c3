import SurveyImport
import Testing

@Suite("Scores")
struct ScoreTests {
    /// The score of one row, or the code of its rejection.
    private func score(
        _ field: String, _ settings: [String] = [], text: String = "words"
    ) throws -> String {
        let quoted = csvField(field)
        let reading = try read(
            "score,text\n\(quoted),\(text)\n", ["score=score", "text=text"] + settings)
        let outcome = try #require(reading.outcomes.first)
        switch outcome {
        case .row(let row): return row.score.map(String.init) ?? "blank"
        case .rejected(let row): return row.code.rawValue
        }
    }

    @Test(arguments: [
        "9", "9.0", "9,0", " 9 ", "09", "+9", "9.000000000000000000000000", "\u{A0}9\u{A0}",
        "\t9",
    ])
    func nineIsNine(_ field: String) throws {
        #expect(try score(field) == "900")
    }

    @Test(arguments: [
        ("0", "0"), ("-0", "0"), ("10", "1000"), ("10.0", "1000"),
        ("8.5", "score.fraction"), ("8,5", "score.fraction"),
        ("9.00000000000000000000000001", "score.fraction"),
        ("11", "score.out-of-range"), ("-1", "score.out-of-range"),
        ("10.5", "score.out-of-range"), ("100", "score.out-of-range"),
        ("99999999999999999999999999", "score.out-of-range"),
        ("nine", "score.not-a-number"), ("9/10", "score.not-a-number"),
        ("9.", "score.not-a-number"), (".9", "score.not-a-number"),
        ("1e1", "score.not-a-number"), ("9 9", "score.not-a-number"),
        ("+", "score.not-a-number"), ("--9", "score.not-a-number"),
        ("9.0.0", "score.not-a-number"), ("NaN", "score.not-a-number"),
        ("1,000", "score.not-a-number"), ("٩", "score.not-a-number"),
    ])
    func plainScale(_ field: String, _ expected: String) throws {
        #expect(try score(field) == expected)
    }

    @Test(arguments: ["", "  ", "N/A", "n/a", "NA", "na", "null", "NULL", "-", "\u{A0}"])
    func missingTokensAreBlank(_ field: String) throws {
        #expect(try score(field) == "blank")
        #expect(try score(field, text: "") == "neither-score-nor-text")
    }

    @Test(arguments: [
        ("8.5", "850"), ("8,5", "850"), ("8.555", "856"), ("8.554", "855"), ("0.005", "1"),
        ("9,125", "913"), ("10.001", "score.out-of-range"),
        ("9.99999999999999999999", "1000"), ("-0.001", "score.out-of-range"),
    ])
    func fractionsWhereAllowed(_ field: String, _ expected: String) throws {
        #expect(try score(field, ["fractions=yes"]) == expected)
    }

    @Test(arguments: [
        ("0-100", "0", "0"), ("0-100", "100", "1000"), ("0-100", "85", "850"),
        ("0-100", "101", "score.out-of-range"), ("0-100", "87.25", "873"),
        ("1-5", "1", "0"), ("1-5", "5", "1000"), ("1-5", "4", "750"),
        ("1-5", "0", "score.out-of-range"), ("1-7", "2", "167"), ("1-7", "4", "500"),
        ("-3-3", "0", "500"), ("-3-3", "-3", "0"), ("-3-3", "1", "667"),
        ("-100--1", "-1", "1000"), ("0-1", "0.5", "500"),
        ("0-1000", "1,000", "score.not-a-number"), ("0-1000", "1000", "1000"),
        ("1-5", "3,500", "625"),
    ])
    func rescaling(_ scale: String, _ field: String, _ expected: String) throws {
        #expect(try score(field, ["scale=\(scale)"]) == expected)
    }

    @Test func originalScoreIsKeptWhereTheNumberChanged() throws {
        let text = "score,text\n4,a\n5,b\n"
        let rescaled = try read(text, ["score=score", "scale=1-5"])
        #expect(rescaled.rows.map(\.originalScore) == ["4", "5"])
        #expect(rescaled.notices.contains { $0.contains("rescaled from 1-5") })
        let plain = try read(text)
        #expect(plain.rows.map(\.originalScore) == [nil, nil])
        let rounded = try read("score,text\n8.555,a\n8.5,b\n", ["score=score", "fractions=yes"])
        #expect(rounded.rows.map(\.originalScore) == ["8.555", nil])
    }

    @Test func scoresBeyondTenAreNeverRescaledUnasked() throws {
        let reading = try read("score,text\n100,a\n50,b\n7,c\n")
        #expect(reading.codes == ["score.out-of-range", "score.out-of-range"])
        #expect(reading.rows.map(\.score) == [700])
        let rejected = try #require(reading.rejected.first)
        #expect(rejected.column == "score")
        #expect(rejected.value == "100")
        #expect(rejected.expected.contains("scale=0-100"))
    }

    @Test func halvesRoundUpExactly() throws {
        // Against integer arithmetic written another way: ⌊n/d + 1/2⌋ by counting up.
        for maximum in [3, 6, 7, 8, 16, 400] {
            for value in 0...maximum {
                var expected = 0
                while 2 * maximum * (expected + 1) <= 2 * 1000 * value + maximum { expected += 1 }
                let got = try score(String(value), ["scale=0-\(maximum)"])
                #expect(got == String(expected), "\(value) of \(maximum)")
            }
        }
    }

    @Test func textAloneIsARow() throws {
        let reading = try read("score,text\n,only words\n5,\n,\n")
        #expect(reading.rows.map(\.score) == [nil, 500])
        #expect(reading.rows.map(\.text) == ["only words", nil])
        #expect(reading.codes == ["neither-score-nor-text"])
    }
}
