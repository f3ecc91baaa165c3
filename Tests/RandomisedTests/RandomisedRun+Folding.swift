import AuditProjection
import Catalog
import Foundation
import LedgerCore
import LedgerFixtures
import LedgerReplay
import LedgerStore
import LineageProjection
import NPSLedger

extension RandomisedRun {
    /// Folds some of the projections forward, to the end or only to a position.
    func catchUp(_ numbers: inout SeededNumbers) throws {
        for projection in some(&numbers) {
            var limit: Position?
            if numbers.happens(percent: 30) { limit = Position(numbers.below(Int(known.size) + 3)) }
            let before = try projection.live().position
            let size = try ledger.log.head().size
            let record = try projection.catchUp(
                with: ledger.log, to: limit, threads: 1 + numbers.below(3), progress: nil)
            note("catch-ups")
            let expected = max(before, min(limit ?? .max, size))
            try agree(record.position, expected, "how far \(projection.descriptor.id) was folded")
            try agree(try projection.live(), record, "the record of \(projection.descriptor.id)")
        }
    }

    /// Builds some of the projections anew; the build that was live stays beside it.
    func rebuild(_ numbers: inout SeededNumbers) throws {
        for projection in some(&numbers) {
            let id = projection.descriptor.id
            note(try projection.isRebuilding() ? "resumed rebuilds" : "rebuilds")
            let wasBuilt = try projection.live().position > 0
            let digests = try projection.rebuild(
                from: ledger.log, threads: 1 + numbers.below(3), progress: nil)
            let size = try ledger.log.head().size
            try agree(digests.old != nil, wasBuilt, "whether \(id) had a build to compare with")
            try agree(digests.old ?? digests.new, digests.new, "\(id) before and after a rebuild")
            try agree(try projection.live().position, size, "how far \(id) was rebuilt")
            try agree(try projection.isRebuilding(), false, "whether \(id) is still being rebuilt")
            if wasBuilt {
                try agree(try projection.other()?.position, size, "the former build of \(id)")
            }
        }
    }

    /// One of the projections, or all.
    func some(_ numbers: inout SeededNumbers) -> [any CatalogedProjection] {
        let all = projections.all
        return numbers.happens(percent: 40) ? all : [all[numbers.below(all.count)]]
    }

    func commitSize(_ numbers: inout SeededNumbers) -> Int {
        Self.commitSizes[numbers.below(Self.commitSizes.count)]
    }

    /// Closes the projections and opens them again with commits of another size.
    func reopenProjections(_ numbers: inout SeededNumbers) throws {
        let before = try projections.all.map { try $0.live() }
        projections.close()
        projections = try DrivenProjections(
            directory: paths.projections, commitEvents: commitSize(&numbers))
        try agree(try projections.all.map { try $0.live() }, before, "the builds after reopening")
    }

    /// Closes log and vault and opens them again.
    ///
    /// - Parameter beside: another process may have appended meanwhile.
    func reopenLedger(beside: Bool = false) throws {
        let head = try ledger.log.head()
        ledger.close()
        let clock = clock
        ledger = try Ledger(at: paths, clock: { clock.now })
        if beside {
            try hold(try ledger.log.head().size >= head.size, "the log has shrunk by reopening")
        } else {
            try agree(try ledger.log.head(), head, "the log's head after reopening")
        }
    }

    /// Takes away a projection's folder, or all of them: they are disposable at any time.
    func deleteProjection(_ numbers: inout SeededNumbers) throws {
        let chosen = some(&numbers).map(\.descriptor.id)
        note("deleted folders", chosen.count)
        projections.close()
        for id in chosen {
            try FileManager.default.removeItem(atPath: "\(paths.projections)/\(id)")
        }
        projections = try DrivenProjections(
            directory: paths.projections, commitEvents: commitSize(&numbers))
        for projection in projections.all where chosen.contains(projection.descriptor.id) {
            try agree(try projection.live().position, 0, "a projection whose folder is gone")
        }
    }

    /// A program of another version folds a projection its own way, and this one comes back to it:
    /// it folds beside what it finds, keeps that, and takes its place.
    func changeVersion(_ numbers: inout SeededNumbers) throws {
        projections.close()
        let index = numbers.below(3)
        let other: any CatalogedProjection =
            switch index {
            case 0: try renumbered(Scores.self, &numbers)
            case 1: try renumbered(Lineage.self, &numbers)
            default: try renumbered(Audit.self, &numbers)
            }
        let theirs = try other.catchUp(
            with: ledger.log, to: Position(1 + numbers.below(Int(known.size))), threads: 2,
            progress: nil)
        try agree(try other.live(), theirs, "what another version folded")
        other.close()
        projections = try DrivenProjections(
            directory: paths.projections, commitEvents: commitSize(&numbers))
        let projection = projections.all[index]
        let id = projection.descriptor.id
        if numbers.happens(percent: 50) {
            let digests = try projection.rebuild(
                from: ledger.log, threads: 1 + numbers.below(3), progress: nil)
            try agree(digests.old, nil, "what \(id) was compared with")
        } else {
            try projection.catchUp(
                with: ledger.log, to: nil, threads: 1 + numbers.below(3), progress: nil)
        }
        let live = try projection.live()
        note("changes of version")
        try agree(live.version, projection.descriptor.version, "the version of \(id)")
        try agree(live.position, known.size, "how far \(id) was folded anew")
        try agree(try projection.other(), theirs, "what another version left of \(id)")
    }

    private func renumbered<P: Projection>(
        _ type: P.Type, _ numbers: inout SeededNumbers
    ) throws -> ProjectionStore<Renumbered<P>> {
        try ProjectionStore(
            directory: "\(paths.projections)/\(P.descriptor.id)",
            commitEvents: commitSize(&numbers))
    }
}
