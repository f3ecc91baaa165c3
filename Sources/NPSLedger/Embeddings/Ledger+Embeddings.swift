import Encoders
import LedgerCore
import LedgerStore
import LedgerVault

extension Ledger {
    /// The cache of the embeddings of this ledger's texts, opened and its pages checked when it is
    /// first asked for, and closed with the ledger.
    ///
    /// - Throws: `LedgerError` where its files cannot be used; `VaultError` without the master key.
    public func embeddingCache() throws -> EmbeddingCache {
        try lazyEmbeddings.cache(of: self)
    }

    /// Why embeddings were not kept, or not found; nil where the cache works or was not needed.
    ///
    /// It only ever costs time: what is not kept is encoded again.
    public var embeddingProblem: String? { lazyEmbeddings.problem }

    /// The embeddings of texts that this ledger holds, in their order: from the cache, and the
    /// others encoded now and kept. Where the cache cannot be used, all are encoded.
    ///
    /// - Throws: `EncoderError`; `VaultError` where the keys of the texts cannot be had.
    public func embeddings(
        of texts: [EmbeddingCache.SubjectText], by encoder: any TextEncoder, threads: Int,
        progress: (Int, Int) throws -> Void = { _, _ in }
    ) throws -> [Embedding] {
        guard !texts.isEmpty else { return [] }
        if let cache = try usableCache() {
            return try cache.embeddings(
                of: texts, by: encoder, threads: threads, progress: progress)
        }
        var vectors: [Embedding] = []
        vectors.reserveCapacity(texts.count)
        while vectors.count < texts.count {
            let batch = texts[vectors.count...].prefix(EmbeddingCache.batchTexts)
            vectors += try encoder.encode(batch: batch.map(\.text), threads: threads)
            try progress(vectors.count, texts.count)
        }
        return vectors
    }

    /// Nil where its files cannot be used, which `embeddingProblem` says: what only saves time
    /// stops nobody.
    private func usableCache() throws -> EmbeddingCache? {
        do {
            return try embeddingCache()
        } catch is LedgerError {
            return nil
        }
    }

    /// Keeps embeddings of texts that this ledger has come to hold, where the cache can be used.
    ///
    /// - Throws: `VaultError` where the keys of the texts cannot be had.
    func keep(
        _ embeddings: [(text: EmbeddingCache.SubjectText, embedding: Embedding)],
        by encoder: any TextEncoder
    ) throws {
        guard !embeddings.isEmpty else { return }
        try usableCache()?.keep(embeddings, by: encoder)
    }

    /// A text that was sealed at a position, and whose it is; nil where there is none, or it was
    /// erased.
    ///
    /// - Throws: as `personalData(at:)`.
    public func text(at position: Position) throws -> EmbeddingCache.SubjectText? {
        try subjectData(at: position).flatMap { subject, data in
            data.text.map { (subject, [UInt8]($0.utf8)) }
        }
    }
}
