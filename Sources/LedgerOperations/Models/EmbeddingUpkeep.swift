import LedgerCore
import LedgerQueries
import LedgerStore
import NPSLedger

/// What is to be removed of what encoders' work was kept of.
public struct EmbeddingUpkeepRequest: Hashable, Sendable {
    /// Whose work.
    public enum Cleared: Hashable, Sendable {
        /// Every encoder's.
        case everything
        /// That of the encoder with this name, or whose digest begins with it in hexadecimal.
        case encoder(String)
    }

    /// What is removed, whoever needs it; nil for nothing.
    public var cleared: Cleared?
    /// Whether that is removed which no key opens any more, because its subject is erased.
    public var sweeps: Bool

    /// A request.
    public init(clearing cleared: Cleared? = nil, sweeps: Bool = false) {
        self.cleared = cleared
        self.sweeps = sweeps
    }
}

extension OpenLedger {
    /// Makes room in the cache of embeddings. What is removed is made again when it is needed.
    ///
    /// - Returns: What is left, and how many sealed pages were removed.
    /// - Throws: `LedgerError` with code `not-found` where nothing is kept of an encoder, `invalid`
    ///   where its name may be several; `VaultError` without the master key.
    public func tidyEmbeddings(
        _ request: EmbeddingUpkeepRequest
    ) throws -> EmbeddingCacheState {
        let cache = try openedEmbeddingCache()
        let state = try embeddingCacheState(cache)
        var removed = 0
        switch request.cleared {
        case .encoder(let name):
            let digest = try encoder(name, in: state)
            removed = try cache?.removeAll(by: digest) ?? 0
        case .everything:
            guard let cache else { throw Self.unknown("all", state) }
            removed = try cache.statistics().entries
            try cache.removeAll()
        case nil: break
        }
        if request.sweeps { removed += try cache?.eraseForgotten() ?? 0 }
        var left = try embeddingCacheState(cache)
        left.removedPages = removed
        return left
    }

    private func encoder(_ name: String, in state: EmbeddingCacheState) throws -> [UInt8] {
        let named = state.shares.filter { $0.name == name }
        let found =
            named.isEmpty && !name.isEmpty
            ? state.shares.filter { $0.digest.hasPrefix(name.lowercased()) } : named
        guard found.count < 2 else {
            throw LedgerError(
                .invalid,
                "“\(name)” may be \(found.count) encoders: "
                    + found.map { $0.digest.prefix(16) + "…" }.joined(separator: ", "))
        }
        guard let digest = found.first?.encoder else {
            throw Self.unknown(name, state)
        }
        return digest
    }

    private static func unknown(_ name: String, _ state: EmbeddingCacheState) -> LedgerError {
        let known = state.shares.map { share in
            let digest = "\(share.digest.prefix(16))…"
            return share.name.map { "\($0) (\(digest))" } ?? digest
        }
        return LedgerError(
            .notFound,
            known.isEmpty
                ? "nothing is kept of “\(name)”, nor of any encoder"
                : "nothing is kept of “\(name)”; there is something of "
                    + known.joined(separator: ", "))
    }
}
