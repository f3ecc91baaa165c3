import LedgerCore
import Threads

extension Workers {
    /// As many threads as given, the caller's among them; fewer where the system gives no more.
    public static func threads(_ count: Int) -> Workers {
        guard count > 1 else { return .caller }
        return Workers(count: count) { parts, body in
            Threads.perform(iterations: parts, threads: count, body)
        }
    }
}
