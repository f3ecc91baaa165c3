import LedgerCore

/// A way in which an entry can be well-formed as an envelope and yet say nothing that a projection
/// can apply.
public enum EventDamage: String, CaseIterable, Sendable {
    /// A version of the payload that nobody has defined.
    case unknownVersion
    /// The payload is a number.
    case payloadIsNoMap
    /// The payload is a map without pairs.
    case payloadIsEmpty
    /// The payload's keys are numbers.
    case keysAreNumbers
    /// The payload has the right keys, each with null.
    case valuesAreNull

    /// The entry with this damage, at the same position.
    ///
    /// - Throws: `EntryError` or `CBORError` where the entry was damaged before.
    public func applied(to entry: HistoryEntry) throws -> HistoryEntry {
        try entry.withView { event in
            var draft = EventDraft(
                try EventCatalog.payload(of: event), occurredAt: event.occurredAt,
                actor: Actor(event.actorName) ?? .system, cause: event.cause)
            switch self {
            case .unknownVersion: draft.version = 4_000_000_000
            case .payloadIsNoMap: draft.payload = CBORValue.unsigned(7).encoded
            case .payloadIsEmpty: draft.payload = CBORValue.map([:]).encoded
            case .keysAreNumbers: draft.payload = [0xA1, 0x00, 0x00]
            case .valuesAreNull:
                let pairs = try CBORCursor.decode(draft.payload).mapValue ?? [:]
                draft.payload = CBORValue.map(pairs.mapValues { _ in .null }).encoded
            }
            return try HistoryEntry(
                draft, position: entry.position, recordedAt: event.recordedAt,
                sealedCommitment: event.sealedCommitment.map { [UInt8]($0) })
        }
    }
}
