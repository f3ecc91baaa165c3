import LedgerCore
import LedgerStore

/// The threshold sets of a ledger, edited by events alone.
public struct ThresholdRegistry: Sendable {
    /// One set as it was put into force.
    public struct Edit: Hashable, Sendable {
        /// Its number.
        public let id: UInt32
        /// The cut-offs.
        public let thresholds: Thresholds
        /// Position of the event.
        public let position: Position
        /// When it was recorded.
        public let recordedAt: Microseconds
        /// Who edited.
        public let actor: String
    }

    let ledger: Ledger

    /// The registry of a ledger.
    public init(_ ledger: Ledger) { self.ledger = ledger }

    /// Every set before `asOf`, in order; the last one is in force.
    public func history(asOf: Position? = nil) throws -> [Edit] {
        let end = try asOf ?? ledger.log.head().size
        var edits: [Edit] = []
        try ledger.log.forEachEvent(in: 0..<end, named: [.thresholdsEdited]) { event in
            let edited = try ThresholdsEdited(event)
            edits.append(
                Edit(
                    id: edited.id, thresholds: edited.thresholds, position: event.position,
                    recordedAt: event.recordedAt, actor: event.actorName))
            return true
        }
        return edits
    }

    /// Puts a new set into force.
    ///
    /// - Parameter basedOn: number of the set the edit was made from. Nil takes the one in force.
    /// - Throws: `LedgerError` with code `overtaken`, naming the other edit, where another set is in
    ///   force by now; `refused` where this one is already.
    public func edit(
        _ thresholds: Thresholds, basedOn: UInt32? = nil, reason: String, actor: Actor
    ) throws -> Edit {
        let ground = try ledger.log.head().size
        let history = try history(asOf: ground)
        if let basedOn, let last = history.last, basedOn != last.id {
            throw try ledger.overtaken(by: last.position)
        }
        if history.last?.thresholds == thresholds {
            throw LedgerError(.refused, "these thresholds are in force already")
        }
        let id = (history.last?.id ?? 0) + 1
        let receipt = try ledger.appendAct(
            { subject in ThresholdsEdited(id: id, thresholds: thresholds, subject: subject) },
            reason: reason, actor: actor,
            key: .thresholds(id),
            cause: history.last?.position,
            decidedOn: ActGround([.thresholdsEdited], upTo: ground))
        guard let edit = try self.history().first(where: { $0.position == receipt.position })
        else { throw LedgerError(.corrupt, "the edit at position \(receipt.position) is missing") }
        return edit
    }
}
