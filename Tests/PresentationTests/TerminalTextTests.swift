import Testing

@testable import Presentation

@Suite("Text from outside")
struct TerminalTextTests {
    @Test(arguments: [
        ("plain", "plain"), ("naïve 漢字 👨‍👩‍👧", "naïve 漢字 👨‍👩‍👧"),
        ("\u{1B}[31mred\u{1B}[0m", #"\x1b[31mred\x1b[0m"#),
        ("\u{1B}]0;title\u{7}", #"\x1b]0;title\x07"#), ("\u{9B}2J", #"\x9b2J"#),
        ("a\r\nb\tc", #"a\r\nb\tc"#), ("\0\u{7F}", #"\x00\x7f"#),
        ("abc\u{202E}fed", #"abc\u{202e}fed"#), ("\u{2066}x\u{2069}", #"\u{2066}x\u{2069}"#),
        ("\u{2028}", #"\u{2028}"#), ("back\\slash", "back\\slash"),
    ])
    func showsWhatCouldSteerATerminal(text: String, expected: String) {
        #expect(TerminalText(untrusted: text).description == expected)
    }

    @Test func lineBreaksCanBeKeptOrBecomeSpaces() {
        let text = "a\r\nb\rc\n\n\td"
        #expect(TerminalText.sanitized(text, lineBreaks: .kept) == "a\r\nb\\rc\n\n\td")
        #expect(TerminalText.sanitized(text, lineBreaks: .spaces) == "a b c d")
    }

    @Test func nothingThatSteersSurvives() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<1000 {
            var text = generator.text(maxLength: 12)
            for _ in 0..<4 {
                let value = UInt32.random(in: 0...0x2FFF, using: &generator)
                if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
            }
            let safe = TerminalText.sanitized(text)
            #expect(safe.unicodeScalars.allSatisfy(isHarmless), "seed \(seed): \(safe)")
            let spaced = TerminalText.sanitized(text, lineBreaks: .spaces)
            #expect(spaced.unicodeScalars.allSatisfy(isHarmless), "seed \(seed): \(spaced)")
            #expect(TerminalText.sanitized(safe) == safe, "seed \(seed): not stable")
        }
    }

    /// Said by Unicode's own properties, not by the ranges under test.
    private func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: false
        default: !scalar.properties.isBidiControl
        }
    }
}

extension Unicode.Scalar.Properties {
    /// Bidi_Control of PropList.txt, which the standard library does not offer.
    fileprivate var isBidiControl: Bool {
        guard generalCategory == .format, let name else { return false }
        return [
            "LEFT-TO-RIGHT", "RIGHT-TO-LEFT", "DIRECTIONAL", "ARABIC LETTER MARK", "FIRST STRONG",
        ]
        .contains { name.contains($0) }
    }
}

@Suite("Display width")
struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("漢字", 4), ("ｗ", 2), ("한", 2),
        ("\u{1112}\u{1161}\u{11AB}", 2), ("👍", 2), ("👍🏽", 2), ("👨‍👩‍👧", 2), ("🇩🇪", 2), ("❤️", 2),
        ("a\u{200B}b", 2), ("─█▏…", 4), ("→", 1), ("ｱ", 1), ("\t", 0), ("1️⃣", 1),
    ])
    func countsColumns(text: String, columns: Int) {
        #expect(DisplayWidth.of(text) == columns)
    }

    @Test func cutsBetweenCharacters() {
        #expect(DisplayWidth.truncated("abcdef", to: 6) == "abcdef")
        #expect(DisplayWidth.truncated("abcdef", to: 4) == "abc…")
        #expect(DisplayWidth.truncated("漢字漢字", to: 4) == "漢…")
        #expect(DisplayWidth.truncated("👨‍👩‍👧👨‍👩‍👧", to: 3) == "👨‍👩‍👧…")
        #expect(DisplayWidth.truncated("abcdef", to: 4, ellipsis: "...") == "a...")
        #expect(DisplayWidth.truncated("abcdef", to: 2, ellipsis: "...") == "ab")
        #expect(DisplayWidth.truncated("abc", to: 0) == "")
    }
}
