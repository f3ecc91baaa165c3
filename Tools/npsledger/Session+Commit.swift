import Catalog
import LedgerCore
import LedgerReplay
import NPSLedger
import Presentation

extension Session {
    /// Brings all projections up to date after something was appended, and puts their states on
    /// record where the ledger's cadence says so.
    func settle() throws {
        for projection in catalog.all { try catchUp(projection) }
        try commitWhereDue()
    }

    /// Puts the states on record to which enough events were added since the last time.
    ///
    /// The projections are caught up. A state that contradicts its last commitment is told, and
    /// does not fail the command whose events came in all the same.
    func commitWhereDue() throws {
        guard let every = ledger.manifest.commitEvery, every > 0 else { return }
        var committed: [String] = []
        for projection in catalog.all
        where try projection.uncommittedEvents(in: ledger.log) >= every {
            if let fault = try fault(of: projection) {
                Printer.notice(fault)
                continue
            }
            switch try projection.commit(
                to: ledger.log, actor: .system, occurredAt: ledger.clock())
            {
            case .committed: committed.append(projection.descriptor.id)
            case .standing: continue
            case .contradicted(let commitment, _):
                Printer.notice(Self.contradiction(projection.descriptor.id, commitment))
            }
        }
        guard !committed.isEmpty else { return }
        Printer.notice("committed the states of " + committed.joined(separator: ", "))
        // The commitments are events themselves, and nobody shall have to wait for them.
        for projection in catalog.all { try catchUp(projection) }
    }

    /// Why a state must not be put on record; nil where the log gives it.
    ///
    /// What is committed stands for ever, so it is replayed first: a damaged file would otherwise be
    /// contradicted by the log from then on.
    func fault(of projection: any CatalogedProjection) throws -> String? {
        let bar = ProgressBar("replaying \(projection.descriptor.id)", unit: "events")
        let report = try projection.verify(with: ledger.log, threads: Self.threads) {
            done, total in
            bar.update(done: Int(done), total: Int(total))
        }
        bar.finish()
        guard report.replayed == nil || report.replayed != report.digest else { return nil }
        return "not committed: "
            + (report.findings.first?.problem
                ?? "\(projection.descriptor.id) is not what the log gives")
    }

    /// What to say where a state is not the one on record.
    static func contradiction(_ id: String, _ commitment: ProjectionCommitment) -> String {
        "the state of \(id) is not the one committed as of \(commitment.upTo) at position "
            + "\(commitment.position): npsledger projection verify \(id)"
    }
}
