import Crypto
import Encoders
import LMDB

/// The pages of one subject by one encoder, as a transaction sees them.
struct SubjectPages {
    private let subject: UInt64
    private let encoder: [UInt8]
    private let dimensions: Int
    /// In their order; a damaged one has no content.
    private var pages: [EmbeddingPage?] = []
    /// The page of each text, where there are several.
    private var placeOf: [EmbeddingPage.TextDigest: Int] = [:]
    /// Pages before this one are full.
    private var firstWithRoom = 0
    private var changed: Set<Int> = []

    /// Reads and opens what there is.
    ///
    /// - Parameter key: asked for where there is something to open; nil leaves it closed.
    init(
        of subject: UInt64, by encoder: [UInt8], dimensions: Int, in table: Database,
        _ transaction: borrowing some ReadableTransaction & ~Copyable,
        key: () throws -> SymmetricKey?
    ) throws {
        (self.subject, self.encoder, self.dimensions) = (subject, encoder, dimensions)
        var known: SymmetricKey?
        var isLast = false
        while !isLast {
            let place = self.place(pages.count)
            let isThere = try place.withSealed(in: table, transaction) { sealed in
                if known == nil { known = try key() }
                guard let known else { return false }
                let page = place.open(sealed, known, dimensions: dimensions)
                pages.append(page)
                // Only full pages have others behind them.
                isLast = page.map { $0.count < EmbeddingPage.entriesMax } ?? false
                return true
            }
            guard isThere == true else { break }
        }
        if pages.count > 1 { index() }
    }

    private func place(_ number: Int) -> EmbeddingPageKey {
        EmbeddingPageKey(subject, encoder, UInt32(number))
    }

    private mutating func index() {
        for (number, page) in pages.enumerated() {
            for digest in page?.digests ?? [] { placeOf[digest] = number }
        }
    }

    /// The embedding of a text; nil where it is not kept.
    func embedding(of digest: EmbeddingPage.TextDigest) -> Embedding? {
        let number = pages.count > 1 ? placeOf[digest] : pages.startIndex
        guard let number, number < pages.count else { return nil }
        return pages[number]?.embedding(of: digest)
    }

    /// Adds a text's embedding, unless it is there already; a damaged page is written anew.
    mutating func add(_ embedding: Embedding, of digest: EmbeddingPage.TextDigest) {
        guard self.embedding(of: digest) == nil else { return }
        while firstWithRoom < pages.count,
            let page = pages[firstWithRoom], page.count == EmbeddingPage.entriesMax
        {
            firstWithRoom += 1
        }
        if firstWithRoom == pages.count { pages.append(nil) }
        var page = pages[firstWithRoom] ?? EmbeddingPage(dimensions: dimensions)
        page.add(embedding, of: digest)
        pages[firstWithRoom] = page
        changed.insert(firstWithRoom)
        if pages.count == 2, placeOf.isEmpty { index() }
        if pages.count > 1 { placeOf[digest] = firstWithRoom }
    }

    /// Seals and stores the pages that were added to.
    func write(
        to table: Database, _ transaction: borrowing WriteTransaction, key: SymmetricKey
    ) throws {
        for number in changed.sorted() {
            guard let page = pages[number] else { continue }
            try place(number).put(page, in: table, transaction, key)
        }
    }
}
