import ArgumentParser
import Dispatch
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

/// A live reader in a process of its own: for each event it sees, it folds on, asks for one
/// segment's score and tells when it had the answer.
struct FollowLive: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow-live", abstract: "Answer after each event; `replay` runs it.",
        shouldDisplay: false)

    /// Told for each event, and once at the start.
    struct Answer: Codable {
        /// Events before this position are in the answer.
        var position: Position
        /// When, by the clock that all processes share.
        var nanoseconds: UInt64
        /// Responses in the answer.
        var responses: Int
    }

    /// How often it looks for events; a look takes microseconds.
    static let pollInterval = Duration.microseconds(500)

    /// The segment that is asked for.
    static let selection = SegmentSelection(keeping: ["region": ["EMEA"], "plan": ["team"]])

    @Option var ledger: String
    @Option var events: Int

    func run() throws {
        let paths = LedgerPaths(directory: ledger)
        let log = try EventLog(path: paths.log, readOnly: true) { 0 }
        defer { log.close() }
        let store = try ProjectionStore<NPSBySegment>(
            directory: "\(paths.projections)/\(NPSBySegment.descriptor.id)")
        defer { store.close() }
        var position = try store.catchUp(with: log).position
        var cube = SegmentCube()
        try Companion.tell(try answer(store, position, &cube))
        var left = events
        try log.follow(from: position, pollInterval: Self.pollInterval) { event in
            position = try store.catchUp(with: log, to: event.position + 1).position
            try Companion.tell(try answer(store, position, &cube))
            left -= 1
            return left > 0
        }
    }

    private func answer(
        _ store: ProjectionStore<NPSBySegment>, _ position: Position, _ cube: inout SegmentCube
    ) throws -> Answer {
        let counts = try ReplayEngine.ask(&cube, store, Lens(asOf: position), Self.selection)
        return Answer(
            position: position, nanoseconds: Self.now, responses: counts.total.reduce(0, +))
    }

    /// Nanoseconds since the machine started.
    static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }
}
