import Presentation
import Testing

@Suite("CSV")
struct CSVWriterTests {
    @Test func quotesOnlyWhatNeedsQuotes() {
        let line = CSVWriter().line([
            "plain", "a,b", "say \"hi\"", "two\nlines", "x\r\ny", " é ", "",
        ])
        #expect(line == "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"x\r\ny\", é ,\r\n")
    }

    @Test func aRowOfOneEmptyFieldIsNotABlankLine() {
        #expect(CSVWriter().line([""]) == "\"\"\r\n")
        #expect(CSVWriter().line(["", ""]) == ",\r\n")
    }

    @Test func anotherSeparatorIsQuotedInstead() {
        #expect(CSVWriter(separator: "\t").line(["a,b", "c\td"]) == "a,b\t\"c\td\"\r\n")
    }

    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+x", "'+x"), ("-cmd", "'-cmd"), ("@sum", "'@sum"), ("\tx", "'\tx"),
        ("＝1", "'＝1"), ("--5", "'--5"), ("+-5", "'+-5"), ("-", "'-"), ("-1 or so", "'-1 or so"),
        ("+1+1", "'+1+1"), ("'=1", "''=1"), ("''-x", "'''-x"), ("'-5", "''-5"),
        ("-12.5", "-12.5"), ("-33.3", "-33.3"), ("+3", "+3"), ("-1e-3", "-1e-3"), ("1e-3", "1e-3"),
        ("fine", "fine"), ("'s", "'s"), ("''", "''"), ("", ""),
    ])
    func guardsFormulasUnlessToldNotTo(field: String, guarded: String) {
        #expect(CSVWriter().line([field, "x"]) == guarded + ",x\r\n")
        #expect(CSVWriter(guardsFormulas: false).line([field, "x"]) == field + ",x\r\n")
        #expect(CSVWriter.unguarded(guarded) == field)
    }

    @Test func whatIsGuardedComesBackAsItWas() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        let alphabet = ["'", "=", "+", "-", "@", "\t", "\n", "5", ".", "e", "a", "＝"]
        for _ in 0..<20_000 {
            let field = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? ""
            }.joined()
            let guarded = CSVWriter.guarded(field)
            #expect(
                Array(CSVWriter.unguarded(guarded).unicodeScalars) == Array(field.unicodeScalars),
                "seed \(seed): \(field.debugDescription)")
        }
    }

    @Test func escapesControlsWhenAsked() {
        let line = CSVWriter(escapesControls: true).line(["\u{1B}[2J", "a\nb"])
        #expect(line == "\\x1b[2J,\"a\nb\"\r\n")
    }

    @Test func everyDocumentReadsBack() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let rows = (0..<3).map { _ in (0..<3).map { _ in generator.text(maxLength: 6) } }
            let text = CSVWriter(guardsFormulas: false).document(
                header: ["a", "b", "c"], rows: rows)
            let back = parse(text)
            #expect(back.count == 4, "seed \(seed)")
            // Scalars, since comparison of strings would forgive a lost or composed mark.
            #expect(
                back.dropFirst().map { $0.map { Array($0.unicodeScalars) } }
                    == rows.map { $0.map { Array($0.unicodeScalars) } }, "seed \(seed)")
        }
    }

    /// A reader written from RFC 4180 alone.
    private func parse(_ text: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field = String.UnicodeScalarView()
        var isQuoted = false
        var scalars = Array(text.unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\"" where isQuoted && scalars.first == "\"":
                field.append("\"")
                scalars.removeFirst()
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                row.append(String(field))
                field = .init()
            case "\r" where !isQuoted && scalars.first == "\n":
                scalars.removeFirst()
                rows.append(row + [String(field)])
                row = []
                field = .init()
            default: field.append(scalar)
            }
        }
        return rows
    }
}
