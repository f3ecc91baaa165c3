import AuditProjection
import LedgerCore
import ProjectionContract

/// A log that a test writes event by event and that is audited as it grows.
final class AuditLedger {
    let state = MemoryState()
    private var audit = Audit()
    private(set) var size: Position = 0

    /// Appends one event and gives its position.
    @discardableResult
    func append(
        _ payload: some EventPayload, by actor: String = "analyst", cause: Position? = nil,
        sealed: Bool = false
    ) throws -> Position {
        let draft = EventDraft(
            payload, occurredAt: Entry.timeMin + Microseconds(size), actor: Actor(actor) ?? .system,
            cause: cause)
        let entry = try HistoryEntry(
            draft, position: size, recordedAt: Entry.timeMin + 100 + Microseconds(size),
            sealedCommitment: sealed ? [UInt8](repeating: 7, count: 32) : nil)
        try entry.withView { try audit.apply($0, to: state) }
        size += 1
        return size - 1
    }

    /// Every act, or those of some kinds.
    func acts(_ kinds: Set<AuditActKind> = Set(AuditActKind.allCases)) throws -> [AuditAct] {
        var acts: [AuditAct] = []
        try AuditQuery.acts(kinds: kinds, asOf: size, in: state) {
            acts.append($0)
            return true
        }
        return acts
    }
}
