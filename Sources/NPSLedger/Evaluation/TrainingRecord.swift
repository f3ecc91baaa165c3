import Foundation
import LedgerCore

/// From what a model was trained, as the card in its registration says: enough to find the same
/// responses again, and to train the same way on others.
public struct TrainingRecord: Hashable, Sendable {
    /// The size of the log that it learnt from.
    public let asOf: Position
    /// Root of the tree over that prefix: a card from another ledger has another.
    public let root: String
    /// What decided the folds.
    public let seed: UInt64
    /// Responses it learnt from.
    public let examples: Int
    /// Responses that were selected and whose text was erased by then.
    public let erased: Int
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

    /// The record in a card; nil where the card tells of no training on a ledger, such as that of
    /// the embedded model or of a model that came as a file.
    public init?(card: String) {
        guard let card = try? JSONDecoder().decode(Card.self, from: Data(card.utf8)),
            let training = card.training
        else { return nil }
        asOf = training.asOf
        root = training.root
        seed = training.seed
        examples = training.examples
        erased = training.erased ?? 0
        from = training.selection.from
        to = training.selection.to
        window = training.selection.window
        keeping = training.selection.where ?? [:]
        calibrationError =
            card.metadata?.heads?.first { $0.head == "scoreClass" }?
            .calibrationError
    }

    /// The part of a card that is read here.
    private struct Card: Decodable {
        struct Training: Decodable {
            let asOf: Position
            let root: String
            let seed: UInt64
            let examples: Int
            let erased: Int?
            let selection: Selection
        }
        struct Selection: Decodable {
            let from: String?
            let to: String?
            let window: String?
            let `where`: [String: [String]]?
        }
        struct Metadata: Decodable {
            let heads: [Head]?
        }
        struct Head: Decodable {
            let head: String
            let calibrationError: Int?
        }
        let training: Training?
        let metadata: Metadata?
    }
}
