import Catalog
import LedgerCore
import LedgerFixtures
import LedgerReplay
import LedgerStore
import NPSLedger

extension RandomisedRun {
    /// Makes the kept build live again: it is caught up, and nothing that anybody can ask changes.
    func swapBack(_ numbers: inout SeededNumbers) throws {
        let store = projections.all[numbers.below(projections.all.count)]
        let (id, before) = (store.descriptor.id, try store.live())
        let kept = try store.other()
        let isBuilt =
            try kept.map { kept in
                try kept.position > 0 && kept.version == store.descriptor.version
                    && !store.isRebuilding()
            } ?? false
        let outcome: SwapOutcome
        do {
            outcome = try store.swapBack(
                with: ledger.log, threads: 1 + numbers.below(3), progress: nil)
        } catch let error as LedgerError where error.code == .refused {
            try agree(isBuilt, false, "whether \(id) had a build to swap back to")
            try agree(try store.live(), before, "the live build of \(id) after “\(error)”")
            note("refused swaps")
            return
        }
        note("swaps back")
        try agree(outcome.former, before, "the build of \(id) that was live before a swap")
        try agree(outcome.live.position, known.size, "how far \(id) came by a swap")
        try agree(try store.live(), outcome.live, "the build of \(id) that is live after a swap")
        try agree(try store.other(), before, "the build of \(id) kept after a swap")
        if let former = outcome.formerDigest {
            try agree(outcome.liveDigest, former, "the digest of \(id) after a swap")
        }
    }

    /// Puts a live state on record, at the log's end or wherever it stands.
    func commitState(_ numbers: inout SeededNumbers) throws {
        let store = projections.all[numbers.below(projections.all.count)]
        if numbers.happens(percent: 70) {
            try store.catchUp(with: ledger.log, to: nil, threads: 1, progress: nil)
        }
        let (id, record) = (store.descriptor.id, try store.live())
        let outcome = try store.commit(to: ledger.log, actor: .system, occurredAt: clock.now)
        switch outcome {
        case .committed(let commitment):
            note("commitments")
            try agree(commitment.position, known.size, "the position of a commitment to \(id)")
            try agree(commitment.upTo, record.position, "what was committed to of \(id)")
            try agree(
                commitment.digest, try store.liveDigest().digest, "the digest committed to of \(id)"
            )
        case .standing(let commitment):
            try hold(commitment.upTo <= record.position, "\(id) stands by a later state")
            try agree(try ledger.log.head().size, known.size, "the size after no commitment")
        case .contradicted(let commitment, _):
            throw Disagreement("\(id) contradicts the commitment at \(commitment.position)")
        }
    }
}
