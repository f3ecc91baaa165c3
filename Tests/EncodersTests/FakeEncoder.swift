import CFakeOnnxRuntime
import Crypto
import Foundation

@testable import Encoders

/// A directory that looks like an encoder's, for the fake runtime: a token's vector is
/// token, token + 1, …
struct FakeEncoder {
    static let dimensions = 4
    static let vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nb\nc\n##a\n##b\n##c\n"
    static let text = "a b abc"

    let directory: String
    var name = "fake"
    var format = 1
    var recipe = MiniLMEncoder.recipe
    var version = OnnxRuntime.version
    var dimensions = FakeEncoder.dimensions
    var layer = 4
    /// What the text's vector is said to be, in steps away from what it is.
    var goldenOff: Int16 = 0
    var golden: String?

    init(_ directory: String) throws {
        self.directory = directory
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        try write("vocab.txt", Array(Self.vocabulary.utf8))
        try write("model.onnx", Array("a model".utf8))
    }

    func write(_ file: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(filePath: directory + "/" + file))
    }

    func read(_ file: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: directory + "/" + file)))
    }

    /// The vector of tokens, reckoned anew: their mean's direction.
    static func vector(_ tokens: [Int]) -> Embedding {
        let mean = Double(tokens.reduce(0, +)) / Double(tokens.count)
        let values = (0..<dimensions).map { mean + Double($0) }
        let length = values.map { $0 * $0 }.reduce(0, +).squareRoot()
        return Embedding(rounding: values.map { $0 / length })
    }

    /// Writes the manifest.
    func finish() throws {
        var steps = Self.vector([2, 4, 5, 4, 8, 9, 3]).components
        steps[1] += goldenOff
        let bytes = steps.flatMap { step in
            [UInt8(truncatingIfNeeded: step), UInt8(truncatingIfNeeded: step >> 8)]
        }
        let manifest: [String: Any] = [
            "format": format, "name": name, "recipe": recipe, "dimensions": dimensions,
            "layer": layer,
            "runtime": ["name": "onnxruntime", "version": version],
            "files": [
                "model.onnx": digest(try read("model.onnx")),
                "vocab.txt": digest(try read("vocab.txt")),
            ],
            "golden": [
                ["text": Self.text, "embedding": golden ?? Data(bytes).base64EncodedString()]
            ],
        ]
        try JSONSerialization.data(withJSONObject: manifest, options: .sortedKeys)
            .write(to: URL(filePath: directory + "/manifest.json"))
    }

    private func digest(_ bytes: [UInt8]) -> String { Hexadecimal.text(SHA256.hash(data: bytes)) }

    /// Opens it with the fake runtime.
    func open() throws -> MiniLMEncoder {
        fake_onnx_reset(OnnxRuntime.version, -1)
        let path = directory + "/manifest.json"
        let bytes = try EncoderFile.read(path, bytesMax: EncoderManifest.bytesMax)
        return try MiniLMEncoder(
            directory: directory, digest: Array(SHA256.hash(data: bytes)),
            manifest: try EncoderManifest(bytes, at: path),
            runtime: try OnnxRuntime(apiBase: fake_onnx_api_base()))
    }
}

/// A directory that goes with its test.
final class Scratch {
    let path = NSTemporaryDirectory() + "encoders-test-" + UUID().uuidString

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
