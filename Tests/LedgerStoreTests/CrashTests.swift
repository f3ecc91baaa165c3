import Foundation
import LedgerCore
import LedgerFixtures
import Testing

@testable import LedgerStore

/// A writer that is killed, again and again, at moments nobody chose.
@Suite struct CrashTests {
    private static let rounds = 20

    @Test func whatWasAcknowledgedSurvivesEveryKill() throws {
        let seed: UInt64 = 81
        let scratch = try Scratch()
        var random = SeededNumbers(seed: seed)
        var acknowledged: [String: String] = [:]
        var killed = 0
        for round in 0..<Self.rounds {
            let child = try ChildProcess(
                ["append", scratch("log"), "source-\(round)", "\(random.below(1_000))", "6", "0"],
                output: scratch("out-\(round)"))
            // Most rounds begin to count at the first receipt, some die while they open.
            if round % 5 != 4 { _ = try child.wait(forLines: 1) }
            Thread.sleep(forTimeInterval: Double(random.below(50)) / 1_000)
            child.killNow()
            let lines = try child.lines()
            if !lines.isEmpty { killed += 1 }
            for line in lines {
                let parts = line.split(separator: " ").map(String.init)
                acknowledged[parts[1]] = "source-\(round) r\(parts[0]) \(parts[2])"
            }
            let log = try EventLog(testing: scratch("log"))
            try AppendTests.expectSound(log)
            for (position, expected) in acknowledged {
                let at = try #require(Position(position))
                let event = try log.withEvent(at) { try ResponseRecorded($0) }
                let found = try "\(event?.source ?? "") \(event?.id ?? "") \(log.leafHash(at: at))"
                #expect(found == expected, "position \(position), round \(round), seed \(seed)")
            }
            // And it goes on.
            let size = try log.head().size
            let outcome = try log.append(EventBatch(responses: [round], source: "between"))[0]
            #expect(AppendTests.word(outcome) == "new \(size)")
            log.close()
        }
        #expect(killed > Self.rounds / 2, "most rounds must have been killed at work")
        #expect(acknowledged.count > Self.rounds / 2)
    }
}
