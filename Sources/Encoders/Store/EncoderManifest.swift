import Foundation

/// What an encoder's `manifest.json` says; the file's SHA-256 is the encoder's digest.
///
/// It names the other files by their own SHA-256, so that the digest stands for all that decides a
/// vector. The library is named by its version: it differs by kind of machine, and the vectors do
/// not.
struct EncoderManifest: Codable, Sendable {
    static let file = "manifest.json"
    /// Far more than a manifest with golden vectors has.
    static let bytesMax = 1 << 20
    static let format = 1
    /// Those of BERT's largest published models are 1,024.
    static let dimensionsMax = 4_096
    /// Those of BERT's largest published models are 24.
    static let layersMax = 64

    struct Runtime: Codable, Sendable, Hashable {
        var name: String
        var version: String
    }

    struct Files: Codable, Sendable {
        var model: String
        var vocabulary: String

        enum CodingKeys: String, CodingKey {
            case model = "model.onnx"
            case vocabulary = "vocab.txt"
        }
    }

    /// A text and the vector it must have.
    struct Golden: Codable, Sendable {
        var text: String
        /// Steps of 1/32,767, 16 bits each, little-endian.
        var embedding: Data
    }

    var format: Int
    var name: String
    var recipe: String
    var dimensions: Int
    /// The layer whose output the graph gives, counted from 1.
    var layer: Int
    var runtime: Runtime
    var files: Files
    var golden: [Golden]

    /// Reads a manifest and refuses what this program does not do.
    init(_ bytes: [UInt8], at path: String) throws(EncoderError) {
        let read = try? JSONDecoder().decode(Self.self, from: Data(bytes))
        guard let read, read.format == Self.format else {
            throw EncoderError(
                .mismatch,
                "\(path) is no manifest of format \(Self.format)")
        }
        self = read
        guard (1...Self.dimensionsMax).contains(dimensions), !golden.isEmpty,
            golden.allSatisfy({ $0.embedding.count == 2 * dimensions })
        else {
            throw EncoderError(
                .mismatch,
                "\(path) lacks a golden vector of 1 to \(Self.dimensionsMax) dimensions")
        }
        guard (1...Self.layersMax).contains(layer) else {
            throw EncoderError(
                .mismatch,
                "\(path) takes layer \(layer), and there are 1 to \(Self.layersMax)")
        }
        guard runtime == Runtime(name: "onnxruntime", version: OnnxRuntime.version) else {
            throw EncoderError(
                .mismatch,
                "\(path) is for \(runtime.name) \(runtime.version), this program for onnxruntime "
                    + "\(OnnxRuntime.version)")
        }
        guard recipe == MiniLMEncoder.recipe else {
            throw EncoderError(
                .mismatch,
                "\(path) has the recipe “\(recipe)”, this program does “\(MiniLMEncoder.recipe)”: "
                    + "use the program it was made with, or fetch its own")
        }
    }
}

/// Bytes as people and file names have them.
enum Hexadecimal {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil where the text is not pairs of digits in lower case.
    static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
