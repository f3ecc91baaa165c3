import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import LedgerStore
import Testing

@testable import LedgerReplay

/// Several processes at one state, and processes that are killed.
@Suite struct ProjectionProcessTests {
    private typealias Store = ProjectionStore<Tally<First>>

    private static func makeLog(_ path: String, count: Int) throws {
        let log = try EventLog(testing: path)
        for start in stride(from: 0, to: count, by: 500) {
            _ = try log.append(EventBatch(responses: start..<min(count, start + 500)))
        }
        log.close()
    }

    private static func check(_ scratch: Scratch, count: Position) throws {
        let log = try EventLog(testing: scratch("log"))
        let store = try Store(directory: scratch("state"))
        #expect(try store.catchUp(with: log).position == count)
        #expect(try store.verify(with: log).isSound)
        try store.read { state, _ in
            var sum: UInt64 = 0
            for score in stride(from: UInt16(0), through: 1_000, by: 100) {
                sum += try Tally<First>.count(of: score, in: state)
            }
            #expect(sum == count)
        }
        store.close()
        log.close()
    }

    @Test func processesThatFoldAtOnceFoldEachEventOnce() throws {
        let scratch = try Scratch()
        try Self.makeLog(scratch("log"), count: 1_500)
        try Store(directory: scratch("state")).close()
        // Nobody can write before all have come.
        let gate = try Environment(path: scratch("state"))
        let children = try gate.write { _ in
            let children = try (0..<3).map { number in
                try ChildProcess(
                    ["catch-up", scratch("log"), scratch("state"), "\(1 + number)"],
                    output: scratch("out-\(number)"))
            }
            for child in children { _ = try child.wait(forLines: 1) }
            return children
        }
        gate.close()
        for child in children { #expect(child.wait() == 0) }
        try Self.check(scratch, count: 1_500)
    }

    @Test func anotherProcessMayComeBeyondTheLimitMeanwhile() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        var batch = try EventBatch(responses: 0..<99)
        try batch.append(Sample.response(99, name: "slow"))
        _ = try log.append(batch)
        let store = try Store(directory: scratch("state"))
        let child = try ChildProcess(
            ["catch-up", scratch("log"), scratch("state"), "1000"], output: scratch("out"))
        try child.wait(forLines: 1)
        // By now it holds the state's lock, half a second long; then it is beyond the limit.
        Thread.sleep(forTimeInterval: 0.1)
        #expect(try store.catchUp(with: log, to: 50).position >= 50)
        #expect(child.wait() == 0)
        #expect(try store.live().position == 100)
        store.close()
        log.close()
        try Self.check(scratch, count: 100)
    }

    @Test func aFoldThatIsKilledGoesOnWhereItWas() throws {
        let seed: UInt64 = 121
        let scratch = try Scratch()
        try Self.makeLog(scratch("log"), count: 1_500)
        var random = SeededNumbers(seed: seed)
        for round in 0..<6 {
            let child = try ChildProcess(
                ["catch-up", scratch("log"), scratch("state"), "5"],
                output: scratch("out-\(round)"))
            let lines = try child.wait(forLines: 2 + random.below(20))
            child.killNow()
            let store = try Store(directory: scratch("state"))
            let position = try store.live().position
            #expect(position >= lines.last.flatMap { Position($0) } ?? 0, "seed \(seed)")
            store.close()
        }
        try Self.check(scratch, count: 1_500)
    }

    @Test func aRebuildThatIsKilledLeavesTheLiveStateAlone() throws {
        let seed: UInt64 = 122
        let scratch = try Scratch()
        try Self.makeLog(scratch("log"), count: 1_500)
        var log = try EventLog(testing: scratch("log"))
        var store = try Store(directory: scratch("state"))
        _ = try store.catchUp(with: log)
        let digest = try store.digest()
        store.close()
        log.close()
        var random = SeededNumbers(seed: seed)
        var unfinished = 0
        for round in 0..<5 {
            // In steps so small that it is not done before it is killed.
            let child = try ChildProcess(
                ["rebuild", scratch("log"), scratch("state"), "2"],
                output: scratch("out-\(round)"))
            _ = try child.wait(forLines: 2 + random.below(60))
            child.killNow()
            store = try Store(directory: scratch("state"))
            #expect(try store.live().position == 1_500, "seed \(seed)")
            #expect(try store.digest() == digest, "seed \(seed)")
            if let other = try store.other(), other.position < 1_500 { unfinished += 1 }
            store.close()
        }
        #expect(unfinished > 0, "rebuilds must have been killed at work")
        // Two that rebuild at once, while a third folds, come to one good state.
        let children = try ["rebuild", "rebuild", "catch-up"].enumerated().map { number, verb in
            try ChildProcess(
                [verb, scratch("log"), scratch("state"), "\(40 + number)"],
                output: scratch("last-\(number)"))
        }
        for child in children { #expect(child.wait() == 0) }
        log = try EventLog(testing: scratch("log"))
        store = try Store(directory: scratch("state"))
        #expect(try store.live().position == 1_500)
        #expect(try store.digest() == digest)
        store.close()
        log.close()
    }
}
