import Presentation
import Testing

@Suite("Terminal style")
struct TerminalStyleTests {
    @Test(arguments: [
        (true, ["TERM": "xterm"], true), (false, ["TERM": "xterm"], false),
        (true, ["TERM": "dumb"], false), (true, [:], false),
        (true, ["TERM": "xterm", "NO_COLOR": "1"], false),
        (true, ["TERM": "xterm", "NO_COLOR": ""], true),
        (false, ["CLICOLOR_FORCE": "1"], true), (false, ["CLICOLOR_FORCE": "0"], false),
        (true, ["CLICOLOR_FORCE": "1", "NO_COLOR": "1", "TERM": "xterm"], false),
    ])
    func colourFollowsTheConventions(
        isTerminal: Bool, environment: [String: String], expected: Bool
    ) {
        let style = TerminalStyle.detected(isTerminal: isTerminal) { environment[$0] }
        #expect(style.usesColor == expected)
    }

    @Test(arguments: [
        (["LANG": "en_US.UTF-8"], true), (["LANG": "C.utf8"], true), (["LANG": "C"], false),
        ([:], false), (["LC_ALL": "C", "LANG": "de_DE.UTF-8"], false),
        (["LC_ALL": "", "LC_CTYPE": "ja_JP.UTF-8", "LANG": "C"], true),
        (["LANG": "de_DE.ISO-8859-1"], false), (["LANG": "ca_ES.UTF-8@valencia"], true),
    ])
    func unicodeFollowsTheLocale(environment: [String: String], expected: Bool) {
        let style = TerminalStyle.detected(isTerminal: true) { environment[$0] }
        #expect(style.usesUnicode == expected)
    }

    @Test func paintEndsWhatItBegins() {
        let style = TerminalStyle(usesColor: true, usesUnicode: true)
        for role in TerminalStyle.Role.allCases {
            let text = style.paint("x", role)
            #expect(text == "x" || (text.hasPrefix("\u{1B}[") && text.hasSuffix("x\u{1B}[0m")))
            #expect(TerminalStyle.plain.paint("x", role) == "x")
            #expect(style.paint("", role) == "")
        }
    }
}
