import LedgerCore

/// A made-up log that follows from a seed: every event type, in an order in which they might have
/// come about.
///
/// Responses come from several sources with and without scores, texts and segments; they are
/// amended, excluded, classified by several models (also by their amended texts) and reviewed; models
/// are registered, activated and rolled back; thresholds and mappings change; rows are rejected.
/// Recorded-at never goes backwards and often stands still; occurred-at wanders.
public struct EventHistory: Hashable, Sendable {
    /// The seed.
    public let seed: UInt64
    /// Whether some events refer to positions that hold no response, no such model or nothing.
    public let hasDanglingReferences: Bool
    /// The entries, at positions 0, 1, 2 and so on.
    public let entries: [HistoryEntry]

    /// The history of a seed.
    ///
    /// - Parameter count: how many entries; from 64 on every event type is among them.
    /// - Throws: `EntryError` where an event cannot be encoded.
    public init(
        seed: UInt64, count: Int = 400, hasDanglingReferences: Bool = false
    ) throws(EntryError) {
        var author = HistoryAuthor(seed: seed, dangles: hasDanglingReferences)
        try author.write(count)
        self.seed = seed
        self.hasDanglingReferences = hasDanglingReferences
        entries = author.entries
    }

    /// The position after the last entry.
    public var size: Position { Position(entries.count) }

    /// Calls `body` with each entry in order, decoded in place.
    public func forEachEvent(_ body: (EventView) throws -> Void) throws {
        for entry in entries { try entry.withView(body) }
    }
}
