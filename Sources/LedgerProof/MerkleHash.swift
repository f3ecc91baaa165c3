import Crypto

/// A SHA-256 hash of the tree: 32 bytes held in four machine words.
public struct MerkleHash: Hashable, Sendable, CustomStringConvertible {
    /// Size in bytes.
    public static let byteCount = 32

    @usableFromInline var words: (UInt64, UInt64, UInt64, UInt64)

    /// Copies 32 bytes; nil for any other count.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount else { return nil }
        words = bytes.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
    }

    /// Copies 32 bytes; nil for any other count.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        let owned = [UInt8](bytes)
        words = owned.withUnsafeBytes {
            $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
        }
    }

    /// SHA-256 of `bytes`.
    public init(hashing bytes: UnsafeRawBufferPointer) {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        words = hash.finalize().withUnsafeBytes {
            $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
        }
    }

    /// The hash of the empty tree: SHA-256 of nothing.
    public static let emptyTree = MerkleHash(
        hashing: UnsafeRawBufferPointer(start: nil, count: 0))

    /// Hash of a leaf, SHA-256(0x00 ‖ entry) (RFC 6962 §2.1).
    public static func leaf(_ entry: UnsafeRawBufferPointer) -> MerkleHash {
        withUnsafeTemporaryAllocation(byteCount: 1 + entry.count, alignment: 8) { buffer in
            buffer[0] = 0
            UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyMemory(from: entry)
            return MerkleHash(hashing: UnsafeRawBufferPointer(buffer))
        }
    }

    /// Hash of a leaf whose entry is already preceded by the 0x00 byte in `prefixed`: one pass.
    public static func leaf(prefixed: UnsafeRawBufferPointer) -> MerkleHash {
        MerkleHash(hashing: prefixed)
    }

    /// Hash of an inner node, SHA-256(0x01 ‖ left ‖ right) (RFC 6962 §2.1).
    public static func node(_ left: MerkleHash, _ right: MerkleHash) -> MerkleHash {
        withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { buffer in
            buffer[0] = 1
            buffer.storeBytes(of: left.words, toByteOffset: 1, as: type(of: left.words))
            buffer.storeBytes(of: right.words, toByteOffset: 33, as: type(of: right.words))
            return MerkleHash(hashing: UnsafeRawBufferPointer(buffer))
        }
    }

    /// Calls `body` with the 32 bytes.
    @inlinable
    public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try Swift.withUnsafeBytes(of: words, body)
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// Lower-case hexadecimal.
    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }

    /// Equal words.
    @inlinable
    public static func == (left: MerkleHash, right: MerkleHash) -> Bool {
        left.words == right.words
    }

    /// Feeds the words.
    @inlinable
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
