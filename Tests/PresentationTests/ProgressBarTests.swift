import Presentation
import Synchronization
import Testing

@Suite("Progress")
struct ProgressBarTests {
    /// A clock and a screen that the test holds.
    private final class Desk: Sendable {
        let time = Mutex(Duration.zero)
        let written = Mutex<[String]>([])

        func bar(isTerminal: Bool, columns: Int = 80, style: TerminalStyle = .plain) -> ProgressBar
        {
            ProgressBar(
                "Importing", unit: "rows",
                output: .init(
                    isTerminal: isTerminal, columns: { columns },
                    write: { text in self.written.withLock { $0.append(text) } }),
                style: style, now: { self.time.withLock { $0 } })
        }

        func advance(_ span: Duration) { time.withLock { $0 += span } }

        var lines: [String] { written.withLock { $0 } }
    }

    @Test func showsShareRateAndTimeLeft() {
        let desk = Desk()
        let bar = desk.bar(isTerminal: true, columns: 100)
        desk.advance(.seconds(2))
        bar.update(done: 500_000, total: 1_250_000)
        bar.finish("imported 1,250,000 rows")
        #expect(
            desk.lines == [
                "\rImporting  ▕███████████▎                ▏  40%  500,000 of 1,250,000 rows"
                    + "  250,000/s  3 s left\u{1B}[K",
                "\r\u{1B}[K", "imported 1,250,000 rows\n",
            ])
    }

    @Test func withoutATotalThereIsNoBar() {
        let desk = Desk()
        let bar = desk.bar(isTerminal: true)
        desk.advance(.seconds(4))
        bar.update(done: 10)
        #expect(desk.lines == ["\rImporting  10 rows  2.5/s  4.0 s\u{1B}[K"])
    }

    @Test func drawsAtMostTenTimesASecond() {
        let desk = Desk()
        let bar = desk.bar(isTerminal: true)
        for step in 1...1000 {
            desk.advance(.milliseconds(1))
            bar.update(done: step, total: 1000)
        }
        #expect((10...11).contains(desk.lines.count))
    }

    @Test func elsewhereItIsSilentButForItsLastLine() {
        let desk = Desk()
        let bar = desk.bar(isTerminal: false)
        bar.update(done: 1, total: 2)
        bar.notice("row 7 rejected: \u{1B}[2Jscore")
        bar.finish("done")
        bar.finish("done again")
        #expect(desk.lines == ["row 7 rejected: \\x1b[2Jscore\n", "done\n"])
    }

    @Test func theRateFollowsThePaceOfLate() throws {
        let desk = Desk()
        let bar = desk.bar(isTerminal: true)
        for step in 1...100 {
            desk.advance(.seconds(1))
            // A hundred a second at first, then ten.
            bar.update(done: step <= 50 ? step * 100 : 5000 + (step - 50) * 10)
        }
        let last = try #require(desk.lines.last)
        #expect(last.contains("  10/s"))
    }

    @Test func anUnfinishedBarLeavesTheLine() {
        let desk = Desk()
        do {
            let bar = desk.bar(isTerminal: true)
            bar.update(done: 1, total: 2)
        }
        #expect(desk.lines.last == "\r\u{1B}[K")
    }

    @Test(arguments: 1...90)
    func neverWrapsTheLine(columns: Int) {
        for style in [TerminalStyle.plain, .ascii] {
            let desk = Desk()
            let bar = desk.bar(isTerminal: true, columns: columns, style: style)
            desk.advance(.seconds(1))
            bar.update(done: 123_456, total: 7_654_321)
            for line in desk.lines {
                // The carriage return counts as no column; "[K" of the erasure counts as two.
                #expect(DisplayWidth.of(line) - 2 <= max(columns - 1, 1), "\(line)")
            }
        }
    }

    @Test func threadsMayReportTogether() async {
        let desk = Desk()
        let bar = desk.bar(isTerminal: true)
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for step in 0..<500 {
                        desk.advance(.milliseconds(1))
                        bar.update(done: worker * 500 + step, total: 4000)
                    }
                }
            }
        }
        bar.finish("all")
        #expect(desk.lines.last == "all\n")
        #expect(desk.lines.count <= 43)
    }
}
