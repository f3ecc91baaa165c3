import Encoders
import LMDB
import LedgerCore
import LedgerStore

extension EmbeddingCache {
    /// A text whose embedding somebody wants, and whose it is; 0 for nobody's.
    public typealias SubjectText = (subject: UInt64, text: [UInt8])

    /// Texts looked up before some are encoded; it bounds what is held beside the answer.
    private static var windowTexts: Int { 8_192 }
    /// Texts encoded and stored together: it bounds what a crash loses, some ten seconds' work.
    /// Among fewer an encoder finds too few of one length, which it reads together.
    static var batchTexts: Int { 4_096 }
    /// Bytes of text encoded together, of which a longer text alone may be more.
    private static var batchBytes: Int { 1 << 23 }
    /// Texts of one call that are known to be encoded, for others with the same words.
    private static var encodedMax: Int { 1 << 18 }
    /// Subjects read in one snapshot.
    private static var portionSubjects: Int { 64 }

    /// The embeddings of texts, in their order: those that are kept, and the others encoded now.
    ///
    /// What is encoded is stored batch by batch, so that a run that is interrupted goes on where it
    /// was. Texts of nobody, or of a subject without a key, are encoded and not stored.
    /// - Parameters:
    ///   - texts: each with the subject under whose key it is sealed.
    ///   - threads: how many read and encode at most; the answer does not depend on it.
    ///   - progress: called after each batch with the texts done and all; what it throws ends it.
    /// Where the files fail, what would have been read from them is encoded; `problem` says why.
    /// - Throws: `EncoderError`, `VaultError`.
    public func embeddings(
        of texts: [SubjectText], by encoder: any TextEncoder, threads: Int,
        progress: (Int, Int) throws -> Void = { _, _ in }
    ) throws -> [Embedding] {
        precondition(threads > 0, "somebody has to work")
        check(encoder)
        var run = Run(encoder: encoder, threads: threads)
        run.answer.reserveCapacity(texts.count)
        for start in stride(from: 0, to: texts.count, by: Self.windowTexts) {
            let window = texts[start..<min(texts.count, start + Self.windowTexts)]
            try answer(window, &run) { try progress($0, texts.count) }
        }
        return run.answer
    }

    /// One call: with which encoder, and how far it has come.
    private struct Run {
        let encoder: any TextEncoder
        let threads: Int
        var answer: [Embedding] = []
        /// Where the answer has texts that were encoded in this call.
        var encoded: [EmbeddingPage.TextDigest: Int] = [:]
    }

    /// A text that is looked for.
    private struct Wanted {
        /// In the answer.
        let index: Int
        let subject: UInt64
        let digest: EmbeddingPage.TextDigest
    }

    private func answer(
        _ window: ArraySlice<SubjectText>, _ run: inout Run, _ progress: (Int) throws -> Void
    ) throws {
        let found = try lookUp(window, run.encoder, threads: run.threads)
        let empty = Embedding(components: [])
        run.answer += found.map { $0.embedding ?? empty }
        let missing = found.filter { $0.embedding == nil }.map(\.wanted)
        var done = window.endIndex - missing.count
        var next = 0
        while next < missing.count {
            var batch: [Wanted] = []
            var bytes = 0
            var fresh: [[UInt8]] = []
            var placeOf: [EmbeddingPage.TextDigest: Int] = [:]
            while next < missing.count, fresh.count < Self.batchTexts, bytes < Self.batchBytes {
                let wanted = missing[next]
                if run.encoded[wanted.digest] == nil, placeOf[wanted.digest] == nil {
                    placeOf[wanted.digest] = fresh.count
                    fresh.append(window[wanted.index].text)
                    bytes += window[wanted.index].text.count
                }
                batch.append(wanted)
                next += 1
            }
            let vectors = try encode(fresh, run)
            for wanted in batch {
                if let place = placeOf[wanted.digest] {
                    run.answer[wanted.index] = vectors[place]
                    if run.encoded.count < Self.encodedMax {
                        run.encoded[wanted.digest] = wanted.index
                    }
                } else if let index = run.encoded[wanted.digest] {
                    run.answer[wanted.index] = run.answer[index]
                }
            }
            try store(
                batch.map { ($0.subject, $0.digest, run.answer[$0.index]) }, by: run.encoder)
            done += batch.count
            try progress(done)
        }
        if missing.isEmpty { try progress(done) }
    }

    private func encode(_ texts: [[UInt8]], _ run: Run) throws -> [Embedding] {
        guard !texts.isEmpty else { return [] }
        let vectors = try run.encoder.encode(batch: texts, threads: run.threads)
        guard vectors.count == texts.count,
            vectors.allSatisfy({ $0.components.count == run.encoder.dimensions })
        else {
            throw EncoderError(
                .failed,
                "the encoder gave other vectors than \(texts.count) of "
                    + "\(run.encoder.dimensions) numbers: it is not what it says")
        }
        return vectors
    }

