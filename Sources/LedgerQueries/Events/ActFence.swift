import LedgerCore
import LedgerStore

extension EventName {
    /// What people do, or agents for them, and not what comes in by itself.
    package static let acts = Set(allCases).subtracting([
        .responseRecorded, .responseAmended, .rowRejected, .classificationRecorded,
        .classificationDeclined, .topicsRecorded,
    ])
}

extension OpenLedger {
    /// Fails where somebody has acted since whoever acts now has looked.
    ///
    /// - Parameter position: the size of the log that was looked at.
    /// - Throws: `LedgerError` with code `overtaken`, which names what was done.
    package func requireNoActs(since position: Position) throws {
        let size = try log.head().size
        guard position < size else { return }
        try log.forEachEvent(in: position..<size, named: EventName.acts) { event in
            throw LedgerError(
                .overtaken,
                "\(event.actorName) recorded \(event.name.rawValue) at position \(event.position) "
                    + "since it was looked at: look again, and act on that")
        }
    }
}
