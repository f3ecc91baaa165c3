import Catalog
import LedgerCore
import LedgerReplay
import NPSLedger

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

    /// What to say where a state is not the one on record.
    static func contradiction(_ id: String, _ commitment: ProjectionCommitment) -> String {
        "the state of \(id) is not the one committed as of \(commitment.upTo) at position "
            + "\(commitment.position): npsledger projection verify \(id)"
    }
}
