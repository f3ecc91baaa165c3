import Presentation
import Testing

@Suite("Tables")
struct TableTests {
    private var sample: Table {
        var table = Table(
            columns: [
                .init("Region", minWidth: 6, flexible: true), .number("Responses"), .number("NPS"),
                .init("Comment", minWidth: 8, flexible: true, dropPriority: 2),
                .number("Alerts", dropPriority: 1),
            ])
        table.append(["EMEA", .count(12_345), .points(32.4), "Fast\nand kind", "0"])
        table.append(["日本", .count(980), .points(-7), "とても良い", "12"])
        table.appendRule()
        table.append(["Total", .count(13_325), .points(29.5)])
        return table
    }

    @Test func alignsByDisplayWidth() {
        let expected = """
            Region  Responses    NPS  Comment        Alerts
            ───────────────────────────────────────────────
            EMEA       12,345  +32.4  Fast and kind       0
            日本          980   -7.0  とても良い         12
            ───────────────────────────────────────────────
            Total      13,325  +29.5

            """
        #expect(sample.render() == expected)
    }

    @Test func flexibleColumnsGiveWayFirst() {
        let expected = """
            Region  Responses    NPS  Comment   Alerts
            ──────────────────────────────────────────
            EMEA       12,345  +32.4  Fast an…       0
            日本          980   -7.0  とても…       12
            ──────────────────────────────────────────
            Total      13,325  +29.5

            """
        #expect(sample.render(width: 42) == expected)
    }

    @Test func thenColumnsAreDroppedAndNamed() {
        let expected = """
            Region  Responses    NPS  Alerts
            --------------------------------
            EMEA       12,345  +32.4       0
            日本          980   -7.0      12
            --------------------------------
            Total      13,325  +29.5
            not shown, for want of room: Comment

            """
        #expect(sample.render(width: 36, style: .ascii) == expected)
    }

    @Test func numbersAreLeftOutBeforeTheyAreCut() {
        let expected = """
            Region  Responses
            ─────────────────
            EMEA       12,345
            日本          980
            ─────────────────
            Total      13,325
            not shown, for want
            of room: NPS,
            Comment, Alerts

            """
        #expect(sample.render(width: 19) == expected)
        #expect(sample.render(width: 12).hasPrefix("Region\n──────\nEMEA\n"))
    }

    @Test func whatARowIsAboutIsCutLast() {
        let table = Table(
            columns: [
                Table.Column("period"), .number("n"), Table.Column("reason"), .number("n"),
                .number("rolling"),
            ],
            rows: [["FY2025-Q3", "1,873", "because of something long", "1,572", "+20.4"]])
        let lines = table.render(width: 32).split(separator: "\n")
        #expect(lines[2].hasPrefix("FY2025-Q3  1,873"), "\(lines)")
        let narrow = table.render(width: 20).split(separator: "\n").map(String.init)
        #expect(narrow[2].hasPrefix("FY2025-Q3"), "\(narrow)")
        // Each name once, and none cut.
        #expect(
            narrow[3...].joined(separator: " ")
                == "not shown, for want of room: n, rolling", "\(narrow)")
        #expect(narrow.allSatisfy { $0.count <= 20 }, "\(narrow)")
    }

    @Test func titlesAreMeasuredAsTheyAreSpelled() {
        let table = Table(columns: [Table.Column("from ↓ to →", flexible: true)], rows: [["x"]])
        let title = table.render(width: 40, style: .ascii).split(separator: "\n")[0]
        #expect(title == "from (down) to ->")
    }

    @Test func sectionsStandOverTheirRows() {
        var table = Table(columns: [.init("Check"), .init("Result")])
        table.appendSection("Log")
        table.append(["entries", .init("ok", .good)])
        #expect(table.render() == "Check    Result\n───────────────\nLog\nentries  ok\n")
    }

    @Test func colourWrapsTextOnly() {
        let table = Table(columns: [.init("A")], rows: [[.init("yes", .good)], ["no"]])
        let style = TerminalStyle(usesColor: true, usesUnicode: true)
        #expect(
            table.render(style: style)
                == "\u{1B}[1mA\u{1B}[0m\n\u{1B}[2m───\u{1B}[0m\n\u{1B}[32myes\u{1B}[0m\nno\n")
    }

    @Test func textFromOutsideCannotSteer() {
        let table = Table(columns: [.init("C")], rows: [["\u{1B}[2Jx"]])
        #expect(table.render().contains("\\x1b[2Jx"))
        #expect(!table.render().contains("\u{1B}"))
    }

    @Test func withoutColumnsThereIsNothing() {
        #expect(Table(columns: []).render() == "")
        #expect(Table(columns: [.init("A")], rows: [["x", "beyond"]]).render() == "A\n─\nx\n")
    }

    @Test func noLineIsWiderThanAsked() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        for round in 0..<400 {
            let columns = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                Table.Column(
                    generator.text(maxLength: 5),
                    alignment: Bool.random(using: &generator) ? .left : .right,
                    minWidth: Int.random(in: -1...9, using: &generator),
                    flexible: Bool.random(using: &generator),
                    dropPriority: Int.random(in: 0...3, using: &generator))
            }
            var table = Table(columns: columns)
            for _ in 0..<4 {
                table.append(columns.map { _ in .init(generator.text(maxLength: 12)) })
            }
            table.appendSection(generator.text(maxLength: 20))
            table.appendRule()
            let width = Int.random(in: 1...60, using: &generator)
            for style in [TerminalStyle.plain, .ascii] {
                let text = table.render(width: width, style: style)
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                for line in lines {
                    #expect(
                        DisplayWidth.of(line) <= width, "seed \(seed), round \(round): \(line)")
                    #expect(line.last != " " || line.isEmpty, "seed \(seed), round \(round)")
                }
            }
            let whole = table.render(width: .max)
            #expect(!whole.contains("not shown, for want"), "seed \(seed), round \(round)")
        }
    }
}
