import Dispatch
import Glibc
import LedgerCore
import LedgerQueries
import Logging
import Synchronization
import Threads

/// Keeps the projections current on a thread of its own: after each commit of this process, and a few
/// milliseconds after one of another.
final class ProjectionKeeper: Sendable {
    /// Between two looks at the end of the log; a look takes microseconds.
    private static let pollMilliseconds = 10
    /// Between two folds while responses come in: a question folds for itself what it needs, so that
    /// nothing is older for it, and a commit alone is not worth a fold.
    private static let foldMilliseconds = 100
    /// How long it waits where a projection could not be folded.
    private static let retrySeconds = 5

    /// How the log and the projections stand.
    struct Standing: Sendable {
        var mark: OpenLedger.Mark
        /// How far each projection has come.
        var positions: [(projection: String, position: Position)] = []
        /// How far the projection has come that is least far.
        var folded: Position { positions.map(\.position).min() ?? 0 }
        /// Why one could not be folded; nil where all were.
        var problem: String?
        /// Events that the projections have still to fold.
        var lag: Position { mark.size - min(folded, mark.size) }
    }

    private let open: OpenLedger
    private let logger: Logger
    private let standing: Mutex<Standing>
    private let listeners = Mutex<[@Sendable (Standing) -> Void]>([])
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let isStopped = Atomic(false)
    private let isSignalled = Atomic(false)

    /// - Throws: `LedgerError` where the log cannot be read, or the system gives no thread.
    init(_ open: OpenLedger, logger: Logger) throws {
        self.open = open
        self.logger = logger
        standing = Mutex(Standing(mark: try open.mark()))
        guard Threads.start(name: "projections", stackBytes: 4 << 20, { [self] in serve() }) else {
            throw LedgerError(.storage, "the system gives no thread to fold projections with")
        }
    }

    /// How the log and the projections stood when it looked last.
    var current: Standing { standing.withLock { $0 } }

    /// Has somebody told, on its thread, whenever something was recorded.
    func listen(_ listener: @escaping @Sendable (Standing) -> Void) {
        listeners.withLock { $0.append(listener) }
    }

    /// Has it look at once.
    func signal() {
        guard !isSignalled.exchange(true, ordering: .acquiringAndReleasing) else { return }
        wake.signal()
    }

    /// Ends its thread.
    @available(*, noasync, message: "it waits for what is being folded")
    func stop() {
        isStopped.store(true, ordering: .releasing)
        wake.signal()
        ended.wait()
    }

    private func serve() {
        var seen: OpenLedger.Mark?
        var foldedAt = DispatchTime(uptimeNanoseconds: 0)
        while !isStopped.load(ordering: .acquiring) {
            isSignalled.store(false, ordering: .releasing)
            do {
                let mark = try open.mark()
                if mark != seen {
                    Self.sleep(until: foldedAt + .milliseconds(Self.foldMilliseconds))
                    let positions = try open.keepCurrent()
                    seen = mark
                    publish(Standing(mark: try open.mark(), positions: positions))
                    foldedAt = .now()
                }
                _ = wake.wait(timeout: .now() + .milliseconds(Self.pollMilliseconds))
            } catch {
                let told = LedgerError(anything: error)
                logger.error(
                    "projections cannot be folded", metadata: ["reason": "\(told.message)"])
                standing.withLock { $0.problem = told.message }
                _ = wake.wait(timeout: .now() + .seconds(Self.retrySeconds))
            }
        }
        ended.signal()
    }

    /// Sleeps through whatever signals come meanwhile.
    private static func sleep(until due: DispatchTime) {
        let now = DispatchTime.now()
        guard now < due else { return }
        usleep(UInt32((due.uptimeNanoseconds - now.uptimeNanoseconds) / 1_000))
    }

    private func publish(_ now: Standing) {
        standing.withLock { $0 = now }
        for listener in listeners.withLock({ $0 }) { listener(now) }
    }
}
