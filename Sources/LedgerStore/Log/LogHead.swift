import CChecksum
import LedgerCore
import LedgerProof

/// The end of the log as one record: size, last recorded-at, and the right edge of the tree.
public struct LogHead: Hashable, Sendable {
    /// More entries than any log has: the key of a subtree leaves 56 bits for where it is.
    static let sizeMax: Position = 1 << 56

    /// Recorded-at of the last entry; 0 for an empty log.
    public internal(set) var recordedAt: Microseconds
    /// The right edge of the tree.
    public internal(set) var frontier: Frontier

    /// Number of entries.
    public var size: Position { frontier.size }

    /// Root of the tree over all entries.
    public var root: MerkleHash { frontier.root }

    init() {
        recordedAt = 0
        frontier = Frontier()
    }

    /// Fixed layout, little-endian: size, recorded-at, 32 bytes a subtree, and the CRC-32C of all
    /// that, without which a damaged head would be built on. Log format 1 had none.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        withUnsafeBytes(of: size.littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: recordedAt.littleEndian) { bytes.append(contentsOf: $0) }
        for hash in frontier.hashes { hash.withUnsafeBytes { bytes.append(contentsOf: $0) } }
        let sum = cchecksum_crc32c(0, bytes, bytes.count)
        withUnsafeBytes(of: sum.littleEndian) { bytes.append(contentsOf: $0) }
        return bytes
    }

    init?(_ stored: [UInt8]) {
        var bytes = stored
        if stored.count % 32 == 20 {
            let said = stored.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bytes.removeLast(4)
            guard said == cchecksum_crc32c(0, bytes, bytes.count) else { return nil }
        }
        guard bytes.count >= 16, bytes.count % 32 == 16 else { return nil }
        var hashes: [MerkleHash] = []
        let (size, time) = bytes.withUnsafeBytes { raw in
            for start in stride(from: 16, to: raw.count, by: 32) {
                let hash = MerkleHash(UnsafeRawBufferPointer(rebasing: raw[start..<(start + 32)]))
                if let hash { hashes.append(hash) }
            }
            return (
                UInt64(littleEndian: raw.loadUnaligned(as: UInt64.self)),
                Int64(littleEndian: raw.loadUnaligned(fromByteOffset: 8, as: Int64.self))
            )
        }
        // A time that no entry can have would be reckoned with.
        guard size == 0 ? time == 0 : (Entry.timeMin...Entry.timeMax).contains(time) else {
            return nil
        }
        guard size < Self.sizeMax, let frontier = Frontier(size: size, hashes: hashes) else {
            return nil
        }
        self.frontier = frontier
        recordedAt = time
    }
}
