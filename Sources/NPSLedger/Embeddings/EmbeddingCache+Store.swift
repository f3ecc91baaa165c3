import Encoders
import LMDB

extension EmbeddingCache {
    /// What is stored: the embedding of a subject's text.
    typealias Item = (subject: UInt64, digest: EmbeddingPage.TextDigest, embedding: Embedding)

    /// Keeps embeddings that an encoder made of texts whose subjects the log knows by now.
    ///
    /// Where the files fail nothing is kept; `problem` says why.
    /// - Throws: `VaultError`.
    public func keep(
        _ embeddings: [(text: SubjectText, embedding: Embedding)], by encoder: any TextEncoder
    ) throws {
        check(encoder)
        precondition(
            embeddings.allSatisfy { $0.embedding.components.count == encoder.dimensions },
            "the vectors are the encoder's")
        try store(
            embeddings.map { text, embedding in
                (text.subject, EmbeddingPage.TextDigest(text.text), embedding)
            }, by: encoder)
    }

    /// Stores embeddings; another process may have stored some of them meanwhile.
    func store(_ items: [Item], by encoder: any TextEncoder) throws {
        guard !problems.endsStoring else { return }
        // Sorting is stable, so that a text's place in its page is the same in every run.
        let sorted = items.sorted { $0.subject < $1.subject }
        do {
            try environment.write { transaction in
                var start = 0
                while start < sorted.count {
                    let subject = sorted[start].subject
                    let end =
                        sorted[start...].firstIndex { $0.subject != subject } ?? sorted.count
                    try store(sorted[start..<end], of: subject, encoder, transaction)
                    start = end
                }
            }
        } catch let error as LMDBError {
            problems.note(error, endsStoring: true)
        }
    }

    private func store(
        _ items: ArraySlice<Item>, of subject: UInt64, _ encoder: any TextEncoder,
        _ transaction: borrowing WriteTransaction
    ) throws {
        guard let key = try key(of: subject) else { return }
        var kept = try SubjectPages(
            of: subject, by: encoder.digest, dimensions: encoder.dimensions, in: pages, transaction
        ) { key }
        for item in items { kept.add(item.embedding, of: item.digest) }
        try kept.write(to: pages, transaction, key: key)
    }
}
