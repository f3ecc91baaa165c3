import Foundation
import LedgerCore
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import Presentation

extension ReplayRun {
    /// Folding one event on, and a reader in another process that answers after each.
    func live() throws -> Findings {
        let count = options.scaled(small: 5, full: 500)
        let log = try EventLog(path: history.paths.log) { WallClock.now() }
        defer { log.close() }
        var findings = try catchUps(log, count)
        findings += try follow(log, count)
        return findings
    }

    private func catchUps(_ log: EventLog, _ count: Int) throws -> Findings {
        let store = try ProjectionStore<NPSBySegment>(directory: scoresDirectory)
        defer { store.close() }
        try store.catchUp(with: log, threads: ReplayEngine.threadsMax)
        var times: [Double] = []
        for _ in 0..<count {
            let position = try append(to: log)
            let time = try ContinuousClock().measure { try store.catchUp(with: log) }
            guard try store.live().position == position + 1 else {
                throw BenchmarkFailure("the fold did not reach position \(position)")
            }
            times.append(time.inSeconds)
        }
        return latencies(
            "catching up after an append", times, limit: 0.002, result: "one event each")
    }

    private func follow(_ log: EventLog, _ count: Int) throws -> Findings {
        let reader = try Companion(
            Companion.ownPath,
            ["follow-live", "--ledger", history.paths.directory, "--events", "\(count)"],
            name: "follow-live")
        var before: FollowLive.Answer = try reader.next()
        var times: [Double] = []
        for _ in 0..<count {
            // The reader sleeps between looks: an append must not follow its last answer in step.
            Thread.sleep(forTimeInterval: 0.000_1 * Double(1 + times.count % 10))
            let position = try append(to: log)
            let receipt = FollowLive.now
            let answer: FollowLive.Answer = try reader.next()
            guard answer.position == position + 1, answer.responses == before.responses + 1 else {
                throw BenchmarkFailure(
                    "the reader had \(answer.responses) responses as of \(answer.position), "
                        + "after \(before.responses) and an append at \(position)")
            }
            before = answer
            // It may have seen the commit before its receipt was looked at.
            times.append(
                Double(answer.nanoseconds) / 1e9 - Double(min(receipt, answer.nanoseconds)) / 1e9)
        }
        try reader.end()
        return latencies(
            "receipt to a live reader's answer", times, limit: 0.01,
            result: "reader in another process, looking every "
                + "\(Formatted.duration(FollowLive.pollInterval)), \(before.responses) responses in the answer"
        )
    }

    /// Appends a response of the segment that is followed, with a score and no text.
    private func append(to log: EventLog) throws -> Position {
        let id = UUID().uuidString
        var batch = EventBatch()
        try batch.append(
            EventDraft(
                ResponseRecorded(
                    source: "live", id: id, subject: 1, score: 900, hasText: false,
                    segments: [
                        "region": "EMEA", "country": "DE", "channel": "web", "plan": "team",
                    ]), occurredAt: WallClock.now(), actor: .system),
            key: IdempotencyKey(source: "live", id: id))
        guard case .appended(let receipt)? = try log.append(batch).first else {
            throw BenchmarkFailure("a response was not appended")
        }
        return receipt.position
    }
}
