import Presentation
import Testing

@Suite("Markup")
struct MarkupTests {
    @Test func elementsCloseAndTextIsText() {
        var markup = Markup()
        markup.element("p", ["class": "a \"b\" <c>", "title": "it's"]) { markup in
            markup.text("1 < 2 & 3 > 2")
            markup.empty("br")
            markup.element("b", text: "</b><script>alert('x')</script>")
        }
        #expect(
            markup.text
                == "<p class=\"a &quot;b&quot; &lt;c&gt;\" title=\"it&#39;s\">1 &lt; 2 &amp; 3 "
                + "&gt; 2<br/><b>&lt;/b&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</b></p>")
    }

    @Test func whatSteersIsShown() {
        var markup = Markup()
        markup.text("a\u{0}b\u{202E}c\nd\u{1B}[31m水👍🏽&amp;")
        #expect(markup.text == "a\\x00b\\u{202e}c d\\x1b[31m水👍🏽&amp;amp;")
        #expect(markup.text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
    }

    @Test func partsOfTheProgramStandAsTheyAre() {
        var markup = Markup()
        markup.raw("<!doctype html>\n")
        markup.element("style") { $0.raw("a > b { content: '\"' }") }
        #expect(markup.text == "<!doctype html>\n<style>a > b { content: '\"' }</style>")
    }

    @Test func errorsPassAndLeaveTheElementOpen() {
        struct Stop: Error {}
        var markup = Markup()
        #expect(throws: Stop.self) { try markup.element("p") { _ in throw Stop() } }
        #expect(markup.text == "<p>")
    }
}
