import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import LedgerProof
import Synchronization
import Testing

@testable import LedgerStore

/// Many callers at once: tasks, threads and processes.
@Suite(.serialized) struct ConcurrentAppendTests {
    /// What callers were told, by event id.
    private final class Told: Sendable {
        private let outcomes = Mutex<[Int: [AppendOutcome]]>([:])

        func note(_ ids: [Int], _ answers: [AppendOutcome]) {
            outcomes.withLock { told in
                for (id, answer) in zip(ids, answers) { told[id, default: []].append(answer) }
            }
        }

        var byID: [Int: [AppendOutcome]] { outcomes.withLock { $0 } }
    }

    private static func ids(_ random: inout SeededNumbers) -> [Int] {
        // Few ids for many callers: most are sent several times, some within one batch.
        (0..<(1 + random.below(6))).map { _ in random.below(1_500) }
    }

    @Test func tasksAndThreadsWithDuplicates() async throws {
        let seed: UInt64 = 31
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        let told = Told()
        let threads = (0..<8).map { number in
            Thread {
                var random = SeededNumbers(seed: seed + 1_000 + UInt64(number))
                for _ in 0..<15 {
                    let ids = Self.ids(&random)
                    if let batch = try? EventBatch(responses: ids),
                        let answers = try? log.append(batch)
                    {
                        told.note(ids, answers)
                    }
                }
                told.note([-1 - number], [.conflict(0)])
            }
        }
        for thread in threads { thread.start() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<64 {
                group.addTask {
                    var random = SeededNumbers(seed: seed + UInt64(number))
                    for _ in 0..<10 {
                        let ids = Self.ids(&random)
                        told.note(ids, try await log.append(try EventBatch(responses: ids)))
                    }
                }
            }
            try await group.waitForAll()
        }
        while told.byID.keys.count(where: { $0 < 0 }) < 8 {
            try await Task.sleep(for: .milliseconds(2))
        }
        try Self.check(told.byID.filter { $0.key >= 0 }, log, seed)
        // Callers shared commits: far fewer transactions than the 760 appends.
        #expect(log.environment.statistics.lastTransactionID < 500)
        log.close()
    }

    private static func check(
        _ told: [Int: [AppendOutcome]], _ log: EventLog, _ seed: UInt64
    ) throws {
        var byPosition: [Position: Int] = [:]
        for (id, answers) in told {
            let receipts = Set(answers.compactMap(\.receipt))
            #expect(receipts.count == 1, "id \(id) has one receipt; seed \(seed)")
            let fresh = answers.count { if case .appended = $0 { true } else { false } }
            #expect(fresh == 1, "id \(id) was appended once; seed \(seed)")
            guard let receipt = receipts.first else { continue }
            byPosition[receipt.position] = id
            let stored = try log.withEvent(receipt.position) { try ResponseRecorded($0).id }
            #expect(stored == "r\(id)", "seed \(seed)")
            let leaf = try log.entry(receipt.position)?.withUnsafeBytes { MerkleHash.leaf($0) }
            #expect(leaf == receipt.leafHash, "seed \(seed)")
        }
        let size = try log.head().size
        #expect(byPosition.count == told.count && size == Position(told.count), "seed \(seed)")
        #expect(byPosition.keys.max() == size - 1, "seed \(seed)")
        try AppendTests.expectSound(log)
    }

    @Test func fourProcessesAppendAtOnce() throws {
        let scratch = try Scratch()
        let count = 150
        // Two sources are sent twice, by two processes each: every event is recorded once.
        let children = try (0..<4).map { number in
            try ChildProcess(
                [
                    "append", scratch("log"), "source-\(number % 2)", "\(40 + number)", "9",
                    "\(count)",
                ], output: scratch("out-\(number)"))
        }
        for child in children { #expect(child.wait() == 0) }
        let log = try EventLog(path: scratch("log"), clock: { TestClock.start })
        #expect(try log.head().size == Position(2 * count))
        var positions: [String: Set<String>] = [:]
        for (number, child) in children.enumerated() {
            let lines = try child.lines()
            #expect(lines.count == count)
            for line in lines {
                let parts = line.split(separator: " ").map(String.init)
                positions["\(number % 2) \(parts[0])", default: []].insert(parts[1])
                let position = try #require(Position(parts[1]))
                #expect(try log.leafHash(at: position).description == parts[2])
            }
        }
        #expect(positions.count == 2 * count)
        #expect(positions.values.allSatisfy { $0.count == 1 })
        try AppendTests.expectSound(log)
        log.close()
    }
}
