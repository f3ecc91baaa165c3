import LedgerCore
import Testing

@Suite("CBOR, what the strict reader refuses")
struct CBORStrictnessTests {
    private func flaw(_ bytes: [UInt8]) -> CBORError? {
        do {
            _ = try CBORCursor.decode(bytes)
            return nil
        } catch {
            return error
        }
    }

    /// A head of a given width, whatever its argument needs.
    private func head(_ major: UInt8, _ argument: UInt64, width: Int) -> [UInt8] {
        let low: UInt8 = [1: 24, 2: 25, 4: 26, 8: 27][width] ?? 24
        let tail = (0..<width).reversed().map { UInt8(truncatingIfNeeded: argument >> ($0 * 8)) }
        return [major << 5 | low] + tail
    }

    @Test("heads longer than need be", arguments: 0...5)
    func longHeads(major: Int) {
        let limits: [(UInt64, widths: [Int])] = [
            (0, [1, 2, 4, 8]), (23, [1, 2, 4, 8]), (24, [2, 4, 8]), (255, [2, 4, 8]),
            (256, [4, 8]), (65_535, [4, 8]), (65_536, [8]), (0xFFFF_FFFF, [8]),
        ]
        for (argument, widths) in limits {
            // What the head announces must be there, or it would be refused for its absence.
            guard major < 2 || argument <= 65_536 else { continue }
            let count = major < 2 ? 0 : Int(argument) * (major == 5 ? 2 : 1)
            let body = [UInt8](repeating: major < 4 ? 0x61 : 0, count: count)
            for width in widths {
                let bytes = head(UInt8(major), argument, width: width) + body
                #expect(flaw(bytes) == CBORError(.notShortest, offset: 0), "\(argument), \(width)")
            }
        }
        // A long head inside a map's key, and inside its value.
        #expect(flaw([0xA1, 0x78, 0x01, 0x61, 0x00]) == CBORError(.notShortest, offset: 1))
        #expect(flaw([0xA1, 0x61, 0x61, 0x18, 0x00]) == CBORError(.notShortest, offset: 3))
    }

    @Test("reserved heads and long simple values")
    func reserved() {
        for major: UInt8 in 0...7 {
            for low: UInt8 in 28...31 {
                #expect(flaw([major << 5 | low, 0, 0])?.reason == .notShortest)
            }
        }
        for simple: UInt8 in 20...22 { #expect(flaw([0xF8, simple])?.reason == .notShortest) }
        for simple: UInt8 in 0..<20 { #expect(flaw([0xE0 | simple])?.reason == .unsupported) }
    }

    private func map(_ keys: [String]) -> [UInt8] {
        var writer = CBORWriter()
        writer.map(keys.count)
        for key in keys {
            writer.text(key)
            writer.unsigned(0)
        }
        return writer.bytes
    }

    @Test("keys in another order, and repeated keys")
    func keyOrder() {
        #expect(flaw(map(["a", "b", "aa", "ab", "b\u{0}"])) == nil)
        #expect(flaw(map(["b", "a"]))?.reason == .keyOrder)
        #expect(flaw(map(["aa", "b"]))?.reason == .keyOrder)
        #expect(flaw(map(["a", "a"])) == CBORError(.keyOrder, offset: 4, field: "a"))
        #expect(flaw(map(["a", "b", "b"]))?.reason == .keyOrder)
        // 23 and 24 bytes: heads of one and of two bytes.
        let (short, long) = (String(repeating: "z", count: 23), String(repeating: "a", count: 24))
        #expect(flaw(map([short, long])) == nil)
        #expect(flaw(map([long, short]))?.reason == .keyOrder)
    }

    @Test("any permutation but one is refused, seed 76")
    func permutations() {
        var random = SeededGenerator(seed: 76)
        for _ in 0..<500 {
            var pairs: [String: CBORValue] = [:]
            for _ in 0..<5 { pairs[random.text(maxLength: 4)] = .unsigned(0) }
            let sorted = pairs.keys.sorted(by: CBORValue.precedes)
            #expect(map(sorted) == CBORValue.map(pairs).encoded)
            // RFC 8949 §4.2.1 says it of the encoded keys; that is the order's own definition.
            let encoded = sorted.map { CBORValue.text($0).encoded }
            #expect(encoded == encoded.sorted { $0.lexicographicallyPrecedes($1) })
            let shuffled = sorted.shuffled(using: &random)
            let isSame = zip(shuffled, sorted).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
            #expect((flaw(map(shuffled)) == nil) == isSame)
        }
    }

    @Test("two spellings of one key")
    func equivalentKeys() {
        // U+00E9, and e with U+0301: one key for Swift, so one pair would be lost in reading.
        let both = map(["\u{E9}", "e\u{301}"])
        #expect(flaw(both) == CBORError(.keyOrder, offset: 5, field: "e\u{301}"))
        // U+2000 is canonically equivalent to U+2002, of the same length.
        #expect(flaw(map(["\u{2000}", "\u{2002}"]))?.reason == .keyOrder)
        // Each alone comes back byte by byte.
        for key in ["\u{E9}", "e\u{301}", "\u{2000}", "\u{212B}"] {
            let bytes = map([key])
            #expect((try? CBORCursor.decode(bytes).encoded) == bytes)
        }
    }

    @Test("texts that are not UTF-8")
    func invalidText() {
        let texts: [[UInt8]] = [
            [0x80], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF],
            [0xE6, 0xB0], [0xF0, 0x80, 0x80, 0x80],
        ]
        for text in texts {
            let bytes = [0x60 | UInt8(text.count)] + text
            #expect(flaw(bytes) == CBORError(.invalidText, offset: 0))
            #expect(flaw([0xA1] + bytes + [0])?.reason == .invalidText)
        }
    }

    @Test("nesting, as arrays and as maps")
    func nesting() {
        let deepest = CBORCursor.nestingMax - 1
        for opening: [UInt8] in [[0x81], [0xA1, 0x60]] {
            func nested(_ depth: Int) -> [UInt8] {
                (0..<depth).flatMap { _ in opening } + [0]
            }
            #expect(flaw(nested(deepest)) == nil)
            #expect(flaw(nested(deepest + 1))?.reason == .tooDeep)
            // Deep enough to overflow any stack, were it followed.
            let bomb = nested(1_000_000)
            #expect(flaw(bomb)?.reason == .tooDeep)
            let skipped = try? bomb.withBytes { (raw) throws(CBORError) -> Bool in
                var cursor = CBORCursor(unsafe: raw)
                try cursor.skip()
                return cursor.isAtEnd
            }
            #expect(skipped == true, "skip counts and does not recurse")
        }
    }

    @Test("counts and lengths beyond the bytes reserve nothing and are refused")
    func lies() {
        for major: UInt8 in 2...5 {
            for argument: UInt64 in [.max, 1 << 63, (1 << 63) - 1, 1 << 40, 3] {
                var writer = CBORWriter()
                writer.head(major, argument)
                let bytes = writer.bytes + [0, 0]
                #expect(flaw(bytes) == CBORError(.truncated, offset: 0))
                let skipped = try? bytes.withBytes { (raw) throws(CBORError) -> Bool in
                    var cursor = CBORCursor(unsafe: raw)
                    try cursor.skip()
                    return true
                }
                #expect(skipped == nil)
            }
        }
    }

    @Test("errors say what, where and in which field")
    func descriptions() {
        #expect(
            CBORError(.keyOrder, offset: 4, field: "a").description
                == "CBOR keyOrder in field “a” at byte 4")
        #expect(CBORError(.truncated, offset: 0).description == "CBOR truncated at byte 0")
    }
}
