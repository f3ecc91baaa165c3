import LedgerCore
import LedgerStore
import Synchronization

/// A ledger's cache, opened when it is first needed, and why it cannot be used.
final class LazyEmbeddingCache: Sendable {
    private enum State {
        case unopened
        case open(EmbeddingCache)
        case unusable(LedgerError)
        case closed
    }

    private let state = Mutex(State.unopened)

    /// The cache; throws the same again where it could not be opened.
    func cache(of ledger: Ledger) throws -> EmbeddingCache {
        try state.withLock { state in
            switch state {
            case .open(let cache): return cache
            case .unusable(let error): throw error
            case .closed: throw LedgerError(.storage, "\(ledger.paths.embeddings) was closed")
            case .unopened:
                do {
                    // A damaged page would end the process within LMDB.
                    let cache = try EmbeddingCache(ledger, checksPages: true)
                    state = .open(cache)
                    return cache
                } catch let error as LedgerError {
                    state = .unusable(error)
                    throw error
                }
            }
        }
    }

    /// Why nothing, or not everything, was kept or found; nil where nothing is wrong.
    var problem: String? {
        let why = state.withLock { state -> (damage: String?, problem: String?) in
            switch state {
            case .unopened, .closed: (nil, nil)
            case .open(let cache): (cache.discardedDamage, cache.problem)
            case .unusable(let error): (nil, error.message)
            }
        }
        if let problem = why.problem {
            return "what encoders make of texts is not kept, and made again each time: \(problem)"
        }
        return why.damage.map {
            "the file of kept embeddings was damaged and is thrown away; texts are encoded anew "
                + "(\($0))"
        }
    }

    func close() {
        state.withLock { state in
            if case .open(let cache) = state { cache.close() }
            state = .closed
        }
    }
}
