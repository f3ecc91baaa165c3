import Foundation
import Testing

/// What respondents wrote on somebody's screen, whichever way it gets there.
@Suite("Respondents' text on a terminal", .serialized)
struct TerminalTests {
    /// Escape sequences, C1 controls and controls of direction, as text and as JSON has them.
    private static let hostile =
        "a\u{1B}]0;owned\u{7}b\u{9B}31mc\u{85}d\u{202E}e\u{2066}f\u{200F}g\u{8}h\u{7F}i\u{2028}j"

    private func ledger() throws -> Workspace {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        let said = Self.hostile
        // Enough of a text around them that the file is not taken for a program.
        let plain = (0..<40).map { "p\($0),9,quite a long and harmless comment,EU,mail\n" }
        try here.write(
            "a.csv",
            "id,score,text,region,by\nr1\(said),,text \(said) one,EM\(said),mail\(said)\n"
                + "r2,4,text \(said) two,EM\(said),mail\n" + "bad\(said),nine\(said),\(said),x,y\n"
                + plain.joined())
        try here.succeed(
            "import", "a.csv", "--source", "s", "--map", "response_id=id", "--map", "score=score",
            "--map", "text=text", "--map", "segment.region=region", "--map", "channel=by", "--at",
            "2025-05-01")
        try here.succeed("review", "request", "--sample", "100")
        return here
    }

    /// Whether a terminal would do something at this that this program did not mean.
    private static func steers(_ scalars: Substring.UnicodeScalarView) -> Bool {
        guard let first = scalars.first else { return false }
        switch first.value {
        case 0x1B:
            // Colours and the end of a bar's line are this program's own; nothing else is.
            let rest = scalars.dropFirst()
            guard rest.first == "[" else { return true }
            let last = rest.dropFirst().first { !("0"..."9").contains($0) && $0 != ";" }
            return last != "m" && last != "K"
        case 0x0A, 0x0D: return false
        case 0..<0x20, 0x7F...0x9F, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x206F:
            return true
        default: return false
        }
    }

    @Test("nothing that steers a terminal reaches one, in any format")
    func everyCommand() throws {
        let here = try ledger()
        let response = "0"
        var commands: [[String]] = [
            ["review", "export", "--output", "-"], ["tail", "--from", "0"],
            ["compare", "--by", "region", "--models", "1,1", "--html", "-"],
        ]
        for command in [
            ["nps", "--by", "region"], ["nps", "--by", "channel"], ["trend", "--by", "region"],
            ["compare", "--by", "region"], ["audit"], ["audit", "--quarantine"],
            ["trace", "r2"], ["trace", "r1" + Self.hostile], ["review", "list"],
            ["review", "show", response], ["diff", "--by", "region", "--list"],
            ["topics", "report"], ["verify"], ["model", "show", "1"],
        ] {
            for format in ["table", "json", "csv"] {
                commands.append(command + ["--format", format])
            }
        }
        var shown = 0
        for command in commands {
            let outcome = try Typing.run(command, steps: [], in: here)
            let scalars = outcome.screen.unicodeScalars
            for index in scalars.indices where Self.steers(scalars[index...]) {
                let value = String(scalars[index].value, radix: 16)
                Issue.record("\(command) sends \(value) in \(outcome.screen.debugDescription)")
                break
            }
            if outcome.screen.contains("owned") { shown += 1 }
        }
        // What is tested is really there: as an escape, in most of the answers.
        #expect(shown > 20)
    }

    @Test("the sheet on a terminal is readable, and in a pipe as it is")
    func sheet() throws {
        let here = try ledger()
        let screen = try Typing.run(["review", "export", "--output", "-"], steps: [], in: here)
            .screen
        #expect(screen.contains(#"\x1b]0;owned\x07b\x9b31m"#), "\(screen.debugDescription)")
        #expect(screen.contains(#"\u{202e}"#))
        let pipe = try here.run("review", "export", "--output", "-")
        #expect(pipe.output.contains(Self.hostile))
    }
}
