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
    private let place: [UInt8]

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
