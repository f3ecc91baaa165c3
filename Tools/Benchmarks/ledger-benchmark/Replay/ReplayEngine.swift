import ArgumentParser
import AuditProjection
import Foundation
import LedgerCore
import LedgerReplay
import LedgerStore
import LineageProjection
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics
import Presentation

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

/// One walk of a bare C cursor over a log's entries, in a process of its own: LMDB allows an
/// environment to be open once a process.
struct ScanOnce: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan-once", abstract: "Walk a log's entries in C; `replay` runs it.",
        shouldDisplay: false)

    /// What came of it.
    struct Answer: Codable {
        var events: Int
        var seconds: Double
        var processorSeconds: Double
        var sum: UInt64
    }

    @Option var log: String

    func run() throws {
        let bare = try BareStore(directory: log, table: "entries")
        // The first walk brings the file into memory and into the map.
        var read = try bare.scan()
        let before = ProcessorTime.seconds
        let time = try ContinuousClock().measure { read = try bare.scan() }
        try Companion.tell(
            Answer(
                events: Int(read.count), seconds: time.inSeconds,
                processorSeconds: ProcessorTime.seconds - before, sum: read.sum))
    }
}

/// One fold of a log in a process of its own: the part of `replay` whose memory is told.
struct FoldOnce: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fold-once", abstract: "Fold a log once; `replay` runs it.",
        shouldDisplay: false)

    /// What came of it.
    struct Answer: Codable {
        var events: Int
        var seconds: Double
        var processorSeconds: Double
        var anonymousBytes: Int
        var stateBytes: Int
        var digest: String
    }

    @Option var log: String
    @Option var into: String
    @Option var projection: String
    @Option var threads: Int

    func run() throws {
        let log = try EventLog(path: log, readOnly: true) { 0 }
        defer { log.close() }
        // Both sides find the file in memory and in the map.
        try log.forEachEvent(in: 0..<(.max)) { _ in true }
        try? FileManager.default.removeItem(atPath: into)
        defer { try? FileManager.default.removeItem(atPath: into) }
        let answer =
            switch projection {
            case NPSBySegment.descriptor.id: try fold(NPSBySegment.self, log)
            case Lineage.descriptor.id: try fold(Lineage.self, log)
            case Audit.descriptor.id: try fold(Audit.self, log)
            default: throw ValidationError("there is no projection \(projection)")
            }
        try Companion.tell(answer)
    }

    private func fold<P: Projection>(_ type: P.Type, _ log: EventLog) throws -> Answer {
        let memory = MemoryWatch()
        let before = ProcessorTime.seconds
        var folded: ProjectionStore<P>?
        let time = try ContinuousClock().measure {
            folded = try ReplayEngine.rebuild(type, from: log, into: into, threads: threads)
        }
        let processorSeconds = ProcessorTime.seconds - before
        let anonymousBytes = memory.stop()
        guard let store = folded else { throw BenchmarkFailure("nothing was folded") }
        defer { store.close() }
        let live = try store.live()
        guard live.poisoned == 0 else {
            throw BenchmarkFailure("\(live.poisoned) events of \(projection) are in quarantine")
        }
        return Answer(
            events: Int(live.position), seconds: time.inSeconds,
            processorSeconds: processorSeconds, anonymousBytes: anonymousBytes,
            stateBytes: store.usedBytes, digest: Hex.encode(try store.digest()))
    }
}
