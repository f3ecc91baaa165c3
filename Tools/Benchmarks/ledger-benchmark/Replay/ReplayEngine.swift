import Foundation
import LedgerCore
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSStatistics

/// The calls that are measured, each in one place.
enum ReplayEngine {
    /// Threads of what uses all cores.
    static var threadsMax: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// Folds the whole log into a new state.
    static func rebuild<P: Projection>(
        _ type: P.Type, from log: EventLog, into directory: String, threads: Int
    ) throws -> ProjectionStore<P> {
        let store = try ProjectionStore<P>(directory: directory)
        try store.catchUp(with: log, threads: threads)
        return store
    }

    /// One group's counts.
    struct Count: Hashable, Sendable {
        var values: [String]
        /// Detractors, passives, promoters.
        var stated: [Int]
        var inferred: [Int]

        var total: [Int] { zip(stated, inferred).map(+) }
    }

    /// Counts responses by group under a lens that is looked up first, as any question does.
    static func ask(
        _ store: ProjectionStore<NPSBySegment>, _ lens: Lens, _ selection: SegmentSelection,
        threads: Int = 1
    ) throws -> [Count] {
        try store.read { state, _ in
            let query = NPSBySegmentQuery(state, workers: .threads(threads))
            return counts(try query.tally(try ResolvedLens(lens, in: state), selection))
        }
    }

    /// The same by a reader that asks again and again, and keeps sums between questions.
    static func ask(
        _ cube: inout SegmentCube, _ store: ProjectionStore<NPSBySegment>, _ lens: Lens,
        _ selection: SegmentSelection
    ) throws -> [Count] {
        try store.read { state, _ in
            let query = NPSBySegmentQuery(state, workers: .threads(threadsMax))
            return counts(
                try cube.tally(try ResolvedLens(lens, in: state), selection, query))
        }
    }

    private static func counts<State>(_ groups: [NPSBySegmentQuery<State>.Group]) -> [Count] {
        groups.map { group in
            let (stated, inferred) = (group.tallies[0].stated, group.tallies[0].inferred)
            return Count(
                values: group.values.map { $0 ?? "" },
                stated: [stated.detractors, stated.passives, stated.promoters],
                inferred: [inferred.detractors, inferred.passives, inferred.promoters])
        }
        .filter { $0.total != [0, 0, 0] }
        .sorted { $0.values.lexicographicallyPrecedes($1.values) }
    }
}

extension [ReplayEngine.Count] {
    /// Detractors, passives, promoters over all groups.
    var total: [Int] { reduce([0, 0, 0]) { sum, count in zip(sum, count.total).map(+) } }
}
