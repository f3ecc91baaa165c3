import Dispatch
import LedgerCore

extension Workers {
    /// As many threads as given, the caller's among them.
    public static func threads(_ count: Int) -> Workers {
        guard count > 1 else { return .caller }
        return Workers(count: count) { parts, body in
            DispatchQueue.concurrentPerform(iterations: parts, execute: body)
        }
    }
}
