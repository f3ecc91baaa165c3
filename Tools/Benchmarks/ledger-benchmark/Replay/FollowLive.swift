import ArgumentParser
import Dispatch
import LedgerCore
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger

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
