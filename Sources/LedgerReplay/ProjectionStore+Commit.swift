import LedgerCore
import LedgerStore

extension ProjectionStore {
    /// The latest commitment to a state of this version; nil where there is none.
    public func lastCommitment(in log: EventLog) throws -> ProjectionCommitment? {
        try ProjectionCommitment.all(of: P.descriptor.id, in: log)
            .filter { $0.version == P.descriptor.version && $0.upTo <= $0.position }
            .max { ($0.upTo, $0.position) < ($1.upTo, $1.position) }
    }

    /// How many events have come since the latest commitment, commitments not counted: they say
    /// nothing new, and a commitment must not be the reason for the next.
    public func uncommittedEvents(in log: EventLog) throws -> UInt64 {
        let size = try log.head().size
        return try Self.events(since: try lastCommitment(in: log)?.upTo ?? 0, before: size, log)
    }

    private static func events(
        since start: Position, before end: Position, _ log: EventLog
    ) throws -> UInt64 {
        guard start < end else { return 0 }
        let commitments = try log.positions(of: [.projectionCommitted], in: start..<end)
        return end - start - UInt64(commitments.count)
    }

    /// Puts the live state on record: how far it was folded, and its digest.
    ///
    /// The state is to be caught up first. One position has one digest for ever: a second
    /// commitment to it is either the same, and recorded once, or a contradiction.
    /// - Parameters:
    ///   - actor: who commits; `Actor.system` where it is done by rule.
    ///   - occurredAt: the time by the caller's clock.
    /// - Throws: `LedgerError`; with code `refused` where the state is not one of this log.
    public func commit(
        to log: EventLog, actor: Actor, occurredAt: Microseconds
    ) throws -> CommitmentOutcome {
        let (record, digest) = try read { state, record in
            (record, try StateDigest.compute(state))
        }
        let descriptor = P.descriptor
        guard try isOf(log, record) else {
            throw LedgerError(
                .refused, "the state of \(descriptor.id) is not one of this log: rebuild it first")
        }
        if let last = try lastCommitment(in: log), last.upTo <= record.position,
            try Self.events(since: last.upTo, before: record.position, log) == 0
        {
            // A projection that reads commitments has another state after each of them.
            let isComparable =
                last.upTo == record.position || !descriptor.consumes.contains(.projectionCommitted)
            return isComparable && last.digest != digest
                ? .contradicted(last, digest: digest) : .standing(last)
        }
        var batch = EventBatch()
        try batch.append(
            EventDraft(
                ProjectionCommitted(
                    projection: descriptor.id, projectionVersion: descriptor.version,
                    upTo: record.position, digest: digest),
                occurredAt: occurredAt, actor: actor),
            key: .commitment(
                of: descriptor.id, version: descriptor.version, upTo: record.position))
        switch try log.append(batch)[0] {
        case .appended(let receipt): return .committed(try Self.commitment(receipt.position, log))
        case .duplicate(let receipt): return .standing(try Self.commitment(receipt.position, log))
        case .conflict(let position):
            return .contradicted(try Self.commitment(position, log), digest: digest)
        case .subjectBound, .overtaken:
            throw LedgerError(.corrupt, "a commitment was taken for somebody's answer")
        }
    }

    private static func commitment(
        _ position: Position, _ log: EventLog
    ) throws -> ProjectionCommitment {
        guard let found = try log.withEvent(position, { try ProjectionCommitment($0) }) else {
            throw LedgerError(.corrupt, "the commitment at position \(position) is missing")
        }
        return found
    }
}
