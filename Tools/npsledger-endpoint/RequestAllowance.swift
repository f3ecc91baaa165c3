import Synchronization

/// How many requests may still be sent.
final class RequestAllowance: Sendable {
    private let left: Mutex<Int>

    init(_ requests: Int) { left = Mutex(requests) }

    /// Takes one; false where none is left.
    func take() -> Bool {
        left.withLock { left in
            guard left > 0 else { return false }
            left -= 1
            return true
        }
    }
}
