import LedgerCore
import LedgerStore

/// A projection's state as it was put on record.
public struct ProjectionCommitment: Hashable, Sendable {
    /// Where its event stands.
    public let position: Position
    /// When the log took it in.
    public let recordedAt: Microseconds
    /// The projection's id.
    public let projection: String
    /// Version of the projection.
    public let version: UInt32
    /// How many events the state was folded from.
    public let upTo: Position
    /// SHA-256 of the state.
    public let digest: [UInt8]

    /// The commitments to a projection's states, of all versions, in log order.
    ///
    /// - Throws: `LedgerError`; with code `corrupt` for one that does not decode.
    public static func all(
        of projection: String, in log: EventLog
    ) throws -> [ProjectionCommitment] {
        var found: [ProjectionCommitment] = []
        try log.forEachEvent(in: 0..<(.max), named: [.projectionCommitted]) { event in
            let commitment = try ProjectionCommitment(event)
            if commitment.projection == projection { found.append(commitment) }
            return true
        }
        return found
    }

    init(_ event: EventView) throws {
        let payload: ProjectionCommitted
        do {
            payload = try ProjectionCommitted(event)
        } catch {
            throw LedgerError(
                .corrupt, "position \(event.position): \(error). Run `npsledger verify`.")
        }
        position = event.position
        recordedAt = event.recordedAt
        projection = payload.projection
        version = payload.projectionVersion
        upTo = payload.upTo
        digest = payload.digest
    }
}
