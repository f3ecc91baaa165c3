import Testing

@testable import Classification

struct NormalizationTests {
    @Test(arguments: [
        ("Great Service", "great service"),
        ("  It's   fine...  ", "it s fine"),
        ("Déçu par l'équipe ÉTÉ", "decu par l equipe ete"),
        ("De\u{301}c\u{327}u", "decu"),
        ("Straße Œuvre æsop ĳs", "strasse oeuvre aesop ijs"),
        ("İstanbul ŁÓDŹ Ærø", "istanbul lodz aero"),
        ("soooooo goooood!!!!", "soo good ! \u{203C}"),
        ("why? really?! no!", "why ? really ? ! no !"),
        ("paid 1500 for 20", "paid 0000 for 00"),
        ("see https://example.org/x?y=1. ok", "see [url] ok"),
        ("see www.example.org ok", "see [url] ok"),
        ("mail (me.too@example.org) now", "mail [mail] now"),
        ("thanks @support!", "thanks [handle] !"),
        ("a @ b and 3@", "a b and 0"),
        ("nice 😀👍🏽 👨\u{200D}👩\u{200D}👧", "nice 😀 👍 👨 👩 👧"),
        ("fine :) or :-( or <3", "fine 🙂 or 🙁 or ❤"),
        ("ratio 3:2 and a:b", "ratio 0 0 and a b"),
        ("12 € or $5", "00 ¤ or ¤ 0"),
        ("很好！谢谢", "很 好 ! 谢 谢"),
        ("ПЛОХО Ελλάς", "плохо ελλασ"),
        ("ＦＵＬＬ１", "full0"),
        ("so\u{AD}ft zero\u{200B}width", "soft zerowidth"),
        ("\u{F0001}spoof\u{F0002}", "spoof"),
        ("", ""),
        (" \n\t\0 ", ""),
    ])
    func normalises(_ text: String, _ expected: String) {
        #expect(CollectedTokens.of(Array(text.utf8)).tokens.joined(separator: " ") == expected)
    }

    @Test func composedAndDecomposedAreOne() {
        let composed = "àébèêcëîdïôeöùfûgçñ ÀÉÎÕÜ ṩ ế"
        let decomposed = composed.unicodeScalars.flatMap { scalar -> [UInt8] in
            Array(Self.decomposed(scalar).utf8)
        }
        #expect(
            CollectedTokens.of(Array(composed.utf8)).tokens.joined() == "aebeeceidioeoufugcnaeiouse"
        )
        #expect(decomposed.count > composed.utf8.count)
        #expect(
            CollectedTokens.of(decomposed).tokens == CollectedTokens.of(Array(composed.utf8)).tokens
        )
    }

    private static func decomposed(_ scalar: Unicode.Scalar) -> String {
        let marks: [Unicode.Scalar: String] = [
            "à": "a\u{300}", "â": "a\u{302}", "ä": "a\u{308}", "é": "e\u{301}", "è": "e\u{300}",
            "ç": "c\u{327}", "ñ": "n\u{303}", "ṩ": "s\u{323}\u{307}", "ế": "e\u{302}\u{301}",
        ]
        return marks[scalar] ?? String(Character(scalar))
    }

    @Test func invalidBytesSeparateWords() {
        let cases: [([UInt8], String)] = [
            ([0x61, 0xFF, 0x62], "a b"),
            ([0x61, 0xC3], "a"),
            ([0xC0, 0xAF, 0x61], "a"),
            ([0x61, 0xED, 0xA0, 0x80, 0x62], "a b"),
            ([0x61, 0xF4, 0x90, 0x80, 0x80, 0x62], "a b"),
            ([0x61, 0xE2, 0x82, 0x62], "a b"),
            ([0xF0, 0x9F, 0x98], ""),
        ]
        for (bytes, expected) in cases {
            #expect(CollectedTokens.of(bytes).tokens.joined(separator: " ") == expected, "\(bytes)")
        }
    }

    @Test func longWordsAreReadInPieces() {
        let letters = "abcdefghij"
        let word = String(repeating: letters, count: 10)
        let tokens = CollectedTokens.of(Array(word.utf8)).tokens
        #expect(tokens.map(\.count) == [48, 48, 4])
        #expect(tokens.joined() == word)
    }

    @Test func longTextsKeepHeadAndTail() {
        let middle = String(repeating: "filler ", count: 3000)
        let (tokens, truncated) = CollectedTokens.of(Array("beginning \(middle) conclusion".utf8))
        #expect(truncated)
        #expect(tokens.first == "beginning")
        #expect(tokens.last == "conclusion")
        #expect(tokens.count { $0 == "[gap]" } == 1)
        #expect(Set(tokens) == ["beginning", "filler", "[gap]", "conclusion"])
        let whole = [UInt8](repeating: 0x61, count: TextLimits.wholeBytesMax)
        #expect(!CollectedTokens.of(whole).truncated)
        #expect(CollectedTokens.of(whole + [0x61]).truncated)
    }
}
