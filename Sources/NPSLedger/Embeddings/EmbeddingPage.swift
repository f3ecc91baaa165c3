import Crypto
import Encoders
import Foundation
import LMDB
import LedgerVault

/// The embeddings of some texts of one subject by one encoder, which are sealed together.
///
/// In the seal stands, for each, SHA-256 of the text and its components as little-endian integers.
/// Outside stand the subject's number and the encoder: nothing that a guess at a text could be
/// held against.
struct EmbeddingPage {
    /// Texts of a page: most subjects have one or two, and whoever adds one seals its page anew.
    static let entriesMax = 16
    private static let digestBytes = 32
    /// What sealing adds to a page: nonce and tag.
    static let sealBytes = 12 + 16

    /// What is looked for in a page: SHA-256 of a text.
    struct TextDigest: Hashable {
        private let words: SIMD4<UInt64>

        init(_ text: [UInt8]) {
            words = SHA256.hash(data: text).withUnsafeBytes {
                $0.loadUnaligned(as: SIMD4<UInt64>.self)
            }
        }

        /// Reads a digest that was stored.
        init(_ stored: UnsafeRawBufferPointer, at offset: Int) {
            words = stored.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self)
        }

        var bytes: [UInt8] { withUnsafeBytes(of: words) { [UInt8]($0) } }
    }

    private let entryBytes: Int
    private(set) var content = Data()

    /// An empty page of embeddings with so many components.
    init(dimensions: Int) { entryBytes = Self.entryBytes(dimensions: dimensions) }

    /// Bytes of a text's entry.
    static func entryBytes(dimensions: Int) -> Int { digestBytes + 2 * dimensions }

    /// Reads an opened page; nil for bytes that are none.
    init?(_ content: Data, dimensions: Int) {
        self.init(dimensions: dimensions)
        guard content.count % entryBytes == 0, !content.isEmpty,
            content.count / entryBytes <= Self.entriesMax
        else { return nil }
        self.content = content
    }

    /// Texts in the page.
    var count: Int { content.count / entryBytes }

    /// The texts in the page.
    var digests: [TextDigest] {
        content.withUnsafeBytes { raw in
            stride(from: 0, to: raw.count, by: entryBytes).map { TextDigest(raw, at: $0) }
        }
    }

    /// The embedding of a text; nil where it is not in the page.
    func embedding(of digest: TextDigest) -> Embedding? {
        content.withUnsafeBytes { raw in
            let starts = stride(from: 0, to: raw.count, by: entryBytes)
            guard let start = starts.first(where: { TextDigest(raw, at: $0) == digest }) else {
                return nil
            }
            let count = (entryBytes - Self.digestBytes) / 2
            return Embedding(
                components: [Int16](unsafeUninitializedCapacity: count) { target, done in
                    Self.read(raw, at: start + Self.digestBytes, count, into: target)
                    done = count
                })
        }
    }

    /// Reads stored components.
    private static func read(
        _ raw: UnsafeRawBufferPointer, at offset: Int, _ count: Int,
        into target: UnsafeMutableBufferPointer<Int16>
    ) {
        let stored = UnsafeRawBufferPointer(rebasing: raw[offset..<(offset + 2 * count)])
        UnsafeMutableRawBufferPointer(target).copyMemory(from: stored)
        if 1.littleEndian != 1 {
            for index in 0..<count { target[index] = target[index].byteSwapped }
        }
    }

    /// Hands each embedding to `body`, by way of `scratch`, until it answers false; answers whether
    /// it never did.
    ///
    /// - Parameter scratch: has room for the components of one.
    func forEach(
        _ scratch: UnsafeMutableBufferPointer<Int16>,
        _ body: (UnsafeBufferPointer<Int16>) throws -> Bool
    ) rethrows -> Bool {
        try content.withUnsafeBytes { raw in
            for start in stride(from: 0, to: raw.count, by: entryBytes) {
                let count = (entryBytes - Self.digestBytes) / 2
                Self.read(raw, at: start + Self.digestBytes, count, into: scratch)
                guard try body(UnsafeBufferPointer(scratch)) else { return false }
            }
            return true
        }
    }

    /// Adds the embedding of a text that is not in the page yet.
    mutating func add(_ embedding: Embedding, of digest: TextDigest) {
        precondition(count < Self.entriesMax, "the page is full")
        content.append(contentsOf: digest.bytes)
        let stored = embedding.components.map { $0.littleEndian }
        stored.withUnsafeBytes { content.append(contentsOf: $0) }
    }
}

