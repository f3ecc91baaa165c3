import Dispatch
import LedgerCore
import LedgerQueries
import NPSLedger
import Synchronization
import Threads

/// Has models read texts after they were recorded: those that would keep a response waiting, such as
/// transformers and programs outside this process, and any that has just begun to count or to
/// shadow.
///
/// It has one thread. What it has not read when the process ends is unread in the ledger, and read
/// when the next one begins.
final class LateReading: Sendable {
    /// Texts that are kept in mind. Where more wait, they are looked for in the ledger.
    private static let textsMax = 100_000
    /// How long it waits where a model could not read, in seconds.
    private static let retrySeconds = 30.0

    private struct State {
        var texts = CommittedTexts()
        /// Whether everything unread is to be looked for.
        var readsAll = true
        var oldest: DispatchTime?
        var isStopped = false
    }

    private let open: OpenLedger
    private let onCommit: @Sendable () -> Void
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    init(_ open: OpenLedger, onCommit: @escaping @Sendable () -> Void) throws {
        self.open = open
        self.onCommit = onCommit
        guard Threads.start(name: "reading", stackBytes: 4 << 20, { [self] in serve() }) else {
            throw LedgerError(.storage, "the system gives no thread to read texts with")
        }
        wake.signal()
    }

    /// Texts that wait, and how long the oldest has.
    var standing: (texts: Int, seconds: Double) {
        state.withLock { state in
            let nanoseconds = state.oldest.map {
                DispatchTime.now().uptimeNanoseconds - $0.uptimeNanoseconds
            }
            return (state.texts.all.count, Double(nanoseconds ?? 0) / 1e9)
        }
    }

    /// Has texts read that were just recorded.
    func add(_ texts: CommittedTexts) {
        guard !texts.isEmpty else { return }
        let wakes = state.withLock { state in
            defer {
                state.texts.append(texts)
                if state.oldest == nil { state.oldest = .now() }
                if state.texts.all.count > Self.textsMax {
                    state.texts = CommittedTexts()
                    state.readsAll = true
                }
            }
            return state.oldest == nil
        }
        if wakes { wake.signal() }
    }

    /// Has everything looked for that is unread.
    func readAll() {
        state.withLock { $0.readsAll = true }
        wake.signal()
    }

    /// Ends once what is being read has been recorded.
    func stop() {
        state.withLock { $0.isStopped = true }
        wake.signal()
        ended.wait()
    }

    private func serve() {
        var deadline = DispatchTime.distantFuture
        while true {
            _ = wake.wait(timeout: deadline)
            deadline = .distantFuture
            let work: CommittedTexts?? = state.withLock { state in
                if state.isStopped { return .none }
                defer { (state.texts, state.readsAll) = (CommittedTexts(), false) }
                return state.readsAll ? .some(nil) : .some(state.texts)
            }
            guard let texts = work else { break }
            do {
                try open.readBehind(texts)
                state.withLock { state in
                    state.oldest = state.texts.isEmpty && !state.readsAll ? nil : .now()
                }
                onCommit()
            } catch {
                let told = LedgerError(anything: error)
                open.observer.notice(.remark("texts stay unread for now: \(told.message)"))
                state.withLock { $0.readsAll = true }
                deadline = .now() + Self.retrySeconds
            }
        }
        ended.signal()
    }
}
