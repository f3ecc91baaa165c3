import LedgerCore
import NPSBySegmentProjection
import ProjectionContract

/// A state of events that a test writes one by one, a microsecond apart.
final class AuthoredState {
    let state = MemoryState()
    /// Where the next event stands.
    private(set) var position: Position = 0
    private var projection = NPSBySegment()

    /// Applies the next event.
    func apply(_ payload: some EventPayload, cause: Position? = nil) throws {
        let draft = EventDraft(
            payload, occurredAt: Entry.timeMin + Microseconds(position), actor: .system,
            cause: cause)
        try HistoryEntry(draft, position: position, recordedAt: Entry.timeMin)
            .withView { try projection.apply($0, to: state) }
        position += 1
    }

    /// The state with all that was applied.
    func flushed() throws -> MemoryState {
        try projection.flush(to: state)
        return state
    }
}
