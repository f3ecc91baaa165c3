import Crypto
import Foundation
import LedgerCore

/// From what a model was trained, as its registration says: enough to find the same responses
/// again, and to train the same way on others.
public struct TrainingRecord: Hashable, Sendable {
    /// The size of the log that it learnt from.
    public let asOf: Position
    /// Root of the tree over that prefix, in hexadecimal: that of another ledger is another.
    public let root: String
    /// What decided the folds.
    public let seed: UInt64
    /// Responses it learnt from.
    public let examples: Int
    /// Responses that were selected and whose text was erased by then.
    public let erased: Int
    /// SHA-256 over the positions selected; nil in registrations of version 1.
    public let positions: [UInt8]?
    /// Files it learnt from beside the ledger.
    public let files: [TrainingEvidence.LabelFile]
    /// SHA-256 of the topics it was taught; nil where none were.
    public let taxonomy: [UInt8]?
    /// First response time, the time to stop before, and the span, as they were asked for.
    public let from: String?
    /// See `from`.
    public let to: String?
    /// See `from`.
    public let window: String?
    /// Values kept by dimension.
    public let keeping: [String: [String]]
    /// Expected calibration error out of fold, in basis points.
    public let calibrationError: Int?

    /// The record in a registration; nil where that tells of no training on this ledger, such as
    /// that of the embedded model or of a model that came as a file.
    public init?(_ registration: ModelRegistered) {
        let card = Data(registration.card.utf8)
        if let training = registration.training {
            guard
                let selection = try? JSONDecoder().decode(
                    Selection.self, from: Data(training.selection.utf8))
            else { return nil }
            let metadata = try? JSONDecoder().decode(Metadata.self, from: card)
            self.init(
                Training(
                    asOf: training.asOf, root: Hex.encode(training.root), seed: training.seed,
                    examples: Int(clamping: training.examples),
                    erased: Int(clamping: training.erased), selection: selection),
                metadata, positions: training.positions, files: training.files,
                taxonomy: training.taxonomy)
        } else {
            // Version 1 said it in the card.
            guard let card = try? JSONDecoder().decode(FirstCard.self, from: card) else {
                return nil
            }
            self.init(card.training, card.metadata, positions: nil, files: [], taxonomy: nil)
        }
    }

    private init(
        _ training: Training, _ metadata: Metadata?, positions: [UInt8]?,
        files: [TrainingEvidence.LabelFile], taxonomy: [UInt8]?
    ) {
        asOf = training.asOf
        root = training.root
        seed = training.seed
        examples = training.examples
        erased = training.erased ?? 0
        self.positions = positions
        self.files = files
        self.taxonomy = taxonomy
        from = training.selection.from
        to = training.selection.to
        window = training.selection.window
        keeping = training.selection.where ?? [:]
        calibrationError =
            metadata?.heads?.first { $0.head == "scoreClass" }?.calibrationError
    }

    /// SHA-256 over ascending positions, as the registration has it.
    public static func digest(of positions: [Position]) -> [UInt8] {
        var hash = SHA256()
        for position in positions.sorted() {
            withUnsafeBytes(of: position.bigEndian) { hash.update(bufferPointer: $0) }
        }
        return [UInt8](hash.finalize())
    }

    /// The card of version 1, as far as it is read here.
    private struct FirstCard: Decodable {
        let training: Training
        let metadata: Metadata?
    }
    private struct Training: Decodable {
        let asOf: Position
        let root: String
        let seed: UInt64
        let examples: Int
        let erased: Int?
        let selection: Selection
    }
    private struct Selection: Decodable {
        let from: String?
        let to: String?
        let window: String?
        let `where`: [String: [String]]?
    }
    private struct Metadata: Decodable {
        let heads: [Head]?
    }
    private struct Head: Decodable {
        let head: String
        let calibrationError: Int?
    }
}

/// Tells whether two texts are the same but for what a copy may change: SHA-256 of the text in
/// lower case, in Unicode's compatibility form, with every run of white space as one space.
public struct TextDigest: Hashable, Sendable {
    private let digest: SHA256Digest

    /// The 32 bytes.
    var bytes: [UInt8] { [UInt8](digest) }

    /// The digest of a text.
    public init(_ text: String) {
        let folded = text.precomposedStringWithCompatibilityMapping.lowercased()
        let words = folded.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        digest = SHA256.hash(data: Data(words.utf8))
    }
}
