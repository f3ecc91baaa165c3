import Crypto
import Foundation

/// Hugging Face's `tokenizers`, from the Python environment that `Tools/setup` makes, set as
/// tokenizer.json of all-MiniLM-L6-v2 sets it but for special pieces written in a text, padding and
/// cutting.
enum ReferenceTokenizer {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let python = root.appendingPathComponent(".build-tools/venv/bin/python").path

    /// Whether the package is there, at the version that the tables were made with.
    static let isInstalled: Bool = {
        guard FileManager.default.isExecutableFile(atPath: python) else { return false }
        return (try? run("import tokenizers; assert tokenizers.__version__ == '0.23.3'", [])) != nil
    }()

    /// The vocabulary of all-MiniLM-L6-v2, where it was fetched; another file does not count.
    static let vocabulary: [UInt8]? = {
        let environment = ProcessInfo.processInfo.environment
        let home = environment["HOME"] ?? "/"
        let stores = [
            environment["NPSLEDGER_CACHE"],
            (environment["XDG_CACHE_HOME"] ?? home + "/.cache") + "/npsledger",
        ].compactMap { $0.map { $0 + "/encoders" } }
        var paths = [root.appendingPathComponent(".build-tools/reference/vocab.txt").path]
        if let named = environment["NPSLEDGER_VOCABULARY"] { paths.insert(named, at: 0) }
        for store in stores {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: store)) ?? []
            paths += names.sorted().map { "\(store)/\($0)/vocab.txt" }
        }
        let digest = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
        for path in paths {
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            let found = SHA256.hash(data: data).map { String(format: "%02x", $0) }.joined()
            if found == digest { return [UInt8](data) }
        }
        return nil
    }()

    // Each text comes after its length; each answer goes after its own.
    private static let reading = """
        import struct, sys
        from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

        def texts():
            data, at = sys.stdin.buffer.read(), 0
            while at < len(data):
                size, = struct.unpack_from("<I", data, at)
                yield data[at + 4:at + 4 + size].decode("utf-8", "replace")
                at += 4 + size

        normalize = normalizers.BertNormalizer(
            clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True)
        split = pre_tokenizers.BertPreTokenizer()

        """

    private static let words =
        reading + """
            out = []
            for text in texts():
                words = split.pre_tokenize_str(normalize.normalize_str(text))
                answer = " ".join(word for word, _ in words).encode()
                out.append(struct.pack("<I", len(answer)) + answer)
            sys.stdout.buffer.write(b"".join(out))
            """

    private static let pieces =
        reading + """
            lines = open(sys.argv[1], encoding="utf-8", newline="").read().split("\\n")
            vocabulary = {line: number for number, line in enumerate(lines) if line}
            tokenizer = Tokenizer(models.WordPiece(
                vocabulary, unk_token="[UNK]", continuing_subword_prefix="##",
                max_input_chars_per_word=100))
            tokenizer.normalizer, tokenizer.pre_tokenizer = normalize, split
            tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
            tokenizer.encode_special_tokens = sys.argv[2] == "text"
            batch = list(texts())
            for found in tokenizer.encode_batch(batch, add_special_tokens=False):
                ids = found.ids
                sys.stdout.buffer.write(struct.pack(f"<I{len(ids)}i", 4 * len(ids), *ids))
            """

    /// The normalised words of each text, with a space between them.
    static func words(of texts: [[UInt8]]) throws -> [[UInt8]] {
        try run(words, [], texts: texts).map { [UInt8]($0) }
    }

    /// The numbers of each text's pieces.
    ///
    /// - Parameter readsSpecial: whether “[SEP]” in a text is the special piece; ours never is.
    static func pieces(
        of texts: [[UInt8]], vocabulary: [UInt8], readsSpecial: Bool = false
    ) throws -> [[Int32]] {
        let path = NSTemporaryDirectory() + "vocabulary-\(UUID().uuidString).txt"
        try Data(vocabulary).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try run(pieces, [path, readsSpecial ? "special" : "text"], texts: texts).map {
            bytes in
            bytes.withUnsafeBytes { raw in
                stride(from: 0, to: raw.count, by: 4).map {
                    Int32(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: Int32.self))
                }
            }
        }
    }

    private static func run(
        _ program: String, _ arguments: [String], texts: [[UInt8]]
    ) throws -> [ArraySlice<UInt8>] {
        var input: [UInt8] = []
        for text in texts {
            withUnsafeBytes(of: UInt32(text.count).littleEndian) { input += $0 }
            input += text
        }
        let output = try run(program, arguments, input: input)
        var answers: [ArraySlice<UInt8>] = []
        var index = 0
        while index < output.count {
            let size = output.withUnsafeBytes {
                UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: index, as: UInt32.self))
            }
            answers.append(output[(index + 4)..<(index + 4 + Int(size))])
            index += 4 + Int(size)
        }
        guard answers.count == texts.count else {
            throw Failure(description: "\(answers.count) answers for \(texts.count) texts")
        }
        return answers
    }

    /// What a program prints, run in the environment of the reference.
    @discardableResult
    static func run(
        _ program: String, _ arguments: [String], input: [UInt8] = []
    ) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("reference-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files and not pipes: neither side can block the other.
        let paths = ["in", "out", "err"].map(folder.appendingPathComponent)
        for path in paths { try Data(path == paths[0] ? input : []).write(to: path) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["-c", program] + arguments
        process.standardInput = try FileHandle(forReadingFrom: paths[0])
        process.standardOutput = try FileHandle(forWritingTo: paths[1])
        process.standardError = try FileHandle(forWritingTo: paths[2])
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = String(decoding: try Data(contentsOf: paths[2]), as: UTF8.self)
            throw Failure(description: "the reference failed: \(text.suffix(2000))")
        }
        return [UInt8](try Data(contentsOf: paths[1]))
    }
}
