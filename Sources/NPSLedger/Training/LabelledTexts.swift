import Classification
import Crypto
import LedgerCore
import LedgerStore
import LedgerVault

/// Texts from a file with labels that people gave them, to learn from beside a ledger's responses.
/// They do not enter the ledger: its registrations name the file by its digest.
public struct LabelledTexts: Sendable {
    /// SHA-256 of the file's bytes.
    public let digest: [UInt8]
    /// The texts; each has a label at least.
    public private(set) var examples: [TrainingExample] = []

    /// No texts yet.
    public init(digest: [UInt8]) {
        precondition(digest.count == 32)
        self.digest = digest
    }

    /// Adds a text. Copies of one text (see ``TextDigest``) share a fold, so that none is tested on what it has learnt.
    public mutating func add(
        _ text: String, scoreClass: NPSClass? = nil, sentiment: UInt8? = nil,
        intents: Intents? = nil, topics: [UInt8]? = nil
    ) {
        let key = TextDigest(text).bytes.prefix(8)
            .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        examples.append(
            TrainingExample(
                text: [UInt8](text.utf8), scoreClass: scoreClass?.rawValue, sentiment: sentiment,
                intents: intents, topics: topics, key: key))
    }

    /// How the registration names it.
    var evidence: TrainingEvidence.LabelFile {
        TrainingEvidence.LabelFile(digest: digest, examples: UInt64(examples.count))
    }
}

/// Which texts of labelled files a model has learnt from, so that it is never measured on one of
/// them.
///
/// The texts stay in their files. Kept are marks, of which nobody can tell without the master key
/// whether one is that of a text they guessed.
public struct LabelledMarks: Sendable {
    /// Name of the file beside the artefact.
    static let fileName = "labelled.marks"

    private let marks: Set<Hash128>
    private let vault: Vault

    /// Marks of texts.
    init(_ texts: [LabelledTexts], _ vault: Vault) {
        self.vault = vault
        marks = Set(
            texts.lazy.flatMap(\.examples).map { example in
                Self.mark(String(decoding: example.text, as: UTF8.self), vault)
            })
    }

    /// Whether a text is among them, be it as a copy (see `TextDigest`).
    public func contains(_ text: String) -> Bool { marks.contains(Self.mark(text, vault)) }

    private static func mark(_ text: String, _ vault: Vault) -> Hash128 {
        vault.digest(TextDigest(text).bytes, of: .text)
    }

    // MARK: As a file: the marks in ascending order, then one over artefact and marks.

    /// Reads a file; nil where it is none that this ledger wrote for this artefact.
    init?(_ bytes: [UInt8], artefact: [UInt8], _ vault: Vault) {
        let size = Hash128.byteCount
        guard bytes.count >= size, bytes.count.isMultiple(of: size) else { return nil }
        let content = [UInt8](bytes.dropLast(size))
        guard
            vault.digest(artefact + content, of: .texts)
                == Hash128(truncating: bytes.suffix(size))
        else { return nil }
        self.vault = vault
        marks = Set(
            stride(from: 0, to: content.count, by: size).map {
                Hash128(truncating: content[$0..<($0 + size)])
            })
    }

    func bytes(artefact: [UInt8]) -> [UInt8] {
        let content = marks.sorted().flatMap(\.bytes)
        return content + vault.digest(artefact + content, of: .texts).bytes
    }
}
