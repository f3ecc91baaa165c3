import LedgerCore

/// An event decoded to the last field, as the naive folds keep it.
package struct NaiveEvent {
    package let position: Position
    package let payload: any EventPayload
    package let cause: Position?
    package let occurredAt: Microseconds
    package let recordedAt: Microseconds
    package let actor: String
    package let isSealed: Bool

    package init(_ event: EventView) throws(EntryError) {
        position = event.position
        payload = try EventCatalog.payload(of: event)
        cause = event.cause
        occurredAt = event.occurredAt
        recordedAt = event.recordedAt
        actor = event.actorName
        isSealed = event.sealedCommitment != nil
    }
}
