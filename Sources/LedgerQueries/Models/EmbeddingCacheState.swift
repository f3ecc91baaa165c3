import Classification
import Foundation
import LedgerCore
import LedgerStore
import NPSLedger

/// What is kept of encoders' work on a ledger's texts.
public struct EmbeddingCacheState: Hashable, Sendable {
    /// What is kept of one encoder, and who reads it.
    public struct Share: Hashable, Sendable {
        package let encoder: [UInt8]
        /// Its name; nil where no registered model reads it.
        public let name: String?
        /// SHA-256 that names it, in lower-case hexadecimal.
        public var digest: String { Hex.encode(encoder) }
        /// The versions that read its vectors.
        public let models: [ModelVersion]
        /// Texts whose vector is kept; nil where that cannot be told.
        public let texts: Int?
        /// Sealed pages.
        public let pages: Int
        /// Bytes of the sealed pages.
        public let sealedBytes: Int
    }

    /// Where it is kept.
    public let path: String
    /// Bytes of the file in use.
    public let fileBytes: Int
    /// What the file may grow to.
    public let fileBytesMax: Int
    /// By encoder, in the order of their digests.
    public let shares: [Share]
    /// Sealed pages that were removed; nil where nothing was to be.
    public package(set) var removedPages: Int?
}

extension OpenLedger {
    /// What is kept of encoders' work on this ledger's texts. Looking makes no cache.
    ///
    /// - Throws: `LedgerError` where its files cannot be used; `VaultError` without the master key.
    public func embeddingCache(for viewer: Viewer = .everything) throws -> EmbeddingCacheState {
        try embeddingCacheState(try openedEmbeddingCache())
    }

    /// The cache; nil where none was made.
    package func openedEmbeddingCache() throws -> EmbeddingCache? {
        guard FileManager.default.fileExists(atPath: ledger.paths.embeddings) else { return nil }
        let cache = try ledger.embeddingCache()
        tellEmbeddings()
        return cache
    }

    package func embeddingCacheState(_ cache: EmbeddingCache?) throws -> EmbeddingCacheState {
        EmbeddingCacheState(
            path: ledger.paths.embeddings, fileBytes: try cache?.statistics().bytes ?? 0,
            fileBytesMax: EmbeddingCache.bytesMax,
            shares: try cache.map { try embeddingShares($0) } ?? [])
    }

    private func embeddingShares(
        _ cache: EmbeddingCache
    ) throws -> [EmbeddingCacheState.Share] {
        let registered = try models.list()
        return try cache.shares().map { share in
            let own = registered.filter { $0.registration.encoder == share.encoder }
            var reference: EncoderReference?
            // The name is in the artefacts. One that is missing is told of where it is to classify.
            for model in own where reference == nil {
                if case .joined(let classifier)? = try? models.file(model) {
                    reference = classifier.encoder
                }
            }
            return EmbeddingCacheState.Share(
                encoder: share.encoder, name: reference?.name,
                models: own.map(\.version),
                texts: reference.map { share.texts(dimensions: $0.dimensions) },
                pages: share.pages, sealedBytes: share.sealedBytes)
        }
    }
}
