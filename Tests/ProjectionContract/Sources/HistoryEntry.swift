import LedgerCore

/// One entry of a history.
public struct HistoryEntry: Hashable, Sendable {
    /// Where it stands.
    public let position: Position
    /// The event type.
    public let name: EventName
    /// The canonical bytes.
    public let bytes: [UInt8]

    /// An entry.
    public init(position: Position, name: EventName, bytes: [UInt8]) {
        self.position = position
        self.name = name
        self.bytes = bytes
    }

    /// Encodes a draft as the log would take it in at `recordedAt`.
    ///
    /// - Throws: `EntryError` where the draft does not make an entry.
    public init(
        _ draft: EventDraft, position: Position, recordedAt: Microseconds,
        sealedCommitment: [UInt8]? = nil
    ) throws(EntryError) {
        guard (Entry.timeMin...Entry.timeMax).contains(recordedAt) else {
            throw .timeOutOfRange(recordedAt)
        }
        var (bytes, offset) = try Entry.encode(draft, sealedCommitment: sealedCommitment)
        bytes.withUnsafeMutableBytes { Entry.stamp($0, at: offset, recordedAt: recordedAt) }
        self.init(position: position, name: draft.name, bytes: bytes)
    }

    /// Calls `body` with the entry decoded in place.
    ///
    /// - Throws: `EntryError` where the bytes are no entry, or what `body` throws.
    public func withView<R>(_ body: (EventView) throws -> R) throws -> R {
        try bytes.withUnsafeBytes { try body(EventView(unsafe: $0, position: position)) }
    }
}
