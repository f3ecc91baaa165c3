import Dispatch
import LedgerCore
import LedgerQueries
import LedgerStore
import NPSLedger
import SurveyImport
import Synchronization
import Threads

/// Responses that somebody sent together.
public struct IntakeRequest: Sendable {
    /// Where they come from; ids are unique within a source.
    public var source: String
    /// Who sends them.
    public var actor: Actor
    /// The responses.
    public var rows: RowBatch
    /// Whether all of them are to be recorded, or none.
    public var isAtomic: Bool

    /// The delivery that the responses were read in; nil where they were sent as responses.
    package var delivery: Position?
    /// The import that they come by; nil where they were sent as responses.
    package var imported: StartedImport?

    /// A request.
    public init(source: String, actor: Actor, rows: RowBatch, isAtomic: Bool = false) {
        self.source = source
        self.actor = actor
        self.rows = rows
        self.isAtomic = isAtomic
    }
}

/// How the intake stands, for whoever watches it.
public struct IntakeStanding: Sendable {
    /// Responses that wait to be looked at.
    public let waiting: Int
    /// Why nothing is taken in at the moment; nil where it is.
    public let refusal: LedgerError?
    /// Texts that a model which reads behind has not read yet.
    public let unread: Int
    /// How long the oldest of them has waited, in seconds.
    public let unreadSeconds: Double
}

/// Takes responses in from any number of callers: what waits is decided, sealed and committed
/// together, so that a thousand callers share a flush of the disk.
///
/// It has one thread. While a commit is on its way, the next is prepared. A caller hears of its
/// responses when they are durable, and of each in the order in which it sent them. Nothing is lost
/// that was answered; what fails, fails with an error, and may be sent again: a response that was
/// recorded all the same is recognised then.
public final class ResponseIntake: Sendable {
    /// Hears of what became of a request: a conclusion for each row, in their order.
    public typealias Completion = @Sendable (Result<[RowConclusion], any Error>) -> Void

    /// Responses that may wait. Beyond it callers are turned away: at the slowest rate that was
    /// measured, more would wait for longer than a sender does.
    public static let waitingMax = 20_000
    /// Bytes that may wait.
    public static let waitingBytesMax = 64 << 20
    /// Responses of one commit: enough to fill it, and few enough that the first of them is not kept
    /// waiting.
    static let batchRows = 4_096
    /// From so many on a commit is prepared while the last one is on its way.
    private static let gatheredRows = 256
    /// How long everybody is turned away after the disk was found full. The next one tries it.
    private static let refusalSeconds = 2.0

    struct Waiting: Sendable {
        var request: IntakeRequest
        let completion: Completion
    }

    private struct State {
        var waiting: [Waiting] = []
        var rows = 0
        var bytes = 0
        var isStopped = false
        var hasEnded = false
        var refusal: (error: LedgerError, until: DispatchTime)?
    }

    private let open: OpenLedger
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let reading: LateReading
    private let onCommit: @Sendable () -> Void

    /// Begins to take in.
    ///
    /// - Parameter onCommit: called on the intake's thread after each commit; it is to return at
    ///   once.
    /// - Throws: `LedgerError` with code `storage` where the system gives no thread.
    public init(
        into open: OpenLedger, onCommit: @escaping @Sendable () -> Void = {}
    ) throws {
        self.open = open
        self.onCommit = onCommit
        reading = try LateReading(open, onCommit: onCommit)
        let stackBytes = 4 << 20
        guard Threads.start(name: "intake", stackBytes: stackBytes, { [self] in serve() }) else {
            throw LedgerError(.storage, "the system gives no thread to take responses in with")
        }
    }

    /// Hands in a request, and returns; the completion is called once it is durable or has failed.
    ///
    /// It fails at once with code `busy` where too much waits, and with that of the failure where
    /// nothing can be taken in at the moment.
    public func submit(_ request: IntakeRequest, completion: @escaping Completion) {
        let bytes = request.rows.bytes.count
        var wakes = false
        let refusal: LedgerError? = state.withLock { state in
            if state.isStopped { return LedgerError(.busy, "the service stops: send it again") }
            if let refusal = state.refusal, refusal.until > .now() { return refusal.error }
            guard
                state.waiting.isEmpty
                    || state.rows + request.rows.rows.count <= Self.waitingMax
                        && state.bytes + bytes <= Self.waitingBytesMax
            else {
                return LedgerError(
                    .busy, "\(state.rows) responses wait to be recorded: send it again later")
            }
            wakes = state.waiting.isEmpty
            state.waiting.append(Waiting(request: request, completion: completion))
            state.rows += request.rows.rows.count
            state.bytes += bytes
            return nil
        }
        if wakes { wake.signal() }
        if let refusal { completion(.failure(refusal)) }
    }

    /// Hands in a request, and suspends until it is durable.
    public func take(_ request: IntakeRequest) async throws -> [RowConclusion] {
        try await withCheckedThrowingContinuation { continuation in
            submit(request) { continuation.resume(with: $0) }
        }
    }

    /// How it stands.
    public var standing: IntakeStanding {
        let unread = reading.standing
        return state.withLock { state in
            let refusal = state.refusal.flatMap { $0.until > .now() ? $0.error : nil }
            return IntakeStanding(
                waiting: state.rows, refusal: refusal, unread: unread.texts,
                unreadSeconds: unread.seconds)
        }
    }

    /// Takes in what waits, and ends. Whoever comes later is turned away.
    @available(*, noasync, message: "it waits for the disk")
    public func stop() {
        let isFirst = state.withLock { state in
            defer { state.isStopped = true }
            return !state.isStopped
        }
        guard isFirst else { return }
        wake.signal()
        ended.wait()
        reading.stop()
    }

    private func serve() {
        var worker = IntakeWorker(open)
        while true {
            let (taken, isStopped) = state.withLock { state in
                // Few that wait gain more by a commit with all who come while the last one is on its
                // way than by one of their own behind it.
                let gathers = worker.hasPending && state.rows < Self.gatheredRows
                return (gathers ? [] : Self.take(&state), state.isStopped)
            }
            if taken.isEmpty, !worker.hasPending {
                if isStopped { break }
                wake.wait()
                continue
            }
            worker.take(taken)
            if let error = worker.failure {
                refuse(error)
                worker.failure = nil
            }
            reading.add(worker.takeTexts())
            if worker.hasOtherReaders {
                worker.hasOtherReaders = false
                reading.readAll()
            }
            if worker.hasCommitted {
                worker.hasCommitted = false
                onCommit()
            }
        }
        ended.signal()
    }

    /// Takes as many requests as fit into one commit, at least one.
    private static func take(_ state: inout State) -> [Waiting] {
        var (count, rows, bytes) = (0, 0, 0)
        for waiting in state.waiting {
            guard count == 0 || rows < batchRows else { break }
            count += 1
            rows += waiting.request.rows.rows.count
            bytes += waiting.request.rows.bytes.count
        }
        state.rows -= rows
        state.bytes -= bytes
        defer { state.waiting.removeFirst(count) }
        return Array(state.waiting[..<count])
    }

    /// Turns everybody away for a while: a full disk is not to be tried by each.
    private func refuse(_ error: LedgerError) {
        guard error.code == .diskFull else { return }
        state.withLock { $0.refusal = (error, .now() + Self.refusalSeconds) }
    }
}
