import Encoders
import Foundation
import Testing

/// Pieces against the reference: lines of real text, and generated ones of many scripts.
@Suite("Lines against the reference tokenizer", .serialized)
struct ReferencePieceTests {
    private static let isHeavy = ProcessInfo.processInfo.environment["NPSLEDGER_HEAVY"] == "1"
    /// A vocabulary for where the real one is absent: letters of some scripts and a few pieces.
    private static let small: [UInt8] = {
        var pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "##ing", "un", "##aff", "the"]
        let ranges: [ClosedRange<UInt32>] = [
            0x21...0x7E, 0x3B1...0x3C9, 0x430...0x44F, 0x5D0...0x5EA, 0x621...0x64A,
            0x905...0x939, 0xE01...0xE2E, 0x1100...0x1112, 0x1161...0x1175, 0x11A8...0x11C2,
            0x4E00...0x5000, 0x1F600...0x1F64F,
        ]
        for scalar in ranges.joined().compactMap(Unicode.Scalar.init) {
            let text = String(scalar)
            guard text == text.lowercased() else { continue }
            pieces += [text, "##" + text]
        }
        return Array(pieces.joined(separator: "\n").utf8)
    }()

    private func compare(_ texts: [[UInt8]], _ what: String) throws {
        guard ReferenceTokenizer.isInstalled else {
            // Asked for the encoder, not to compare would be to pass unseen.
            #expect(!RealEncoder.isAskedFor, "no reference tokenizer: run Tools/setup")
            print("no reference tokenizer in .build-tools: run Tools/setup; not compared with it")
            return
        }
        if ReferenceTokenizer.vocabulary == nil {
            print("no vocabulary of all-MiniLM-L6-v2: compared with a small one only")
        }
        for vocabulary in [Self.small, ReferenceTokenizer.vocabulary].compactMap(\.self) {
            let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary)
            let expected = try ReferenceTokenizer.pieces(of: texts, vocabulary: vocabulary)
            var failures = 0
            for (index, text) in texts.enumerated() where tokenizer.tokens(text) != expected[index]
            {
                failures += 1
                if failures <= 5 {
                    Issue.record("\(what), line \(index): \(text) is \(tokenizer.tokens(text))")
                }
            }
            #expect(failures == 0, "\(what): of \(texts.count) lines")
        }
    }

    @Test("twelve thousand generated lines of many scripts")
    func generated() throws {
        let seed = UInt64.random(in: 0..<1 << 32)
        print("seed \(seed)")
        var source = SeededTexts(seed: seed)
        try compare(
            (0..<(Self.isHeavy ? 300_000 : 12_000)).map { _ in source.text() }, "seed \(seed)")
    }

    @Test("real lines, where the shared data stands beside the repository")
    func real() throws {
        let folder = ReferenceTokenizer.root.deletingLastPathComponent()
            .appendingPathComponent("shared/data")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let files = names.filter { $0.hasSuffix(".csv.gz") }.sorted()
        guard !files.isEmpty else {
            print("no shared data beside the repository: real lines are not compared")
            return
        }
        for file in files {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["gzip", "-dc", folder.appendingPathComponent(file).path]
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            let bytes = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
            process.waitUntilExit()
            let lines = bytes.split(separator: 10).map(Array.init)
            #expect(lines.count > 5_000)
            try compare(Self.isHeavy ? lines : Array(lines.prefix(2_500)), file)
        }
    }

    @Test("what stands for a special piece in a text is text")
    func special() throws {
        guard ReferenceTokenizer.isInstalled else { return }
        let tokenizer = try WordPieceTokenizer(vocabulary: Self.small)
        let text = Array("un[SEP]ing [CLS]".utf8)
        let asData = try ReferenceTokenizer.pieces(of: [text], vocabulary: Self.small)
        let asCode = try ReferenceTokenizer.pieces(
            of: [text], vocabulary: Self.small, readsSpecial: true)
        #expect(tokenizer.tokens(text) == asData[0])
        #expect(asCode[0].contains(tokenizer.sep) && !asData[0].contains(tokenizer.sep))
    }
}
