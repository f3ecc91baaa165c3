import LedgerCore

/// What became of one event of a batch.
public enum AppendOutcome: Hashable, Sendable {
    /// It was appended, durably.
    case appended(Receipt)
    /// The same body under the same key was there already: its first receipt.
    case duplicate(Receipt)
    /// Another body stands under the same key, at this position; nothing was appended.
    case conflict(Position)
    /// Another process bound the respondent to this subject meanwhile; nothing was appended. Seal
    /// under that subject's key and append again.
    case subjectBound(UInt64)
    /// The batch's condition failed, and nothing of it was appended; or the event's predecessor is not
    /// the one that it was decided on, and it was left out. What stands at this position came after
    /// its author had looked.
    case overtaken(by: Position)

    /// The receipt of an appended or repeated event.
    public var receipt: Receipt? {
        switch self {
        case .appended(let receipt), .duplicate(let receipt): receipt
        case .conflict, .subjectBound, .overtaken: nil
        }
    }
}
