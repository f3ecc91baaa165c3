import Crypto
import Encoders
import Foundation

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
