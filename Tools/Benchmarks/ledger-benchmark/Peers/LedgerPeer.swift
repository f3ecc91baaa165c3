import Foundation
import LedgerCore
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection

/// The same operations on this ledger's log and projection.
final class LedgerPeer {
    /// The segment of the one-segment question.
    static let segment = SegmentSelection(keeping: ["region": ["EMEA"]])
    /// Events of one commit in bulk.
    private static let batchEvents = 100_000

    private let folder: String
    private var events: PeerEvents
    private let log: EventLog

    init(folder: String, events: PeerEvents) throws {
        self.folder = folder
        self.events = events
        log = try EventLog(path: folder + "/log", create: true) { HistoryPlan.start }
    }

    func close() { log.close() }

    func alone(_ count: Int, from first: Int) throws -> Double {
        try ContinuousClock().measure {
            for position in first..<(first + count) {
                _ = try log.append(try events.batch(position..<(position + 1)))
            }
        }.inSeconds
    }

    func together(_ callers: Int, each: Int, from first: Int) async throws -> Double {
        // Each caller makes its event itself: what is shared is the log.
        let (log, events) = (log, events)
        return try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<callers {
                    group.addTask {
                        var own = events
                        for index in 0..<each {
                            let position = first + caller * each + index
                            _ = try await log.append(
                                try own.batch(position..<(position + 1)))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }.inSeconds
    }

    func bulk(_ count: Int) throws -> Double {
        let size = try log.head().size
        let time = try ContinuousClock().measure {
            let pipeline = BatchPipeline(log)
            for start in stride(from: 0, to: count, by: Self.batchEvents) {
                var batch = try events.batch(start..<min(count, start + Self.batchEvents))
                batch.stamp(HistoryPlan.start)
                try pipeline.submit(batch)
            }
            try pipeline.drain()
        }
        guard try log.head().size == size + UInt64(count) else {
            throw BenchmarkFailure("the log took \(try log.head().size - size) of \(count) events")
        }
        return time.inSeconds
    }

    /// Decodes every envelope and reads every byte of every payload.
    func read() throws -> (seconds: Double, count: Int, sum: UInt64) {
        var (count, sum) = (0, UInt64(0))
        let time = try ContinuousClock().measure {
            try log.forEachEvent(in: 0..<(.max)) { event in
                count += 1
                var at = 0
                while at + 8 <= event.payload.count {
                    sum &+= event.payload.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                    at += 8
                }
                while at < event.payload.count {
                    sum &+= UInt64(event.payload[at])
                    at += 1
                }
                return true
            }
        }
        return (time.inSeconds, count, sum)
    }

    /// Folds the whole log into a new state and asks it.
    func recompute() throws -> (seconds: Double, counts: [ReplayEngine.Count]) {
        let directory = folder + "/state"
        try? FileManager.default.removeItem(atPath: directory)
        var counts: [ReplayEngine.Count] = []
        let time = try ContinuousClock().measure {
            let store = try ReplayEngine.rebuild(
                NPSBySegment.self, from: log, into: directory, threads: ReplayEngine.threadsMax)
            defer { store.close() }
            counts = try ReplayEngine.ask(
                store, Lens(asOf: .max, basis: .stated),
                SegmentSelection(by: ["region", "plan"]))
        }
        return (time.inSeconds, counts)
    }

    /// Seconds of one question to the kept state, the middle of several.
    func segment(repeats: Int) throws -> (seconds: Double, counts: [ReplayEngine.Count]) {
        let store = try ProjectionStore<NPSBySegment>(directory: folder + "/state")
        defer { store.close() }
        var counts: [ReplayEngine.Count] = []
        var times: [Double] = []
        for _ in 0..<repeats {
            // A new question each time: nothing is kept from the one before.
            times.append(
                try ContinuousClock().measure {
                    counts = try ReplayEngine.ask(
                        store, Lens(asOf: .max, basis: .stated), Self.segment,
                        threads: ReplayEngine.threadsMax)
                }.inSeconds)
        }
        return (times.quantile(0.5), counts)
    }
}
