import AuditProjection
import Catalog
import LedgerCore
import LedgerFixtures
import LedgerReplay
import LedgerStore
import LineageProjection
import NPSLedger

extension RandomisedRun {
    /// Ends a catch-up or a rebuild before it is done, and opens everything again.
    ///
    /// A rebuild leaves the live build as it was; a catch-up leaves it at a commit, never further
    /// back.
    func interrupt(_ numbers: inout SeededNumbers) throws {
        let index = numbers.below(projections.all.count)
        let rebuilds = numbers.happens(percent: 50)
        let before = try projections.all[index].live()
        let digest = try projections.all[index].liveDigest().digest
        let isDone =
            switch numbers.below(4) {
            case 0: try breakOff(index, rebuilds: rebuilds, &numbers)
            case 1: try pullAway(index, rebuilds: rebuilds, &numbers) { _ in throw Interruption() }
            case 2: try pullAway(index, rebuilds: rebuilds, &numbers) { $0.close() }
            default:
                try pullAway(index, rebuilds: rebuilds, &numbers) { [ledger] _ in ledger.close() }
            }
        projections.close()
        ledger.close()
        let clock = clock
        ledger = try Ledger(at: paths, clock: { clock.now })
        projections = try DrivenProjections(
            directory: paths.projections, commitEvents: commitSize(&numbers))
        let projection = projections.all[index]
        let after = try projection.live()
        let id = projection.descriptor.id
        note(isDone ? "uninterrupted" : rebuilds ? "interrupted rebuilds" : "interrupted catch-ups")
        if isDone {
            try agree(after.position, known.size, "how far \(id) came uninterrupted")
        } else if rebuilds {
            try agree(after, before, "the live build of \(id) after an interrupted rebuild")
            try agree(
                try projection.liveDigest().digest, digest, "\(id) after an interrupted rebuild")
            try agree(try projection.isRebuilding(), true, "whether \(id) is being rebuilt")
        } else {
            try hold(
                (before.position...known.size).contains(after.position),
                "\(id) was at \(before.position) before an interrupted fold, then at \(after)")
        }
    }

    /// Throws out of the fold while it applies an event.
    private func breakOff(
        _ index: Int, rebuilds: Bool, _ numbers: inout SeededNumbers
    ) throws -> Bool {
        projections.close()
        let size = commitSize(&numbers)
        let interrupted: any CatalogedProjection =
            switch index {
            case 0: try broken(Scores.self, size)
            case 1: try broken(Lineage.self, size)
            default: try broken(Audit.self, size)
            }
        defer { interrupted.close() }
        let threads = 1 + numbers.below(3)
        let countdown = Interruption.Countdown(numbers.below(Int(known.size)))
        do {
            try Interruption.$countdown.withValue(countdown) {
                try fold(interrupted, rebuilds: rebuilds, threads: threads, progress: nil)
            }
            return true
        } catch is Interruption {
            return false
        }
    }

    private func broken<P: Projection>(
        _ type: P.Type, _ commitEvents: Int
    ) throws -> ProjectionStore<Interrupted<P>> {
        try ProjectionStore(
            directory: "\(paths.projections)/\(P.descriptor.id)", commitEvents: commitEvents)
    }

    /// Ends the fold between two commits: throws, or closes what it works on.
    private func pullAway(
        _ index: Int, rebuilds: Bool, _ numbers: inout SeededNumbers,
        _ end: @escaping (any CatalogedProjection) throws -> Void
    ) throws -> Bool {
        projections.close()
        projections = try DrivenProjections(
            directory: paths.projections, commitEvents: 1 + numbers.below(6))
        let projection = projections.all[index]
        let threads = 1 + numbers.below(3)
        var left = 1 + numbers.below(12)
        do {
            try fold(projection, rebuilds: rebuilds, threads: threads) { _, _ in
                left -= 1
                if left == 0 { try end(projection) }
            }
            return left > 0
        } catch is Interruption {
            return false
        } catch is LedgerError where left <= 0 {
            return false
        }
    }

    private func fold(
        _ projection: any CatalogedProjection, rebuilds: Bool, threads: Int,
        progress: ((Position, Position) throws -> Void)?
    ) throws {
        if rebuilds {
            _ = try projection.rebuild(from: ledger.log, threads: threads, progress: progress)
        } else {
            _ = try projection.catchUp(
                with: ledger.log, to: nil, threads: threads, progress: progress)
        }
    }
}
