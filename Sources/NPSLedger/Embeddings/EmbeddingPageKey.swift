import Crypto
import LMDB
import LedgerVault

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
