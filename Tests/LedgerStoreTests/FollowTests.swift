import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import Testing

@testable import LedgerStore

/// Following a log that another process writes.
@Suite struct FollowTests {
    /// Ends after so many looks, and does something at each.
    private final class Polls {
        private let limit: Int
        private let onPoll: (Int) -> Void
        private var count = 0

        init(_ limit: Int, onPoll: @escaping (Int) -> Void = { _ in }) {
            self.limit = limit
            self.onPoll = onPoll
        }

        func areOver() -> Bool {
            count += 1
            onPoll(count)
            return count > limit
        }
    }

    @Test func seesWhatAnotherProcessAppendsAsItComes() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        let count: Position = 400
        let child = try ChildProcess(
            ["append", scratch("log"), Sample.source, "71", "5", "\(count)"],
            output: scratch("out"))
        var seen: Position = 0
        var lags: [Microseconds] = []
        let end = try log.follow(from: 0) { event in
            #expect(event.position == seen)
            let id = try ResponseRecorded(event).id
            #expect(id == "r\(seen)")
            seen += 1
            lags.append(Microseconds(Date().timeIntervalSince1970 * 1e6) - event.recordedAt)
            return seen < count
        }
        #expect(end == count)
        #expect(child.wait() == 0)
        // Recorded-at is taken before the commit, so the lag holds the sync to disk as well; the
        // median is about that and half a poll. Generous, for machines under load.
        let median = try #require(lags.sorted().dropFirst(lags.count / 2).first)
        #expect(median < 100_000, "the median lag was \(median) µs")
        log.close()
    }

    @Test func holdsNoSnapshotWhileItWaitsOrWhileItsBodyRuns() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        _ = try log.append(EventBatch(responses: 0..<10))
        var appended = 0
        let polls = Polls(5) { _ in
            #expect(log.environment.statistics.oldestReaderTransactionID == nil)
        }
        let end = try log.follow(
            from: 0, pollInterval: .milliseconds(1),
            until: polls.areOver
        ) { event in
            #expect(log.environment.statistics.oldestReaderTransactionID == nil)
            // What it appends itself comes back to it.
            if event.position < 10 {
                appended += 1
                _ = try log.append(EventBatch(responses: [100 + appended]))
            }
            return true
        }
        #expect(appended == 10)
        #expect(end == 20)
        log.close()
    }

    @Test func followsByTypeFromAnyPosition() throws {
        let scratch = try Scratch()
        let log = try EventLog(testing: scratch("log"))
        var batch = EventBatch()
        for id in 0..<300 {
            if id % 10 == 0 {
                try batch.append(Sample.exclusion(of: 0))
            } else {
                try batch.appendResponse(id)
            }
        }
        _ = try log.append(batch)
        for names: Set<EventName> in [[.responseExcluded], [.responseExcluded, .ledgerOpened]] {
            var seen: [Position] = []
            let end = try log.follow(
                from: 95, named: names, pollInterval: .milliseconds(1), until: Polls(3).areOver
            ) { event in
                seen.append(event.position)
                return true
            }
            #expect(seen == stride(from: 100, to: 300, by: 10).map { Position($0) })
            #expect(end == 300)
        }
        // Beyond the end it waits for the log to come there.
        let polls = Polls(8) { number in
            if number == 3 { _ = try? log.append(EventBatch(responses: 1_000..<1_010)) }
        }
        let end = try log.follow(
            from: 305, pollInterval: .milliseconds(1), until: polls.areOver
        ) { $0.position < 307 }
        #expect(end == 308)
        // Stopped by its body, it says where to go on.
        #expect(try log.follow(from: 0) { $0.position < 5 } == 6)
        log.close()
    }
}
