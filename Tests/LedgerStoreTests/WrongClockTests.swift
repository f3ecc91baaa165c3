import LMDB
import LedgerCore
import LedgerFixtures
import LedgerProof
import Testing

@testable import LedgerStore

/// A clock that was wrong once: it is refused, or what it did to later times stays in sight.
@Suite struct WrongClockTests {
    private static let day: Microseconds = 86_400_000_000
    private static let second: Microseconds = 1_000_000

    private struct Times: Equatable {
        var recordedAt: Microseconds
        var clock: Microseconds?
        init(_ recordedAt: Microseconds, _ clock: Microseconds? = nil) {
            self.recordedAt = recordedAt
            self.clock = clock
        }
        /// When it was recorded, as far as anybody can say.
        var truth: Microseconds { clock ?? recordedAt }
    }

    private static func times(_ log: EventLog) throws -> [Times] {
        var times: [Times] = []
        try log.forEachEvent(in: 0..<Position.max) { event in
            times.append(Times(event.recordedAt, event.clock))
            return true
        }
        return times
    }

    @Test func aJumpAheadIsRefusedUntilItIsAccepted() throws {
        let scratch = try Scratch()
        let clock = TestClock()
        let log = try EventLog(testing: scratch("log"), clock: clock)
        _ = try log.append(EventBatch(responses: [1]))
        // Once a year, and a month late.
        clock.advance(395 * Self.day)
        #expect(try log.checkClock() == nil)
        _ = try log.append(EventBatch(responses: [2]))
        clock.advance(401 * Self.day)
        let head = try log.head()
        var stamped = try EventBatch(responses: [3])
        stamped.stamp(clock.now)
        for batch in [try EventBatch(responses: [3]), stamped] {
            let error = #expect(throws: LedgerError.self) { _ = try log.append(batch) }
            #expect(error?.code == .clock)
            #expect(error?.message.contains("401 days before") == true)
            #expect(error?.remedy == .acceptClock)
        }
        #expect(throws: LedgerError.self) { _ = try log.checkClock() }
        #expect(try log.head() == head)
        log.close()
        let accepting = try EventLog(
            path: scratch("log"), acceptsClock: true, clock: { clock.now })
        #expect(try accepting.checkClock() == nil)
        _ = try accepting.append(stamped)
        accepting.close()
        // Once is enough.
        let again = try EventLog(testing: scratch("log"), clock: clock)
        clock.advance(Self.day)
        _ = try again.append(EventBatch(responses: [4]))
        #expect(try Self.times(again).allSatisfy { $0.clock == nil })
        try AppendTests.expectSound(again)
        again.close()
    }

