import CFakeOnnxRuntime
import Foundation
import Glibc
import Testing

@testable import Encoders

/// Everything that uses the fake runtime, one test after the other: it counts for the process.
@Suite("With a runtime that fails on demand", .serialized)
struct FakeRuntimeTests {
    /// Opens everything and runs once.
    private func runOnce() throws {
        let runtime = try OnnxRuntime(apiBase: fake_onnx_api_base())
        let session = try OnnxSession(runtime: runtime, model: [1, 2, 3])
        var vectors = [Float](repeating: -1, count: 12)
        try session.run(tokens: [7, 8, 9, 10], rows: 2, columns: 2, width: 3, into: &vectors)
        #expect(vectors == [7, 8, 9, 8, 9, 10, 9, 10, 11, 10, 11, 12])
    }

    @Test("Whichever call fails, the reason is told and everything is given back")
    func everyCallFails() throws {
        fake_onnx_reset(OnnxRuntime.version, -1)
        try runOnce()
        let calls = fake_onnx_calls()
        #expect(calls == 11)
        #expect(fake_onnx_objects() == 0)
        for call in 0..<calls {
            fake_onnx_reset(OnnxRuntime.version, call)
            let error = #expect(throws: EncoderError.self) { try runOnce() }
            #expect(error?.code == .failed)
            // A message of two lines is told in one.
            #expect(error?.description.contains("call \(call) fails") == true, "\(call)")
            #expect(fake_onnx_objects() == 0, "call \(call)")
        }
    }

