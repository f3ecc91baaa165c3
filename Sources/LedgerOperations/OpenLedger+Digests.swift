import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import LedgerStore
import NPSLedger

extension OpenLedger {
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
        guard let every = ledger.manifest.commitEvery, every > 0 else { return }
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
