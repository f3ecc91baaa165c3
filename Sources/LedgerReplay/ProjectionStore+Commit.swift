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

/// What became of putting a state on record.
public enum CommitmentOutcome: Hashable, Sendable {
    /// It stands in the log now.
    case committed(ProjectionCommitment)
    /// Nothing has happened since this commitment but commitments: nothing was recorded.
    case standing(ProjectionCommitment)
    /// Another digest is on record for the same events than the state has now; nothing was
    /// recorded. One of the two is wrong.
    case contradicted(ProjectionCommitment, digest: [UInt8])
}

/// One commitment, held against a replay of the log.
public struct CommitmentCheck: Hashable, Sendable {
    /// What came of it.
    public enum Result: Hashable, Sendable {
        /// The replay gives the digest committed to.
        case equal
        /// The replay gives this digest instead.
        case different(replayed: [UInt8])
        /// Another version of the projection made it, whose states this program cannot fold.
        case notComparable
        /// It commits to events that came after itself.
        case ahead
    }

    /// The commitment.
    public let commitment: ProjectionCommitment
    /// What came of it.
    public let result: Result
}

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
                .corrupt, "position \(event.position): \(error)", remedy: .verify)
        }
        position = event.position
        recordedAt = event.recordedAt
        projection = payload.projection
        version = payload.projectionVersion
        upTo = payload.upTo
        digest = payload.digest
    }
}

extension ProjectionVerification {
    /// Bytes of a digest that are shown: enough to tell two apart.
    private static let digestBytesShown = 8

    /// Makes a finding of each commitment after which the replay no longer agrees, and counts
    /// those that follow from it.
    mutating func classifyCommitments() {
        for check in commitments where check.result == .ahead {
            findings.append(
                ProjectionFinding(
                    .commitment, check.commitment.position,
                    "the commitment at position \(check.commitment.position) is to the first "
                        + "\(check.commitment.upTo) events, of which some came later than itself"))
        }
        var matched: Position?
        var run: [CommitmentCheck] = []
        for check in commitments {
            switch check.result {
            case .equal:
                finish(&run, after: matched)
                matched = check.commitment.upTo
            case .different: run.append(check)
            case .notComparable, .ahead: continue
            }
        }
        finish(&run, after: matched)
    }

    private mutating func finish(_ run: inout [CommitmentCheck], after matched: Position?) {
        guard let first = run.first, case .different(let replayed) = first.result else { return }
        let (position, upTo) = (first.commitment.position, first.commitment.upTo)
        var text =
            "the commitment at position \(position) says that \(id) as of \(upTo) is "
            + "\(Self.shown(first.commitment.digest)), the log gives \(Self.shown(replayed)); "
        text +=
            matched.map {
                $0 == upTo
                    ? "another commitment to the same events matches"
                    : "the one before, as of \($0), matches: they part at \($0)…\(upTo - 1)"
            } ?? "none before it matches"
        if let divergence, let at = divergence.position, at < upTo, at >= matched ?? 0 {
            text += "; the live state parts from the log there too, at position \(at)"
        } else if digest != nil, digest == self.replayed, position >= upTo {
            text += "; the live state is what the log gives"
        }
        if run.count > 1 {
            text +=
                "; \(run.count - 1) later "
                + (run.count == 2 ? "commitment does" : "commitments do") + " not match either"
        }
        findings.append(ProjectionFinding(.commitment, position, text))
        run.removeAll()
    }

    private static func shown(_ digest: [UInt8]) -> String {
        digest.prefix(digestBytesShown).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined() + "…"
    }
}
