import Encoders
import LMDB
import LedgerCore
import LedgerStore

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