/// Where a page stands in the environment.
struct EmbeddingPageKey {
    /// Names the layout of a page as well: one of another does not open.
    private static let purpose = Array("embeddings 1".utf8)
    private static let byteCount = 8 + EmbeddingCache.encoderDigestBytes + 4

    /// The purpose, and then the key: subject, encoder, number of the page. The subject stands
    /// first in it, so that what is one's own stands together and is found to be erased.
    private var place: [UInt8]

    init(_ subject: UInt64, _ encoder: [UInt8], _ number: UInt32) {
        var place: [UInt8] = []
        place.reserveCapacity(Self.purpose.count + Self.byteCount)
        place += Self.purpose
        withUnsafeBytes(of: subject.bigEndian) { place += $0 }
        place += encoder
        withUnsafeBytes(of: number.bigEndian) { place += $0 }
        self.place = place
    }

    /// What the keys of a subject begin with.
    static func prefix(_ subject: UInt64) -> [UInt8] {
        withUnsafeBytes(of: subject.bigEndian) { [UInt8]($0) }
    }

    /// The encoder that a key names; nil for bytes that are no key.
    static func encoder(of key: [UInt8]) -> [UInt8]? {
        guard key.count == byteCount else { return nil }
        return Array(key[8..<(8 + EmbeddingCache.encoderDigestBytes)])
    }

    /// Moves to where a page of an encoder was found, and answers whose it is; nil, and nowhere, for
    /// a key of another encoder, or bytes that are no key.
    mutating func move(to key: UnsafeRawBufferPointer, _ encoder: [UInt8]) -> UInt64? {
        guard key.count == Self.byteCount,
            encoder.withUnsafeBytes({ Self.isEqual($0, key, from: 8) })
        else { return nil }
        let start = Self.purpose.count
        place.withUnsafeMutableBytes {
            UnsafeMutableRawBufferPointer(rebasing: $0[start...]).copyMemory(from: key)
        }
        return UInt64(bigEndian: key.loadUnaligned(as: UInt64.self))
    }

    private static func isEqual(
        _ bytes: UnsafeRawBufferPointer, _ key: UnsafeRawBufferPointer, from start: Int
    ) -> Bool {
        // Four words, and not bytes one by one: this is asked for every page there is.
        var difference: UInt64 = 0
        for offset in stride(from: 0, to: bytes.count, by: 8) {
            difference |=
                bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                ^ key.loadUnaligned(fromByteOffset: start + offset, as: UInt64.self)
        }
        return difference == 0
    }

    /// Calls `body` with the sealed page in place; nil where there is none.
    func withSealed<R>(
        in table: Database, _ transaction: borrowing some ReadableTransaction & ~Copyable,
        _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R? {
        let bytes = place.span.bytes.extracting(droppingFirst: Self.purpose.count)
        return try transaction.unsafeValue(table, bytes: bytes).map(body)
    }

    /// The page in sealed bytes; nil where they are damaged.
    func open(
        _ sealed: UnsafeRawBufferPointer, _ key: SymmetricKey, dimensions: Int
    ) -> EmbeddingPage? {
        Vault.open(derived: sealed, key: key, place: place).flatMap {
            EmbeddingPage($0, dimensions: dimensions)
        }
    }

    /// Seals a page and stores it here.
    func put(
        _ page: EmbeddingPage, in table: Database, _ transaction: borrowing WriteTransaction,
        _ key: SymmetricKey
    ) throws {
        let sealed = try Vault.seal(derived: [UInt8](page.content), key: key, place: place)
        try transaction.put(
            table, bytes: Array(place.dropFirst(Self.purpose.count)), sealed)
    }
}

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
