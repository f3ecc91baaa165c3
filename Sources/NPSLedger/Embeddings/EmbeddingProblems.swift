import LMDB
import Synchronization

/// What went wrong with the files of a cache while it was in use.
final class EmbeddingProblems: Sendable {
    private let state = Mutex<(first: String?, endsStoring: Bool)>((nil, false))

    /// The first that went wrong, and what to do.
    var first: String? { state.withLock(\.first) }

    /// Whether storing is given up: a full disk stays full, and trying takes time.
    var endsStoring: Bool { state.withLock(\.endsStoring) }

    /// To be called when room was made.
    func forget() { state.withLock { $0 = (nil, false) } }

    func note(_ error: LMDBError, endsStoring: Bool = false) {
        let message =
            error.code == .mapFull
            ? "the cache is as large as it may become. `npsledger model cache` lists what is in "
                + "it, and --clear makes room." : error.description
        state.withLock { state in
            state.first = state.first ?? message
            state.endsStoring = state.endsStoring || endsStoring
        }
    }
}
