import Classification
import Glibc
import Testing

@Suite("Redaction")
struct TextRedactionTests {
    static let pairs: [(String, String)] = [
        // Addresses.
        ("write to jane.doe+nps@example.co.uk, please", "write to [email], please"),
        ("(jane@example.com)", "([email])"), ("mail:jane@localhost!", "[email]!"),
        ("<jane@example.com>;bob@example.org", "<[email]"),
        ("jane＠example.com", "[email]"), ("jane\u{200B}@example.com", "[email]"),
        ("ask @jane_doe. or \"@bob\"", "ask [handle]. or \"[handle]\""),
        ("see https://example.com/u/77?x=1.", "see [url]."), ("WWW.Example.com/me", "[url]"),
        ("facebook.com/jane.doe rocks", "[url] rocks"), ("mailto:x", "[url]"),
        // None.
        (
            "and/or 24/7, a.m./p.m., Mr./Mrs., U.K/France",
            "and/or 24/7, a.m./p.m., Mr./Mrs., U.K/France"
        ),
        ("v2.0/v3 was late.But fine @ noon", "v2.0/v3 was late.But fine @ noon"),
        (
            "10/10, 5 stars, room 1204, since 2019, 3 to 4 times, £1,250.00",
            "10/10, 5 stars, room 1204, since 2019, 3 to 4 times, £1,250.00"
        ),
        ("", ""), ("  \n\t ", "  \n\t "), ("日本語 👍🏽 e\u{301}", "日本語 👍🏽 e\u{301}"),
        // Numbers.
        ("call +49 (0)30 123 45-67!", "call [phone]!"), ("call 555-0134-99", "call [phone]"),
        ("+441632960961", "[phone]"), ("booking 12345678", "booking [number]"),
        ("card 4111 1111 1111 1111.", "card [card]."), ("4111111111111111", "[card]"),
        ("4111-1111-1111-1112", "[phone]"), ("born 1980-02-29", "born [phone]"),
        ("٠١٢٣٤٥٦٧", "[number]"), ("５５５－０１３４", "[phone]"),
        ("1\u{200B}2\u{200B}3\u{200B}4\u{200B}5\u{200B}6", "[phone]"),
        ("DE89 3704 0044 0532 0130 00", "DE[phone]"),
        // In another guise.
        ("anna @ example.com", "[email]"), ("anna@\nexample.com, yes", "[email], yes"),
        ("anna\t@ example.com", "[email]"), ("anna%40example.com", "[email]"),
        ("anna&#64;example.com", "[email]"), ("anna&#x40;example&period;com", "[email]"),
        ("anna%2540example.com", "[email]"),
        ("off 20%ff: anna%40example.com", "off 20\u{FFFD}: [email]"),
        ("only 100%ab", "only 100%ab"), ("anna@example．com", "[email]"),
        ("example．com/anna", "[url]"), ("example.com:8080/anna", "[url]"),
        ("example.com:8080", "[url]"), ("?u=anna.schmidt", "[url]"),
        ("example.com?u=anna", "[url]"), ("shop#u=anna&b=1", "[url]"),
        ("0️⃣3️⃣0️⃣1️⃣2️⃣3️⃣", "[number]"), ("⁰³⁰¹²³⁴⁵⁶", "[number]"),
        ("⓪③⓪①②③④", "[number]"), ("0̶3̶0̶1̶2̶3̶4̶", "[number]"), ("〇三〇一二三四", "[number]"),
        ("030,123,456", "[phone]"), ("030_123_456", "[phone]"), ("030·123·456", "[phone]"),
        ("030:123:456", "[phone]"), ("030123\n456", "[phone]"), ("12x34x56x78", "[phone]"),
        ("030|123|456", "[phone]"), ("030'123'456", "[phone]"),
        ("row 12\nrow 34\nrow 56", "row 12\nrow 34\nrow 56"), ("12345", "12345"),
    ]

    @Test("what identifies by its shape goes, and the rest stays", arguments: pairs)
    func shapes(text: String, redacted: String) {
        #expect(
            Array(TextRedaction.redacted(text).unicodeScalars) == Array(redacted.unicodeScalars))
    }

    @Test(
        "no address and no long number comes through in any surroundings", arguments: UInt64(1)...20
    )
    func planted(seed: UInt64) {
        var numbers = SeededTexts(seed: seed)
        let secrets = [
            "jane.doe@example.com", "https://example.com/jane", "@janedoe", "4111 1111 1111 1111",
            "+49 30 1234567", "AT611904300234573201", "jane＠example.com",
        ]
        let pieces = [
            " ", "", "(", ")", "\n", "é", "日", "\u{200D}", "text ", "9", ".", "\"", "👩‍👩‍👧", "\u{0}",
        ]
        for _ in 0..<200 {
            let secret = secrets[numbers.below(secrets.count)]
            func some() -> String {
                (0..<numbers.below(5)).map { _ in pieces[numbers.below(pieces.count)] }.joined()
            }
            let text = some() + secret + some()
            let redacted = TextRedaction.redacted(text)
            #expect(!redacted.contains("jane"), "seed \(seed): \(text)")
            #expect(!redacted.contains("1111 1111"), "seed \(seed): \(text)")
            #expect(!redacted.contains("1234567"), "seed \(seed): \(text)")
            #expect(!redacted.contains("190430"), "seed \(seed): \(text)")
            // Once is enough.
            #expect(TextRedaction.redacted(redacted) == redacted, "seed \(seed): \(text)")
        }
    }

    @Test("a long text takes no longer than its length says")
    func long() {
        for text in [
            String(repeating: "1 ", count: 50_000), String(repeating: "a@", count: 50_000),
            String(repeating: "@", count: 50_000), String(repeating: "/", count: 50_000),
            String(repeating: "(1)", count: 30_000),
        ] {
            let start = Self.secondsOfThisThread()
            _ = TextRedaction.redacted(text)
            #expect(Self.secondsOfThisThread() - start < 10)
        }
    }

    /// Time that this thread has worked, whatever else the machine does.
    private static func secondsOfThisThread() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
