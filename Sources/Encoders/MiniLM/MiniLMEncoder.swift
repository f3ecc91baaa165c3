import Crypto

/// The sentence encoder all-MiniLM-L6-v2, or one trained further from it.
///
/// A text is cut into pieces (WordPiece); its first 126 and, of a longer text, the last of the rest
/// up to 126 go through the transformer up to one of its layers, each part between [CLS] and [SEP].
/// The vector is the mean over all their tokens, at unit length, rounded to steps of 1/32,767. The
/// empty text has a vector too: that of [CLS] and [SEP].
public final class MiniLMEncoder: TextEncoder {
    /// How texts become vectors, as the manifest has it; another way is another recipe.
    public static let recipe =
        "minilm-1: uncased WordPiece; 126 tokens, or the first 126 and the last of the rest"
        + " up to 126; mean over tokens; unit length; steps of 1/32767"

    /// What people and models call it, and `npsledger model fetch` is told.
    public static let shortName = "minilm"

    /// The digest of all-MiniLM-L6-v2 with the weights as they were published, cut at layer 4.
    public static let publishedDigest: [UInt8] = Hexadecimal.bytes(
        "b768723d2a84daba98b91434c10227c1bfef1e60ef241c9cd5e91fe33e926231")!

    /// Numbers in a vector of that one.
    public static let publishedDimensions = 384

    /// Steps of 1/32,767 by which a golden vector may be missed. Single precision is off by a
    /// hundredth of a step, and rounding by one; a wrong weight or token is off by hundreds.
    public static let goldenStepsMax = 3

    /// What runs the model.
    public static let runtime = "onnxruntime \(OnnxRuntime.version)"

    /// SHA-256 of the manifest, which names model, vocabulary, runtime and recipe.
    public let digest: [UInt8]
    /// Numbers in a vector.
    public let dimensions: Int
    /// The layer whose output is averaged, counted from 1; those above it are not there.
    public let layer: Int
    /// The model's name.
    public let name: String

    /// The digest as directories and people have it.
    public var digestText: String { Hexadecimal.text(digest) }

    let tokenizer: WordPieceTokenizer
    let session: OnnxSession

    /// Opens the encoder in a directory: the library, `model.onnx`, `vocab.txt` and
    /// `manifest.json`.
    ///
    /// Every file is hashed; the library must tell the version it is to be, and texts whose vectors
    /// are known must get them.
    ///
    /// - Throws: `EncoderError`: `missing` where a file is, `mismatch` where one is not what the
    ///   manifest says or the vectors are wrong, `failed` where the runtime does not run the model.
    public convenience init(directory: String) throws(EncoderError) {
        try self.init(directory: directory, expecting: nil)
    }

    convenience init(directory: String, expecting digest: [UInt8]?) throws(EncoderError) {
        let path = directory + "/" + EncoderManifest.file
        let bytes = try EncoderFile.read(path, bytesMax: EncoderManifest.bytesMax)
        let found = Array(SHA256.hash(data: bytes))
        guard digest == nil || digest == found else {
            throw EncoderError(
                .mismatch,
                "\(path) is damaged or another encoder's: its SHA-256 is not its directory's "
                    + "name")
        }
        let manifest = try EncoderManifest(bytes, at: path)
        let runtime = try Self.runtime(in: directory)
        try self.init(directory: directory, digest: found, manifest: manifest, runtime: runtime)
    }

    /// Opens an encoder with a runtime that is loaded already.
    init(
        directory: String, digest: [UInt8], manifest: EncoderManifest, runtime: OnnxRuntime
    ) throws(EncoderError) {
        self.digest = digest
        name = manifest.name
        dimensions = manifest.dimensions
        layer = manifest.layer
        tokenizer = try WordPieceTokenizer(
            vocabulary: try EncoderFile.read(
                directory + "/vocab.txt", bytesMax: WordPieceTokenizer.vocabularyBytesMax,
                digest: manifest.files.vocabulary))
        // Run from the very bytes that were hashed.
        session = try OnnxSession(
            runtime: runtime,
            model: try EncoderFile.read(
                directory + "/model.onnx", bytesMax: Self.modelBytesMax,
                digest: manifest.files.model))
        try check(manifest.golden)
    }

    /// A model's file has at most as many bytes as its format can have.
    private static let modelBytesMax = Int(Int32.max)
    /// The library has 30 MB.
    private static let libraryBytesMax = 1 << 28

    private static func runtime(in directory: String) throws(EncoderError) -> OnnxRuntime {
        guard let digest = OnnxRuntime.digest else {
            throw EncoderError(
                .missing,
                "no onnxruntime is known for this kind of machine: the encoder runs on Linux on "
                    + "x86-64 and ARM64; models of kind ngram-1 need none")
        }
        let path = directory + "/" + OnnxRuntime.file
        _ = try EncoderFile.read(path, bytesMax: libraryBytesMax, digest: digest)
        return try OnnxRuntime(library: path, isWhole: true)
    }

    /// Holds the encoder against vectors that are known.
    private func check(_ golden: [EncoderManifest.Golden]) throws(EncoderError) {
        let found = try encode(batch: golden.map { Array($0.text.utf8) }, threads: 1)
        for (golden, found) in zip(golden, found) {
            let known = Embedding(littleEndian: Array(golden.embedding))
            let steps = zip(known.components, found.components).map { abs(Int($0) - Int($1)) }
            guard let most = steps.max(), most <= Self.goldenStepsMax else {
                throw EncoderError(
                    .mismatch,
                    "the encoder does not give “\(golden.text.prefix(40))…” the vector it must "
                        + "have: off by \(steps.max() ?? 0) steps of 1/32767, and at most "
                        + "\(Self.goldenStepsMax) are allowed. If fetching it anew does not help, "
                        + "this machine reckons wrongly: use a model of kind ngram-1 on it")
            }
        }
    }
}

extension Embedding {
    /// A vector from 16-bit numbers as they are stored.
    init(littleEndian bytes: [UInt8]) {
        self.init(
            components: stride(from: 0, to: bytes.count - 1, by: 2).map { index in
                Int16(bitPattern: UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8)
            })
    }
}
