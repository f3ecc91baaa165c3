import Foundation
import Testing

/// What tries the documentation is tried here on pages with planted faults.
@Suite("Pages, read and tried")
struct DocumentedPageTests {
    private static let fence = "```"

    private func page(_ lines: String...) -> DocumentedPage {
        DocumentedPage(path: "Page.md", text: lines.joined(separator: "\n") + "\n")
    }

    @Test("commands go on over lines and here-documents, and what they print follows")
    func commands() throws {
        let page = page(
            "Words.", "", Self.fence + "console", "$ cat >file <<'END' # exit 3", "$ no command",
            "END", "$ wc \\", "    -l file", "1 file", "$ true", Self.fence, "", "More.")
        let block = try #require(page.blocks.first)
        #expect(page.blocks.count == 1 && block.faults.isEmpty && block.line == 3)
        #expect(
            block.commands.map(\.text) == [
                "cat >file <<'END' # exit 3\n$ no command\nEND", "wc \\\n    -l file", "true",
            ])
        #expect(block.commands.map(\.line) == [4, 7, 10])
        #expect(block.commands.map(\.status) == [3, 0, 0])
        #expect(block.commands.map { page.lines[$0.shown].joined() } == ["", "1 file", ""])
        let replaced = page.replacing([(block.commands[1], ["2 file", "more"])])
        #expect(replaced.contains("-l file\n2 file\nmore\n$ true\n```\n\nMore.\n"))
    }

    @Test("a block without a language, with a misspelt marker or without a command is told")
    func faults() {
        let page = page(
            Self.fence, "$ ls", Self.fence, "<!-- not ran: no time -->", Self.fence + "console",
            "$ ls", Self.fence, Self.fence + "console", "ls", Self.fence, Self.fence + "console",
            "$ ls", Self.fence, "  " + Self.fence + "text", "  words", "  " + Self.fence,
            Self.fence + "text")
        // The indented one is no kind of block either.
        #expect(page.blocks.map { $0.faults.map(\.line) } == [[1], [4], [9], [], [14, 14], [17]])
    }

    @Test("markers say what is left out, and why")
    func markers() {
        let page = page(
            "<!-- not run: takes an hour -->", Self.fence + "console", "$ sleep 3600", Self.fence,
            "<!-- needs the encoder -->", Self.fence + "console", "$ ls", Self.fence,
            Self.fence + "console", "$ true", Self.fence)
        #expect(
            page.blocks.map(\.marker) == [.notRun(reason: "takes an hour"), .needsEncoder, nil])
        #expect(page.commands(withEncoder: true).map(\.text) == ["ls", "true"])
        #expect(page.commands(withEncoder: false).map(\.text) == ["true"])
    }

    @Test("one shell takes all commands, with both streams in order")
    func session() throws {
        let session = try DocumentedSession([
            "mkdir inner && cd inner\nname=value",
            "printf '0\\r\\n'; echo one; echo two >&2; echo three",
            "(exit 3)", "echo \"$name $PWD ${NPSLEDGER_DIR-none}\"; cat",
            "npsledger --version >/dev/null && ls -A", "bash -c 'kill -KILL $$'", "exit", "true",
        ])
        #expect(
            session.printed.map(\.lines) == [
                [], ["0", "one", "two", "three"], [], ["value /home/you/survey/inner none"], [],
                ["Killed"], [], [],
            ])
        #expect(session.printed.map(\.status) == [0, 0, 3, 0, 0, 137, nil, nil])
    }

    private func lines() -> PrintedLines {
        PrintedLines(started: Date(timeIntervalSinceNow: -60), ended: Date())
    }

    private func time(secondsAgo: Double) -> String {
        Date(timeIntervalSinceNow: -secondsAgo).ISO8601Format(
            .init(includingFractionalSeconds: true))
    }

    private func digest(_ letter: Character) -> String { String(repeating: letter, count: 64) }

    @Test("times of the run and digests may differ, and nothing else")
    func masks() {
        func differs(_ shown: String, _ printed: String) -> Bool {
            var lines = lines()
            return !lines.compare(shown: [shown], printed: [printed]).difference.isEmpty
        }
        let shown = "at 2026-01-01T00:00:00.123456Z by ann"
        #expect(!differs(shown, "at \(time(secondsAgo: 5)) by ann"))
        #expect(differs(shown, "at \(time(secondsAgo: 5)) by bob"))
        #expect(differs(shown, "at \(time(secondsAgo: 500)) by ann"))
        #expect(differs(shown, "at 2026-01-01T00:00:00.123457Z by ann"))
        #expect(!differs("root \(digest("a"))", "root \(digest("b"))"))
        #expect(!differs("root \(digest("a").prefix(16))…", "root \(digest("b").prefix(16))…"))
        #expect(differs("root \(digest("a").prefix(16))…", "root \(digest("b").prefix(17))…"))
        #expect(differs("root \(digest("a").prefix(16))", "root \(digest("b").prefix(16))"))
        let microseconds = Int(Date().timeIntervalSince1970 * 1e6) - 5_000_000
        #expect(!differs("at 1770076800000000", "at \(microseconds)"))
        #expect(differs("at 1770076800000000", "at 1770076800000001"))
        #expect(differs("12 rows", "13 rows"))
        #expect(differs("12 rows", "12 rows "))
    }

    @Test("a digest that is shown twice is printed twice")
    func digests() {
        var lines = lines()
        let (a, b, c, d) = (digest("a"), digest("b"), digest("c"), digest("d"))
        #expect(lines.compare(shown: [a, b], printed: [c, d]).difference.isEmpty)
        #expect(lines.compare(shown: [a], printed: [c]).difference.isEmpty)
        #expect(
            lines.compare(shown: [a.prefix(16) + "…"], printed: [c.prefix(16) + "…"])
                .difference.isEmpty)
        #expect(!lines.compare(shown: [a], printed: [d]).difference.isEmpty)
        #expect(!lines.compare(shown: [digest("e")], printed: [d]).difference.isEmpty)
        // What is printed is told in the page's digests.
        #expect(lines.compare(shown: [], printed: ["new \(d)"]).corrected == ["new \(b)"])
        // One that no line shows yet is shown as it is from then on.
        let (new, old) = (digest("0"), digest("1"))
        #expect(lines.compare(shown: ["1 \(old)"], printed: ["2 \(new)"]).corrected == ["2 \(new)"])
        #expect(lines.compare(shown: ["3 \(old)"], printed: ["3 \(new)"]).corrected == ["3 \(new)"])
    }

    @Test("an ellipsis stands for lines that are left out")
    func leftOut() {
        func differs(_ shown: [String], _ printed: [String]) -> Bool {
            var lines = lines()
            return !lines.compare(shown: shown, printed: printed).difference.isEmpty
        }
        #expect(!differs(["a", "…", "d"], ["a", "b", "d", "c", "d"]))
        #expect(!differs(["…"], []))
        #expect(!differs(["a", "…"], ["a", "b"]))
        #expect(differs(["a", "…", "d"], ["a", "b", "c"]))
        #expect(differs(["…", "a"], ["b"]))
        #expect(differs(["a"], ["a", "b"]))
        #expect(differs(["a", "b"], ["a"]))
    }

    @Test("a correction keeps what still holds")
    func corrected() {
        var lines = lines()
        let kept = "at 2026-01-01T00:00:00Z"
        let now = time(secondsAgo: 3)
        let (difference, corrected) = lines.compare(
            shown: [kept, "12 rows", "end"], printed: ["at \(now)", "13 rows", "end"])
        #expect(difference == ["- 12 rows", "+ 13 rows"])
        #expect(corrected == [kept, "13 rows", "end"])
    }
}