    @Test func theFirstEventIsHeldAgainstTheRelease() throws {
        let scratch = try Scratch()
        let clock = TestClock(ClockCheck.release + ClockCheck.firstAheadMax + 1)
        let log = try EventLog(testing: scratch("log"), clock: clock)
        let error = #expect(throws: LedgerError.self) {
            _ = try log.append(EventBatch(responses: [1]))
        }
        #expect(error?.code == .clock && error?.message.contains("was released") == true)
        #expect(try log.head().size == 0)
        clock.advance(-1)
        _ = try log.append(EventBatch(responses: [1]))
        #expect(try log.head().size == 1)
        log.close()
    }

    @Test func aPoisonedLogGoesOnByAMicrosecond() throws {
        let scratch = try Scratch()
        let clock = TestClock()
        let log = try EventLog(
            path: scratch("log"), create: true, acceptsClock: true, clock: { clock.now })
        let start = TestClock.start
        let wrong = start + 6_000 * Self.day
        _ = try log.append(EventBatch(responses: [0]))
        clock.turn(to: wrong)
        _ = try log.append(EventBatch(responses: [1]))
        clock.turn(to: start + 10 * Self.second)
        #expect(try log.checkClock() == ClockLag(clock: clock.now, recordedAt: wrong))
        let receipts = try log.append(EventBatch(responses: [2, 3])).compactMap(\.receipt)
        clock.advance(5 * Self.second)
        var stamped = try EventBatch(responses: [4])
        stamped.stamp(clock.now)
        _ = try log.append(stamped)
        // The same again leaves no trace, whatever the entry looks like.
        let head = try log.head()
        #expect(
            try log.append(EventBatch(responses: [2, 3, 4])).map(AppendTests.word)
                == ["same 2", "same 3", "same 4"])
        #expect(try log.head() == head)
        #expect(
            try Self.times(log) == [
                Times(start), Times(wrong), Times(wrong + 1, start + 10 * Self.second),
                Times(wrong + 1, start + 10 * Self.second),
                Times(wrong + 2, start + 15 * Self.second),
            ])
        for receipt in receipts {
            let entry = try #require(try log.entry(receipt.position))
            try EventView.validate(entry, position: receipt.position)
            #expect(entry.withUnsafeBytes { MerkleHash.leaf($0) } == receipt.leafHash)
        }
        // As of a time: what the clock said counts where it stands.
        #expect(try log.size(at: start - 1) == 0)
        #expect(try log.size(at: start) == 1)
        #expect(try log.size(at: start + 10 * Self.second - 1) == 1)
        #expect(try log.size(at: start + 10 * Self.second) == 4)
        #expect(try log.size(at: start + 15 * Self.second) == 5)
        #expect(try log.size(at: .max) == 5)
        #expect(try log.wrongTimes() == 1..<5)
        try AppendTests.expectSound(log)
        // Once the clock has come as far, all is as usual.
        clock.turn(to: wrong + Self.second)
        _ = try log.append(EventBatch(responses: [5]))
        #expect(try Self.times(log).last == Times(wrong + Self.second))
        #expect(try log.wrongTimes() == 1..<5)
        try AppendTests.expectSound(log)
        log.close()
    }

    @Test func theLastTimeThereIsLeavesNoRoom() throws {
        let scratch = try Scratch()
        let clock = TestClock(Entry.timeMax)
        let log = try EventLog(
            path: scratch("log"), create: true, acceptsClock: true, clock: { clock.now })
        _ = try log.append(EventBatch(responses: [1]))
        for id in 2..<5 {
            clock.turn(to: TestClock.start + Microseconds(id))
            _ = try log.append(EventBatch(responses: [id]))
        }
        #expect(
            try Self.times(log)
                == [Times(Entry.timeMax)]
                + (2..<5).map { Times(Entry.timeMax, TestClock.start + Microseconds($0)) })
        #expect(try log.size(at: TestClock.start + 3) == 3)
        // A second jump is measured from what the clock said last, not from the year 9999.
        log.close()
        let careful = try EventLog(testing: scratch("log"), clock: clock)
        clock.advance(401 * Self.day)
        let error = #expect(throws: LedgerError.self) {
            _ = try careful.append(EventBatch(responses: [9]))
        }
        #expect(error?.code == .clock)
        try AppendTests.expectSound(careful)
        careful.close()
    }

    @Test func aClockThatIsCorrectedByLessThanASecondIsNobodysConcern() throws {
        let scratch = try Scratch()
        let clock = TestClock()
        let log = try EventLog(testing: scratch("log"), clock: clock)
        _ = try log.append(EventBatch(responses: [1]))
        clock.advance(-Self.second)
        #expect(try log.checkClock() == nil)
        _ = try log.append(EventBatch(responses: [2]))
        clock.advance(-1)
        #expect(try log.checkClock() != nil)
        _ = try log.append(EventBatch(responses: [3]))
        let start = TestClock.start
        #expect(
            try Self.times(log)
                == [Times(start), Times(start), Times(start + 1, start - Self.second - 1)])
        // A stamp of a moment when the clock was ahead is not believed.
        clock.turn(to: start + Self.second)
        var stamped = try EventBatch(responses: [4])
        stamped.stamp(start + 100 * Self.second)
        _ = try log.append(stamped)
        #expect(try Self.times(log).last == Times(start + Self.second))
        try AppendTests.expectSound(log)
        log.close()
    }

    @Test(arguments: [41, 42, 43] as [UInt64])
    func asOfAnyTimeIsTheLastEventByThen(seed: UInt64) throws {
        let scratch = try Scratch()
        let clock = TestClock()
        let log = try EventLog(testing: scratch("log"), clock: clock)
        var random = SeededNumbers(seed: seed)
        for id in 0..<80 {
            // Mostly forward; now and then far back or ahead.
            let jump = random.below(10)
            let move = Microseconds(random.below(3_000_000))
            clock.advance(jump == 0 ? -20 * move : jump == 1 ? 20 * move : move)
            _ = try log.append(EventBatch(responses: [2 * id, 2 * id + 1]))
        }
        let times = try Self.times(log)
        #expect(times.map(\.recordedAt) == times.map(\.recordedAt).sorted(), "seed \(seed)")
        #expect(times.contains { $0.clock != nil } && times.contains { $0.clock == nil })
        for time in Set(times.map(\.truth)).flatMap({ [$0 - 1, $0, $0 + 1] }) {
            let last = times.lastIndex { $0.truth <= time }
            #expect(
                try log.size(at: time) == Position(last.map { $0 + 1 } ?? 0), "seed \(seed)")
        }
        try AppendTests.expectSound(log)
        log.close()
    }

    @Test func theRecordOfWrongTimesIsChecked() throws {
        let scratch = try Scratch()
        let clock = TestClock()
        let log = try EventLog(testing: scratch("log"), clock: clock)
        _ = try log.append(EventBatch(responses: [1]))
        clock.advance(-Self.day)
        _ = try log.append(EventBatch(responses: [2]))
        try AppendTests.expectSound(log)
        let right = try #require(
            try log.read { try $0.value(log.schema.meta, bytes: LogSchema.clockKey) })
        for wrong in [
            Array(right.dropLast()), [UInt8](repeating: 0, count: 16), [0] + right.dropFirst(),
        ] {
            try log.environment.write {
                try $0.put(log.schema.meta, bytes: LogSchema.clockKey, wrong)
            }
            let findings = try LogVerifier(log).verify().findings
            #expect(
                Set(findings.map(\.check)) == [.time, .types], "\(wrong): \(findings)")
        }
        log.close()
    }
}