    @Test("Another version is refused before anything of it is called")
    func version() throws {
        for version in ["1.31.0", "1.31.10", "", "2.0"] {
            fake_onnx_reset(version, -1)
            let error = #expect(throws: EncoderError.self) {
                try OnnxRuntime(apiBase: fake_onnx_api_base())
            }
            #expect(error?.code == .mismatch)
            #expect(error?.fetchHelps == true)
            #expect(error?.description.contains(OnnxRuntime.version) == true)
            #expect(fake_onnx_calls() == 0)
        }
        #expect(throws: EncoderError.self) { try OnnxRuntime(apiBase: nil) }
    }

    @Test("Vectors are means over the tokens of both windows, in any batch")
    func vectors() throws {
        let scratch = try Scratch()
        let fake = try FakeEncoder(scratch.path + "/fake")
        try fake.finish()
        let encoder = try fake.open()
        // 300 tokens: 126 of a, 48 of b that are not read, 126 of c.
        let long = [("a", 126), ("b", 48), ("c", 126)]
            .flatMap { Array(repeating: $0.0, count: $0.1) }.joined(separator: " ")
        let edge = Array(repeating: "a", count: 127).joined(separator: " ")
        let texts = ["", "a", "b a", "q", long, edge, "a", "\u{0}\u{fffd}"]
        let window = { (token: Int, count: Int) in
            [2] + Array(repeating: token, count: count) + [3]
        }
        let expected = [
            [2, 3], [2, 4, 3], [2, 5, 4, 3], [2, 1, 3], window(4, 126) + window(6, 126),
            window(4, 126) + window(4, 1), [2, 4, 3], [2, 3],
        ].map { FakeEncoder.vector($0) }
        for threads in [-1, 0, 1, 2, 9] {
            let found = try encoder.encode(batch: texts.map { Array($0.utf8) }, threads: threads)
            #expect(found == expected)
        }
        #expect(try encoder.encode(batch: [], threads: 2).isEmpty)
    }

    @Test("Equal texts are run once, and more than a slice of texts keeps its order")
    func slices() throws {
        let scratch = try Scratch()
        let fake = try FakeEncoder(scratch.path + "/fake")
        try fake.finish()
        let encoder = try fake.open()
        fake_onnx_reset(OnnxRuntime.version, -1)
        _ = try encoder.encode(batch: Array(repeating: Array("a b".utf8), count: 1_000), threads: 2)
        #expect(fake_onnx_calls() == 3, "two tensors and a run")
        let letters = ["a", "b", "c"]
        let texts = (0..<2 * MiniLMEncoder.sliceTexts + 5).map { number in
            String(number, radix: 3).map { letters[$0.wholeNumberValue!] }.joined(separator: " ")
        }
        let found = try encoder.encode(batch: texts.map { Array($0.utf8) }, threads: 2)
        for (text, vector) in zip(texts, found) {
            let tokens = text.split(separator: " ").map { 4 + letters.firstIndex(of: "\($0)")! }
            #expect(vector == FakeEncoder.vector([2] + tokens + [3]), "\(text)")
        }
    }

    @Test("A failure in one batch is the call's, and the next call works")
    func failingRun() throws {
        let scratch = try Scratch()
        let fake = try FakeEncoder(scratch.path + "/fake")
        try fake.finish()
        let encoder = try fake.open()
        let texts = ["a", "a b", "a b c", "a b c a"].map { Array($0.utf8) }
        fake_onnx_reset(OnnxRuntime.version, 5)
        let error = #expect(throws: EncoderError.self) {
            try encoder.encode(batch: texts, threads: 2)
        }
        #expect(error?.code == .failed)
        #expect(try encoder.encode(batch: texts, threads: 2).count == 4)
    }

    @Test("A golden vector may be off by rounding, not by more")
    func golden() throws {
        let scratch = try Scratch()
        for (off, isAccepted) in [(3, true), (-3, true), (4, false), (-4, false), (900, false)] {
            var fake = try FakeEncoder(scratch.path + "/fake")
            fake.goldenOff = Int16(off)
            try fake.finish()
            if isAccepted {
                _ = try fake.open()
            } else {
                let error = #expect(throws: EncoderError.self) { try fake.open() }
                #expect(error?.code == .mismatch)
                #expect(error?.description.contains("off by \(abs(off)) steps") == true)
            }
        }
    }

    @Test("Any flipped or missing byte of model and vocabulary is refused, naming the file")
    func damage() throws {
        let scratch = try Scratch()
        let fake = try FakeEncoder(scratch.path + "/fake")
        try fake.finish()
        for file in ["model.onnx", "vocab.txt"] {
            let whole = try fake.read(file)
            var damaged = whole.indices.map { index in
                var bytes = whole
                bytes[index] ^= 1
                return bytes
            }
            damaged += [whole.dropLast(), [], whole + [0]]
            for bytes in damaged {
                try fake.write(file, bytes)
                let error = #expect(throws: EncoderError.self) { try fake.open() }
                #expect(error?.code == .mismatch)
                #expect(error?.description.contains(file) == true)
                #expect(error?.fetchHelps == true)
            }
            try fake.write(file, whole)
        }
        _ = try fake.open()
    }

    @Test("What is no file, or not there, is refused at once")
    func noFile() throws {
        let scratch = try Scratch()
        let fake = try FakeEncoder(scratch.path + "/fake")
        try fake.finish()
        for file in ["model.onnx", "vocab.txt"] {
            let path = fake.directory + "/" + file
            let whole = try fake.read(file)
            unlink(path)
            #expect(#expect(throws: EncoderError.self) { try fake.open() }?.code == .missing)
            mkfifo(path, 0o600)
            #expect(#expect(throws: EncoderError.self) { try fake.open() }?.code == .mismatch)
            unlink(path)
            mkdir(path, 0o700)
            #expect(#expect(throws: EncoderError.self) { try fake.open() }?.code == .mismatch)
            rmdir(path)
            try fake.write(file, whole)
        }
    }

    @Test("A manifest of another format, recipe, runtime or shape is refused")
    func manifest() throws {
        let scratch = try Scratch()
        func refused(_ change: (inout FakeEncoder) -> Void) throws -> String {
            var fake = try FakeEncoder(scratch.path + "/fake")
            change(&fake)
            try fake.finish()
            let error = #expect(throws: EncoderError.self) { try fake.open() }
            #expect(error?.code == .mismatch)
            return error?.description ?? ""
        }
        #expect(try refused { $0.format = 2 }.contains("format 1"))
        #expect(try refused { $0.recipe = "minilm-2" }.contains("minilm-2"))
        #expect(try refused { $0.version = "1.30.0" }.contains("1.30.0"))
        #expect(try refused { $0.layer = 0 }.contains("layer 0"))
        #expect(try refused { $0.layer = 65 }.contains("layer 65"))
        #expect(try refused { $0.dimensions = 0 }.contains("golden"))
        #expect(try refused { $0.dimensions = 5 }.contains("golden"))
        #expect(try refused { $0.golden = "" }.contains("golden"))
        #expect(try refused { $0.golden = "%" }.contains("manifest"))
        let fake = try FakeEncoder(scratch.path + "/fake")
        try fake.write("manifest.json", Array("{\"format\": 1".utf8))
        #expect(#expect(throws: EncoderError.self) { try fake.open() }?.code == .mismatch)
    }
}