    /// What is kept of each text, in the window's order.
    private func lookUp(
        _ window: ArraySlice<SubjectText>, _ encoder: any TextEncoder, threads: Int
    ) throws -> [(wanted: Wanted, embedding: Embedding?)] {
        // By subject, as they stand in the file; a history mostly has them so.
        var order = Array(window.indices)
        let isSorted = zip(order, order.dropFirst()).allSatisfy {
            window[$0].subject <= window[$1].subject
        }
        if !isSorted {
            order.sort { (window[$0].subject, $0) < (window[$1].subject, $1) }
        }
        var portions: [ArraySlice<Int>] = []
        var start = 0
        while start < order.count {
            var end = min(order.count, start + Self.portionSubjects)
            // A subject's texts are found in one reading of its pages.
            while end < order.count, window[order[end]].subject == window[order[end - 1]].subject {
                end += 1
            }
            portions.append(order[start..<end])
            start = end
        }
        let (digest, dimensions) = (encoder.digest, encoder.dimensions)
        let found = Parallel.map(portions, threads: threads) { portion in
            Result { try self.read(portion, window, digest, dimensions) }
        }
        var answer: [(wanted: Wanted, embedding: Embedding?)] = []
        answer.reserveCapacity(window.count)
        for (portion, found) in zip(portions, found) {
            do {
                answer += try found.get()
            } catch let error as LMDBError {
                problems.note(error)
                answer += portion.map { index in
                    let text = window[index]
                    let digest = EmbeddingPage.TextDigest(text.text)
                    return (Wanted(index: index, subject: text.subject, digest: digest), nil)
                }
            }
        }
        if !isSorted { answer.sort { $0.wanted.index < $1.wanted.index } }
        return answer
    }

    private func read(
        _ portion: ArraySlice<Int>, _ window: ArraySlice<SubjectText>, _ encoder: [UInt8],
        _ dimensions: Int
    ) throws -> [(wanted: Wanted, embedding: Embedding?)] {
        try environment.read { transaction in
            var found: [(wanted: Wanted, embedding: Embedding?)] = []
            var kept: (subject: UInt64, pages: SubjectPages)?
            for index in portion {
                let text = window[index]
                if kept?.subject != text.subject {
                    let pages = try SubjectPages(
                        of: text.subject, by: encoder, dimensions: dimensions, in: pages,
                        transaction
                    ) { try key(of: text.subject) }
                    kept = (text.subject, pages)
                }
                let digest = EmbeddingPage.TextDigest(text.text)
                found.append(
                    (
                        Wanted(index: index, subject: text.subject, digest: digest),
                        kept?.pages.embedding(of: digest)
                    ))
            }
            return found
        }
    }
}

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

extension EmbeddingCache {
    /// Pages read in one snapshot, so that writers can use pages again that were freed meanwhile.
    private static var scannedPages: Int { 4_096 }

    /// Hands every embedding that is kept of an encoder to `body`, in the order of the subjects;
    /// pages that are damaged, or that no key opens, are passed over.
    ///
    /// This is the way to score a whole history again: no text is opened, and nothing is allocated
    /// for an embedding.
    /// - Parameters:
    ///   - encoder: SHA-256 that names it.
    ///   - dimensions: numbers of its vectors.
    ///   - body: given the subject and the components, which are valid only while it runs; answers
    ///     whether to go on.
    /// - Throws: `LedgerError`, `VaultError`, and what `body` throws.
    public func forEachEmbedding(
        by encoder: [UInt8], dimensions: Int,
        _ body: (UInt64, UnsafeBufferPointer<Int16>) throws -> Bool
    ) throws {
        precondition(encoder.count == Self.encoderDigestBytes && dimensions > 0)
        try translating {
            try withUnsafeTemporaryAllocation(of: Int16.self, capacity: dimensions) { scratch in
                var from: [UInt8]? = EmbeddingPageKey.prefix(1)
                while let start = from {
                    from = try scan(from: start, encoder, dimensions, scratch, body)
                }
            }
        }
    }

    /// One portion; answers where the next begins.
    private func scan(
        from start: [UInt8], _ encoder: [UInt8], _ dimensions: Int,
        _ scratch: UnsafeMutableBufferPointer<Int16>,
        _ body: (UInt64, UnsafeBufferPointer<Int16>) throws -> Bool
    ) throws -> [UInt8]? {
        try environment.read { transaction in
            var next: [UInt8]?
            var left = Self.scannedPages
            var place = EmbeddingPageKey(0, encoder, 0)
            try transaction.forEach(pages, fromBytes: start) { name, sealed in
                guard left > 0 else {
                    next = name.withUnsafeBytes { [UInt8]($0) }
                    return false
                }
                left -= 1
                guard let subject = name.withUnsafeBytes({ place.move(to: $0, encoder) }),
                    let key = try key(of: subject),
                    let page = sealed.withUnsafeBytes({
                        place.open($0, key, dimensions: dimensions)
                    })
                else { return true }
                return try page.forEach(scratch) { try body(subject, $0) }
            }
            return next
        }
    }
}
