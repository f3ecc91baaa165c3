import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import LedgerStore
import NPSLedger

/// What became of putting one state's digest on record.
public struct DigestOutcome: Sendable {
    /// What became of it.
    public enum Result: String, Sendable {
        /// It stands in the log now.
        case committed
        /// Nothing has happened since what is on record: nothing was recorded.
        case standing
        /// Another digest is on record for the same events: one of the two is wrong.
        case contradicted
    }

    /// The projection's id.
    public let projection: String
    /// What became of it.
    public let result: Result
    /// Version of the projection.
    public let version: UInt32
    /// How many events the state on record was folded from.
    public let upTo: Position
    /// Where the record stands.
    public let position: Position
    /// The digest on record.
    public let digest: [UInt8]

    init(_ projection: String, _ outcome: CommitmentOutcome) {
        self.projection = projection
        let record: ProjectionCommitment
        (result, record) =
            switch outcome {
            case .committed(let record): (.committed, record)
            case .standing(let record): (.standing, record)
            case .contradicted(let record, _): (.contradicted, record)
            }
        (version, upTo) = (record.version, record.upTo)
        (position, digest) = (record.position, record.digest)
    }
}

/// What became of putting digests on record.
public struct DigestsOutcome: Sendable {
    /// After how many events they are put on record by themselves; nil for never.
    public let cadence: UInt64?
    /// Each projection that was named; none where recording by itself was turned off.
    public let projections: [DigestOutcome]
}

extension OpenLedger {
    /// Puts the digests of states on record, as events: whoever replays the log later must come to
    /// the same. Nothing is recorded where nothing has happened since the last time.
    ///
    /// - Parameters:
    ///   - names: which projections; all where none is named.
    ///   - every: from now on also by themselves after so many events, for all projections; 0 turns
    ///     that off and records nothing; nil leaves it as it is.
    /// - Throws: `LedgerError` with code `not-found` for a name that no projection has, `refused`
    ///   where a state is not what the log gives.
    public func recordDigests(
        of names: [String] = [], every: UInt64? = nil, by actor: Actor
    ) throws -> DigestsOutcome {
        guard every == nil || names.isEmpty else {
            throw LedgerError(.invalid, "how often digests are recorded holds for all projections")
        }
        let chosen = try projections(named: names)
        if let every { try LedgerManifest.setCommitCadence(every, at: ledger.paths) }
        let cadence = try digestCadence
        guard every != 0 else { return DigestsOutcome(cadence: cadence, projections: []) }
        // All are folded first, so that they are recorded as of one position.
        for projection in chosen {
            try projection.checkPages()
            try refresh(projection)
        }
        for projection in chosen {
            if let fault = try fault(of: projection) { throw LedgerError(.refused, fault) }
        }
        let outcomes = try chosen.map { projection in
            DigestOutcome(
                projection.descriptor.id,
                try projection.commit(to: log, actor: actor, occurredAt: ledger.clock()))
        }
        for projection in try catalog.all { try refresh(projection) }
        return DigestsOutcome(cadence: cadence, projections: outcomes)
    }

    /// Brings all projections up to date after something was appended, and puts the digests of their
    /// states on record where the ledger's cadence says so.
    package func refreshAll() throws {
        for projection in try catalog.all { try refresh(projection) }
        try recordDueDigests()
    }

    /// Puts the digests of those states on record to which enough events were added since the last
    /// time.
    ///
    /// The projections are up to date. A state that contradicts the digest on record is told, and
    /// does not fail the act whose events came in all the same.
    package func recordDueDigests() throws {
        guard let every = try digestCadence else { return }
        var recorded: [String] = []
        for projection in try catalog.all where try projection.uncommittedEvents(in: log) >= every {
            if let problem = try fault(of: projection) {
                observer.notice(.digestNotRecorded(problem: problem))
                continue
            }
            let id = projection.descriptor.id
            switch try projection.commit(to: log, actor: .system, occurredAt: ledger.clock()) {
            case .committed: recorded.append(id)
            case .standing: continue
            case .contradicted(let commitment, _):
                observer.notice(
                    .digestContradicted(
                        projection: id, upTo: commitment.upTo, position: commitment.position))
            }
        }
        guard !recorded.isEmpty else { return }
        observer.notice(.digestsRecorded(projections: recorded))
        // They are events themselves, and nobody shall have to wait for them.
        for projection in try catalog.all { try refresh(projection) }
    }

    /// Why the digest of a state must not be put on record; nil where the log gives it.
    ///
    /// What is on record stands for ever, so the state is replayed first: a damaged file would
    /// otherwise be contradicted by the log from then on.
    package func fault(of projection: any CatalogedProjection) throws -> String? {
        let id = projection.descriptor.id
        let work = observer.begin(.replaying(projection: id))
        defer { work.finish() }
        let report = try projection.verify(with: log, threads: threads) { done, total in
            work.update(done: done, total: total)
        }
        guard report.replayed == nil || report.replayed != report.digest else { return nil }
        return report.findings.first?.problem ?? "\(id) is not what the log gives"
    }
}
