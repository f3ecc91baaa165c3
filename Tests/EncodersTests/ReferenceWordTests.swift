import Foundation
import Testing

@testable import Encoders

/// Each scalar against the reference: what becomes of it, and what it does to marks around it.
@Suite("Every scalar against the reference tokenizer", .serialized)
struct ReferenceWordTests {
    private static let isHeavy = ProcessInfo.processInfo.environment["NPSLEDGER_HEAVY"] == "1"

    /// Every scalar; less of the planes where nothing is assigned or all is private, but when heavy.
    private static let scalars: [Unicode.Scalar] = (UInt32(0)..<0x110000).compactMap { value in
        let plane = value >> 16
        let isEven = (4...13).contains(plane) || plane > 14
        let isSparse = isEven && value & 0xFFFF > 0xFF && value & 0xFFFF < 0xFF00
        return isSparse && value % 97 != 0 && !isHeavy ? nil : Unicode.Scalar(value)
    }

    private func compare(_ texts: [[UInt8]], _ name: (Int) -> String) throws {
        let cut = CutWords()
        let expected = try ReferenceTokenizer.words(of: texts)
        var failures = 0
        for (index, text) in texts.enumerated() {
            let found = cut.words(text)
            guard found != expected[index] else { continue }
            failures += 1
            if failures <= 10 {
                Issue.record(
                    """
                    \(name(index)): “\(String(decoding: found, as: UTF8.self))” instead of \
                    “\(String(decoding: expected[index], as: UTF8.self))”
                    """)
            }
        }
        #expect(failures == 0, "of \(texts.count) texts")
    }

    private func isReady() -> Bool {
        if !ReferenceTokenizer.isInstalled {
            print("no reference tokenizer in .build-tools: run Tools/setup; not compared with it")
        }
        return ReferenceTokenizer.isInstalled
    }

    @Test("alone, within a word, and between marks that it lets pass or not")
    func everyScalar() throws {
        guard isReady() else { return }
        let texts = Self.scalars.map { scalar in
            // U+08D4 stays and sorts behind U+1D165, which stays as well: they change places
            // unless a starter stands between them.
            Array("a\(scalar)b \(scalar) c\u{8D4}\(scalar)\u{1D165}d".utf8)
        }
        try compare(texts) { "U+\(String(Self.scalars[$0].value, radix: 16))" }
    }

    @Test("in pairs with marks of every class, before and behind")
    func pairsWithMarks() throws {
        guard isReady() else { return }
        let table = ScalarTable.reference
        let special = Self.scalars.filter { scalar in
            let entry = table.entry(scalar.value)
            let isPlain = entry.payload == 0 && [.letter, .removed, .isolated].contains(entry.kind)
            return !isPlain
        }
        let kept = special.filter { table.entry($0.value).kind == .keptMark }
        #expect(kept.count == 83)
        // Marks that are taken out, of the classes that are most used.
        let taken = [0x300, 0x323, 0x327, 0x345, 0x334, 0x93C, 0x94D, 0x5B0, 0xE38, 0x3099, 0x302A]
        let marks = kept + taken.compactMap { Unicode.Scalar(UInt32($0)) }
        var texts: [[UInt8]] = []
        for (index, scalar) in special.enumerated() {
            for (number, mark) in marks.enumerated()
            where Self.isHeavy || (index + number) % 17 == 0 {
                texts.append(Array("a\(scalar)\(mark)b\(mark)\(scalar)\(marks[0])".utf8))
            }
        }
        for first in kept {
            for second in kept { texts.append(Array("a\(first)\(second)b".utf8)) }
        }
        try compare(texts) {
            "\(String(decoding: texts[$0], as: UTF8.self).unicodeScalars.map(\.value))"
        }
    }

    @Test("Hangul syllables and jamo")
    func hangul() throws {
        guard isReady() else { return }
        let texts = (UInt32(0xAC00)...0xD7A3).compactMap(Unicode.Scalar.init).map {
            Array("\($0)\u{11A8}\u{302E}\($0)".utf8)
        }
        try compare(texts) { "syllable \($0)" }
    }

    @Test("the tables are what the generator writes", .enabled(if: isHeavy))
    func generated() throws {
        guard isReady() else { return }
        let folder = ReferenceTokenizer.root
        let program = try String(
            contentsOf: folder.appendingPathComponent("Tools/NormalizationTable/generate.py"),
            encoding: .utf8)
        let written = try Data(
            contentsOf: folder.appendingPathComponent(
                "Sources/Encoders/WordPiece/ScalarTableData.swift"))
        #expect(try ReferenceTokenizer.run(program, []) == [UInt8](written))
    }
}
