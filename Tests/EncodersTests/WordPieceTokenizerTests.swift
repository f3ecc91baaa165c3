import Encoders
import Testing

@Suite("WordPiece tokenizer")
struct WordPieceTokenizerTests {
    /// Pieces by number.
    private static let pieces = [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##aff", "##able", "the", "##s", "cafe",
        "!", "[", "]", "sep", "の", "中", "ᄀ", "##ᅡ", "##ᆨ", "σ", "##σ", "i", "##i", "##l",
        "a", "##", "##a", "😀", "##😀", "aa", "##aa", "=", "`",
    ]
    private let tokenizer: WordPieceTokenizer

    init() throws {
        tokenizer = try WordPieceTokenizer(
            vocabulary: Array(Self.pieces.joined(separator: "\n").utf8))
    }

    private func pieces(_ text: String) -> [String] { pieces(Array(text.utf8)) }

    private func pieces(_ bytes: [UInt8]) -> [String] {
        tokenizer.tokens(bytes).map { Self.pieces[Int($0)] }
    }

    @Test("special pieces are found by name")
    func specials() {
        #expect(tokenizer.pad == 0)
        #expect(tokenizer.unknown == 1)
        #expect(tokenizer.cls == 2)
        #expect(tokenizer.sep == 3)
    }

    @Test(
        "texts have the pieces that the reference gives them",
        arguments: [
            ("unaffable", ["un", "##aff", "##able"]),
            ("The UNs  theS", ["the", "un", "##s", "the", "##s"]),
            ("", []), ("   \t\r\n", []), ("\u{0}\u{FFFD}\u{200B}\u{7F}", []),
            ("café cafe\u{301} CAFÉ", ["cafe", "cafe", "cafe"]),
            ("the!the", ["the", "!", "the"]),
            // A piece that is missing in the middle makes the whole word unknown.
            ("unxable un", ["[UNK]", "un"]),
            ("中の中", ["中", "の", "中"]),
            ("a中a", ["a", "中", "a"]),
            ("각 각", ["ᄀ", "##ᅡ", "##ᆨ", "ᄀ", "##ᅡ", "##ᆨ"]),
            // No final sigma: what stands around does not matter.
            ("ΣΣ ς", ["σ", "##σ", "[UNK]"]),
            ("İi ı", ["i", "##i", "[UNK]"]),
            ("aaa aaaa aaaaa", ["aa", "##a", "aa", "##aa", "aa", "##aa", "##a"]),
            ("😀😀 😀\u{FE0F}\u{200D}😀", ["😀", "##😀", "😀", "##😀"]),
            // U+0085 and the line tabulation are taken out, U+2028 is a space.
            ("a\u{85}a a\u{B}a a\u{2028}a", ["aa", "aa", "a", "a"]),
            ("un\u{AD}affable", ["un", "##aff", "##able"]),
            ("≠ \u{1FEF}", ["=", "`"]),
        ])
    func golden(text: String, expected: [String]) {
        #expect(pieces(text) == expected)
    }

    @Test("what stands for a special piece in a text is text")
    func specialText() {
        #expect(pieces("un[SEP]un") == ["un", "[", "sep", "]", "un"])
        #expect(pieces("[sep]") == ["[", "sep", "]"])
        #expect(!tokenizer.tokens(Array("[CLS][SEP][PAD]".utf8)).contains(tokenizer.sep))
    }

    @Test("words of up to 100 scalars have pieces, longer ones none")
    func longWords() {
        func word(_ count: Int) -> String { String(repeating: "a", count: count) }
        #expect(pieces(word(100)).count == 50)
        #expect(pieces(word(101)) == ["[UNK]"])
        #expect(pieces("the " + word(101) + " the") == ["the", "[UNK]", "the"])
        // What is taken out does not count, what becomes of a scalar does.
        #expect(pieces(word(100) + String(repeating: "\u{301}", count: 50)).count == 50)
        #expect(pieces(String(repeating: "각", count: 33)).count == 1)
        #expect(pieces(String(repeating: "각", count: 34)) == ["[UNK]"])
    }

    @Test(
        "bytes that are no UTF-8 are passed over",
        arguments: [
            [0xFF], [0xC0, 0x80], [0xE4, 0xB8], [0xF0, 0x9F, 0x98], [0xED, 0xA0, 0x80],
            [0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xFE, 0xFE], [0xE0, 0x80, 0x80],
        ] as [[UInt8]])
    func noUTF8(bytes: [UInt8]) {
        #expect(pieces(bytes) == [])
        #expect(
            pieces(Array("un".utf8) + bytes + Array("affable".utf8)) == ["un", "##aff", "##able"])
        #expect(pieces(bytes + Array("the".utf8)) == ["the"])
    }

    @Test("a word of ten million bytes is one unknown piece, ten million marks none")
    func hugeWords() {
        #expect(pieces([UInt8](repeating: 0x61, count: 10_000_000)) == ["[UNK]"])
        let marks = (0..<4_000_000).map { $0 % 2 == 0 ? UInt8(0xCC) : 0x81 }
        #expect(pieces(marks) == [])
        // Marks that stay, in an order that sorting would have to turn round.
        let kept = (0..<200_000).flatMap { Array(($0 < 100_000 ? "\u{8D4}" : "\u{1D165}").utf8) }
        #expect(pieces(kept) == ["[UNK]"])
        #expect(tokenizer.tokens([UInt8](repeating: 0x21, count: 1_000_000)).count == 1_000_000)
    }

    @Test("lines may end as on Windows, and the last one need not end")
    func lineEnds() throws {
        let text = Self.pieces.joined(separator: "\r\n") + "\r\n"
        let other = try WordPieceTokenizer(vocabulary: Array(text.utf8))
        let sample = Array("unaffable theS a中a".utf8)
        #expect(other.tokens(sample) == tokenizer.tokens(sample))
    }

    @Test(
        "a vocabulary that cannot be used is refused with its line",
        arguments: [
            ("", "it lacks [CLS]"), ("[PAD]\n[UNK]\n[CLS]", "it lacks [SEP]"),
            ("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n\nb", "line 6 is empty"),
            ("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nb\na", "lines 5 and 7 are the same piece"),
            (
                "[PAD]\n[UNK]\n[CLS]\n[SEP]\n" + String(repeating: "a", count: 401),
                "line 5 is longer"
            ),
        ])
    func refused(text: String, reason: String) {
        let error = #expect(throws: EncoderError.self) {
            try WordPieceTokenizer(vocabulary: Array(text.utf8))
        }
        #expect(error?.code == .mismatch)
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        #expect(error?.fetchHelps == true)
    }

    @Test("a vocabulary that is no UTF-8 or huge is refused")
    func refusedBytes() {
        let start = Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\n".utf8)
        for bytes in [start + [0xFF, 0xFE], [UInt8](repeating: 0x61, count: 1 << 24 + 1)] {
            #expect(throws: EncoderError.self) { try WordPieceTokenizer(vocabulary: bytes) }
        }
    }
}
