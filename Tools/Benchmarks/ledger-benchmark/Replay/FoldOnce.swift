import ArgumentParser
import AuditProjection
import Foundation
import LedgerCore
import LedgerReplay
import LedgerStore
import LineageProjection
import NPSBySegmentProjection
import NPSLedger
import Presentation

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
