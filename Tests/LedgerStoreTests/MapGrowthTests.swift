import LMDB
import LedgerCore
import LedgerFixtures
import Testing

@testable import LedgerStore

/// A map that is full grows, here and in other processes, and no append is lost.
@Suite struct MapGrowthTests {
    /// Room for the empty tables and little more.
    private static let mapSizeBytes = 1 << 17

    @Test func concurrentAppendsGrowTheMap() async throws {
        let scratch = try Scratch()
        let log = try EventLog(
            path: scratch("log"), create: true, mapSizeBytes: Self.mapSizeBytes,
            clock: { TestClock.start })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<16 {
                group.addTask {
                    for start in stride(from: number * 200, to: number * 200 + 200, by: 20) {
                        let answers = try await log.append(
                            EventBatch(responses: start..<(start + 20)))
                        for answer in answers {
                            guard case .appended = answer else {
                                Issue.record("an event was appended twice: \(answer)")
                                return
                            }
                        }
                        // A reader at the same time must neither stop the growth nor be hurt.
                        _ = try log.forEachEvent(in: 0..<50) { _ in true }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(log.environment.statistics.mapSizeBytes > Self.mapSizeBytes)
        #expect(try log.head().size == 3_200)
        try AppendTests.expectSound(log)
        log.close()
    }

    @Test func twoProcessesGrowTheMapInTurns() throws {
        let scratch = try Scratch()
        let children = try (0..<2).map { number in
            try ChildProcess(
                [
                    "append", scratch("log"), "source-\(number)", "\(number)", "60", "1200",
                    "\(Self.mapSizeBytes)",
                ], output: scratch("out-\(number)"))
        }
        for child in children { #expect(child.wait() == 0) }
        let log = try EventLog(path: scratch("log"), clock: { TestClock.start })
        #expect(try log.head().size == 2_400)
        #expect(log.usedBytes > Self.mapSizeBytes)
        try AppendTests.expectSound(log)
        log.close()
    }
}
