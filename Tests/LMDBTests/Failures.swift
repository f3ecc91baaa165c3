import Synchronization

/// The errors of several threads.
final class Failures: Sendable {
    private let errors = Mutex<[any Error]>([])

    var first: (any Error)? { errors.withLock { $0.first } }

    func add(_ error: any Error) {
        errors.withLock { $0.append(error) }
    }
}
