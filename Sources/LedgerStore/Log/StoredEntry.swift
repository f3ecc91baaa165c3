import CChecksum
import LedgerProof

/// An entry as it is kept: leaf hash, mark, checksum, entry.
///
/// The checksum is CRC-32C of position (8 bytes, little-endian), leaf hash and entry, little-endian.
/// Whoever reads the entry compares it: what a disk or a memory has changed is never counted, shown
/// or compared with. The leaf hash says the same and more, and takes longer: it is for proofs. Entries of log format 2 and before have neither mark nor checksum, and are held against it.
struct StoredEntry {
    /// No entry begins with it: it is CBOR's “break”.
    private static let mark: UInt8 = 0xFF
    private static let markOffset = MerkleHash.byteCount
    private static let checksumOffset = markOffset + 1
    /// What stands before an entry.
    static let headBytes = checksumOffset + 4

    private let leafBytes: UnsafeRawBufferPointer
    private let checksum: UInt32?
    /// The entry itself.
    let entry: UnsafeRawBufferPointer

    /// Nil where there is no room for an entry.
    init?(_ stored: UnsafeRawBufferPointer) {
        guard stored.count > Self.markOffset else { return nil }
        leafBytes = UnsafeRawBufferPointer(rebasing: stored[..<Self.markOffset])
        guard stored[Self.markOffset] == Self.mark else {
            checksum = nil
            entry = UnsafeRawBufferPointer(rebasing: stored[Self.markOffset...])
            return
        }
        guard stored.count > Self.headBytes else { return nil }
        checksum = UInt32(
            littleEndian: stored.loadUnaligned(
                fromByteOffset: Self.checksumOffset, as: UInt32.self))
        entry = UnsafeRawBufferPointer(rebasing: stored[Self.headBytes...])
    }

    /// The leaf hash as it is kept.
    var leaf: MerkleHash? { MerkleHash(leafBytes) }

    /// Whether its checksum is right; nil where it has none.
    func checksumIsRight(at position: UInt64) -> Bool? {
        checksum.map { $0 == Self.checksum(leafBytes, entry, position) }
    }

    /// Whether it is what was recorded at a position.
    func isIntact(at position: UInt64) -> Bool {
        checksumIsRight(at: position) ?? (leaf == MerkleHash.leaf(entry))
    }

    /// Writes what is kept of an entry; `target` has `headBytes` more than it.
    static func write(
        _ entry: UnsafeRawBufferPointer, _ leaf: MerkleHash, at position: UInt64,
        to target: UnsafeMutableRawBufferPointer
    ) {
        leaf.withUnsafeBytes { target.copyMemory(from: $0) }
        target[markOffset] = mark
        UnsafeMutableRawBufferPointer(rebasing: target[headBytes...]).copyMemory(from: entry)
        let sum = leaf.withUnsafeBytes { checksum($0, entry, position) }
        target.storeBytes(of: sum.littleEndian, toByteOffset: checksumOffset, as: UInt32.self)
    }

    private static func checksum(
        _ leaf: UnsafeRawBufferPointer, _ entry: UnsafeRawBufferPointer, _ position: UInt64
    ) -> UInt32 {
        var sum = withUnsafeBytes(of: position.littleEndian) {
            cchecksum_crc32c(0, $0.baseAddress, $0.count)
        }
        sum = cchecksum_crc32c(sum, leaf.baseAddress, leaf.count)
        return cchecksum_crc32c(sum, entry.baseAddress, entry.count)
    }
}
