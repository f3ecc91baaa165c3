import Classification
import LedgerCore

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
