import CThreadName
import Glibc

/// Threads of the system, for work that goes on with fewer where there are none to be had.
///
/// A container has a limit on its threads (`pids.max`), a user one on processes (`RLIMIT_NPROC`).
/// Beyond it `pthread_create` fails with EAGAIN. Dispatch's `concurrentPerform` and Foundation's
/// `Thread` then wait for ever for a thread that never runs, so nothing here is built on them: who
/// asks is told no, and works itself.
public enum Threads {
    /// Starts a thread that runs `body` and ends.
    ///
    /// - Parameters:
    ///   - name: for debuggers and `top -H`; the system keeps the first 15 bytes.
    ///   - stackBytes: the size of its stack; nil for the system's.
    /// - Returns: false where the system gives no thread: `body` was not run and will not be.
    public static func start(
        name: String, stackBytes: Int? = nil, _ body: @escaping @Sendable () -> Void
    ) -> Bool {
        var attributes = pthread_attr_t()
        guard pthread_attr_init(&attributes) == 0 else { return false }
        defer { pthread_attr_destroy(&attributes) }
        guard pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED)) == 0 else {
            return false
        }
        if let stackBytes, pthread_attr_setstacksize(&attributes, stackBytes) != 0 { return false }
        let work = Unmanaged.passRetained(Work(name: name, body: body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, work.toOpaque())
        guard status == 0 else {
            work.release()
            return false
        }
        return true
    }

    /// Calls `body` with each number below `iterations`, once, and returns when all calls have.
    ///
    /// The caller makes calls itself, together with as many other threads as `threads` allows and
    /// the system gives; with none it makes them all, in order. So `body` must not wait for another
    /// of its calls. It may use `perform` in its turn.
    ///
    /// - Parameter threads: how many may work at once, the caller among them.
    public static func perform(
        iterations: Int, threads: Int = .max, _ body: @Sendable (Int) -> Void
    ) {
        let helpers = min(threads, iterations) - 1
        guard helpers > 0 else {
            for index in 0..<max(0, iterations) { body(index) }
            return
        }
        withoutActuallyEscaping(body) { body in
            let work = SharedIterations(iterations, body)
            HelperPool.shared.offer(work, helpers: helpers)
            work.run()
            HelperPool.shared.finish(work)
        }
    }

    private final class Work: Sendable {
        private let name: String
        private let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }

        func run() {
            // The kernel refuses a longer name instead of cutting it.
            cthreadname_set(String(decoding: name.utf8.prefix(15), as: UTF8.self))
            body()
        }
    }
}
