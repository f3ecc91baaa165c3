import Foundation
import Synchronization
import Testing

@testable import Encoders

/// With the real model and the real runtime.
@Suite("all-MiniLM-L6-v2", .needsEncoder)
struct MiniLMEncoderTests {
    private let encoder: MiniLMEncoder

    init() throws { encoder = try RealEncoder.shared.get() }

    private func cosine(_ a: Embedding, _ b: Embedding) -> Double {
        zip(a.components, b.components).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            / Double(Embedding.one) / Double(Embedding.one)
    }

    /// Words of several scripts, from nothing to longer than both windows.
    private func text(_ generator: inout Generator) -> [UInt8] {
        let words = [
            "delay", "friendly", "crew", "refund", "never", "again", "naïve", "Überraschung",
            "客服", "不错", "😡", "спасибо", "!!!", "unbelievablyoverpriced", "ok", "…", "\u{200d}",
        ]
        let longest = [4, 20, 40, 150, 400].randomElement(using: &generator)!
        return (0..<Int.random(in: 0...longest, using: &generator)).flatMap { _ in
            Array((words.randomElement(using: &generator)! + " ").utf8)
        }
    }

    @Test("Any batch, order and number of threads gives the same bits")
    func deterministic() throws {
        let seed = UInt64.random(in: 0...(.max))
        print("deterministic: seed \(seed)")
        var generator = Generator(seed: seed)
        let texts = (0..<40).map { _ in text(&generator) }
        let alone = try texts.map { try encoder.encode(batch: [$0], threads: 1)[0] }
        for threads in [1, 2, 8] {
            #expect(try encoder.encode(batch: texts, threads: threads) == alone)
        }
        for _ in 0..<6 {
            let order = texts.indices.shuffled(using: &generator)
                .prefix(Int.random(in: 1...texts.count, using: &generator))
            let threads = Int.random(in: 1...4, using: &generator)
            let found = try encoder.encode(batch: order.map { texts[$0] }, threads: threads)
            #expect(found == order.map { alone[$0] }, "seed \(seed)")
        }
    }

    /// Before rounding, which would hide a last bit.
    @Test("The runtime gives a text the same bits in every batch of its length")
    func bits() throws {
        let seed = UInt64.random(in: 0...(.max))
        print("bits: seed \(seed)")
        var generator = Generator(seed: seed)
        for length in [2, 3, 7, 8, 16, 31, 128] {
            let rows = (0..<24).map { _ in
                (0..<length).map { _ in Int64.random(in: 999...30_000, using: &generator) }
            }
            let alone = try rows.map { try run([$0])[0] }
            for size in [2, 5, 16, 24] {
                for start in stride(from: 0, to: rows.count, by: size) {
                    let batch = start..<min(rows.count, start + size)
                    let found = try run(Array(rows[batch]))
                    #expect(found == Array(alone[batch]), "length \(length), \(size) at once")
                }
            }
        }
    }

    private func run(_ rows: [[Int64]]) throws -> [[UInt8]] {
        let width = rows[0].count * encoder.dimensions
        var vectors = [Float](repeating: 0, count: rows.count * width)
        try encoder.session.run(
            tokens: rows.flatMap { $0 }, rows: rows.count, columns: rows[0].count,
            width: encoder.dimensions, into: &vectors)
        return vectors.withUnsafeBytes { bytes in
            rows.indices.map { row in
                let part = bytes[4 * row * width..<4 * (row + 1) * width]
                return Array(UnsafeRawBufferPointer(rebasing: part))
            }
        }
    }

    @Test("Vectors have unit length, and what means the same is near")
    func meaning() throws {
        let texts = [
            "The flight was three hours late.", "Our plane was badly delayed.",
            "The coffee was delicious.", "",
        ]
        let found = try encoder.encode(batch: texts.map { Array($0.utf8) }, threads: 2)
        for vector in found { #expect(abs(cosine(vector, vector) - 1) < 1e-3) }
        // All vectors of this layer share a direction: even strangers are at some 0.6.
        let (near, far) = (cosine(found[0], found[1]), cosine(found[0], found[2]))
        #expect(near > far + 0.1, "\(near), \(far)")
    }

    @Test("Input that is no text, empty or huge has a vector")
    func hostile() throws {
        let huge = Array(String(repeating: "late again ", count: 100_000).utf8)
        let word = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000)
        let texts: [[UInt8]] = [[], [0], [0xFF, 0xFE, 0xC0], Array("[SEP][CLS]".utf8), huge, word]
        let found = try encoder.encode(batch: texts, threads: 2)
        #expect(found.count == texts.count)
        #expect(found[1] == found[0])
        #expect(found[3] != found[0])
        for vector in found { #expect(abs(cosine(vector, vector) - 1) < 1e-3) }
    }

    @Test(
        "One flipped byte in any file is refused",
        arguments: [
            "manifest.json", "vocab.txt", "model.onnx", "libonnxruntime.so",
        ])
    func damage(_ file: String) throws {
        let scratch = try Scratch()
        let store = EncoderStore(directory: scratch.path)
        let copy = store.path(of: MiniLMEncoder.publishedDigest)
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        for name in ["manifest.json", "vocab.txt", "model.onnx", "libonnxruntime.so"] {
            // Only what is damaged is copied.
            if name == file {
                try FileManager.default.copyItem(
                    atPath: RealEncoder.directory + "/" + name, toPath: copy + "/" + name)
            } else {
                try FileManager.default.createSymbolicLink(
                    atPath: copy + "/" + name,
                    withDestinationPath: RealEncoder.directory + "/" + name)
            }
        }
        let handle = try #require(FileHandle(forUpdatingAtPath: copy + "/" + file))
        let at = UInt64.random(in: 0..<(try handle.seekToEnd()))
        print("\(file): byte \(at)")
        try handle.seek(toOffset: at)
        let byte = try #require(try handle.read(upToCount: 1)?.first)
        try handle.seek(toOffset: at)
        try handle.write(contentsOf: Data([byte ^ 1 << UInt8.random(in: 0..<8)]))
        try handle.close()
        let error = #expect(throws: EncoderError.self) { try store.minilm() }
        #expect(error?.code == .mismatch)
        #expect(error?.description.contains(file) == true)
    }

    @Test("Loading an encoder again gives the same one")
    func again() throws {
        let other = try RealEncoder.store.minilm()
        #expect(other.digest == MiniLMEncoder.publishedDigest)
        #expect(other.dimensions == 384)
        #expect(other.layer == 4)
        let text = [Array("once more".utf8)]
        #expect(
            try other.encode(batch: text, threads: 1) == encoder.encode(batch: text, threads: 2))
    }

    @Test("An encoder is opened once, whoever asks first")
    func openOnce() throws {
        let open = OpenEncoders(RealEncoder.store)
        let found = Mutex<[MiniLMEncoder]>([])
        try SharedWork.run(4, threads: 4, state: ()) {
            (_: Int, _: inout Void) throws(EncoderError) in
            let encoder = try open.encoder(MiniLMEncoder.publishedDigest)
            found.withLock { $0.append(encoder) }
        }
        let encoders = found.withLock { $0 }
        #expect(encoders.count == 4)
        #expect(encoders.allSatisfy { $0 === encoders[0] })
    }

    @Test("A token that the model does not have is the runtime's to refuse")
    func unknownToken() throws {
        #expect(throws: EncoderError.self) { try run([[101, 99_999, 102]]) }
        #expect(throws: EncoderError.self) { try run([[101, -99_999, 102]]) }
        // Longer than the model has places for.
        #expect(throws: EncoderError.self) { try run([Array(repeating: 101, count: 513)]) }
    }
}
