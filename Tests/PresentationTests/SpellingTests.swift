import Presentation
import Testing

@Suite("Spelling")
struct SpellingTests {
    @Test("one of something is not several")
    func nouns() {
        #expect(Formatted.count(1, of: "text") == "1 text")
        #expect(Formatted.count(0, of: "text") == "0 texts")
        #expect(Formatted.count(1_234, of: "entry") == "1,234 entries")
        #expect(Formatted.count(-1, of: "row") == "-1 row")
    }

    @Test("characters of our own are spelled in ASCII where that is asked for, letters stay")
    func ascii() {
        let text = "“über” +1.0…+2.0 ± 3 → ✓ ≥ 5 – 6 · x"
        #expect(TerminalStyle.plain.spelled(text) == text)
        #expect(
            TerminalStyle.ascii.spelled(text) == "\"über\" +1.0..+2.0 +/- 3 -> ok >= 5 - 6 | x")
    }
}
