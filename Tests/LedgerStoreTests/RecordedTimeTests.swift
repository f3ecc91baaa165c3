import LedgerCore
import LedgerFixtures
import Testing

@testable import LedgerStore

/// Recorded-at never goes backwards, whatever the clock does.
@Suite struct RecordedTimeTests {
    private static func times(_ log: EventLog) throws -> [Microseconds] {
        var times: [Microseconds] = []
        try log.forEachEvent(in: 0..<Position.max) { event in
            times.append(event.recordedAt)
            return true
        }
        return times
    }

    @Test(arguments: [11, 12, 13] as [UInt64])
    func aClockThatJumps(seed: UInt64) throws {
        let scratch = try Scratch()
        let clock = TestClock()
        let log = try EventLog(testing: scratch("log"), clock: clock)
        var random = SeededNumbers(seed: seed)
        var id = 0
        for round in 0..<60 {
            // It moves on, and jumps about much further than it moves.
            let now = TestClock.start + Microseconds(round * 50_000)
            clock.turn(to: now + Microseconds(random.below(2_000_000)) - 1_000_000)
            let ids = id..<(id + 1 + random.below(4))
            id = ids.upperBound
            var batch = try EventBatch(responses: ids)
            // Some batches are stamped by their author, some long before they are appended.
            if random.happens(percent: 40) {
                batch.stamp(now + Microseconds(random.below(2_000_000)) - 1_000_000)
            }
            _ = try log.append(batch)
            let head = try log.head()
            let last = try log.withEvent(head.size - 1) { $0.recordedAt }
            #expect(head.recordedAt == last, "seed \(seed)")
        }
        let times = try Self.times(log)
        #expect(times == times.sorted(), "seed \(seed)")
        #expect(Set(times).count > 5, "the clock must have been followed; seed \(seed)")
        try AppendTests.expectSound(log)
        log.close()
    }

    @Test func aForwardClockIsFollowedAndAStampKept() throws {
        let scratch = try Scratch()
        let clock = TestClock()
        let log = try EventLog(testing: scratch("log"), clock: clock)
        _ = try log.append(EventBatch(responses: [1]))
        clock.advance(10)
        var batch = try EventBatch(responses: [2])
        batch.stamp(clock.now - 5)
        _ = try log.append(batch)
        _ = try log.append(EventBatch(responses: [3]))
        let start = TestClock.start
        #expect(try Self.times(log) == [start, start + 5, start + 10])
        log.close()
    }

    @Test func duplicatesLeaveNoTrace() throws {
        let scratch = try Scratch()
        let clock = TestClock()
        let log = try EventLog(testing: scratch("log"), clock: clock)
        _ = try log.append(EventBatch(responses: [1]))
        let head = try log.head()
        clock.advance(1_000)
        var again = try EventBatch(responses: [1])
        again.stamp(clock.now)
        #expect(try log.append(again).map(AppendTests.word) == ["same 0"])
        #expect(try log.head() == head)
        try AppendTests.expectSound(log)
        log.close()
    }

    @Test func aClockThatWasNeverSetOrSetTooFar() throws {
        let scratch = try Scratch()
        let clock = TestClock(0)
        let log = try EventLog(testing: scratch("log"), clock: clock)
        _ = try log.append(EventBatch(responses: [1]))
        #expect(try Self.times(log) == [Entry.timeMin])
        clock.turn(to: .max)
        let error = #expect(throws: LedgerError.self) {
            _ = try log.append(EventBatch(responses: [2]))
        }
        #expect(error?.code == .refused)
        clock.turn(to: TestClock.start)
        _ = try log.append(EventBatch(responses: [2]))
        #expect(try Self.times(log) == [Entry.timeMin, TestClock.start])
        log.close()
    }

    @Test func theSizeAtATimeIsACount() throws {
        let scratch = try Scratch()
        let clock = TestClock()
        let log = try EventLog(testing: scratch("log"), clock: clock)
        #expect(try log.size(at: clock.now) == 0)
        var random = SeededNumbers(seed: 21)
        for id in 0..<150 {
            if random.happens(percent: 50) { clock.advance(Microseconds(random.below(5))) }
            _ = try log.append(EventBatch(responses: [id]))
        }
        let times = try Self.times(log)
        for time in (TestClock.start - 2)...(clock.now + 2) {
            #expect(try log.size(at: time) == Position(times.count { $0 <= time }))
        }
        log.close()
    }
}
