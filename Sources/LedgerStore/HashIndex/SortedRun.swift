import CChecksum
import LedgerCore

/// An immutable run of a hash index: records sorted by key, found through a filter and a directory.
///
/// Layout, little-endian: a header of 48 bytes (magic, value size, record count, filter blocks,
/// directory buckets, checksum), the filter (64 bytes a block), the directory (4 bytes a bucket and
/// one more), the records (16 bytes of key, then the value). The checksum is CRC-32C of all that
/// stands before and behind it. In runs of log format 1 it is missing, and so are its 8 bytes. Keys are uniform hashes, so bucket
/// ⌊key·buckets⌋ of the directory says where to look, and a lookup touches one line of the filter
/// and, where that says yes, one of the directory and about one of the records.
struct SortedRun {
    /// Without a checksum.
    static let magicOfFormat1: UInt64 = 0x3152_5349_3153_504E
    static let magic: UInt64 = 0x3252_5349_3153_504E
    static let headerBytes = 48
    static let checksumOffset = 40
    static let blockBytes = 64
    /// About ten bits a key: about one false yes in a hundred.
    static let keysPerBlock = 51
    static let keysPerBucket = 8

    private let base: UnsafeRawPointer
    /// The whole run.
    private let byteCount: Int
    private let headerBytes: Int
    let count: Int
    let valueBytes: Int
    private let blocks: UInt64
    private let buckets: UInt64

    /// A run over bytes that outlive it, or nil where they are not a run.
    init?(unsafe bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress, bytes.count >= Self.headerBytes else { return nil }
        switch base.loadUnaligned(as: UInt64.self) {
        case Self.magic: headerBytes = Self.headerBytes
        case Self.magicOfFormat1: headerBytes = Self.checksumOffset
        default: return nil
        }
        self.base = base
        byteCount = bytes.count
        func word(_ index: Int) -> UInt64 {
            base.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
        }
        // Bounds within which the size below cannot overflow.
        guard word(1) < 1 << 16, word(2) < 1 << 40, word(3) < 1 << 40, word(4) < 1 << 40
        else { return nil }
        valueBytes = Int(word(1))
        count = Int(word(2))
        blocks = word(3)
        buckets = word(4)
        guard blocks > 0, buckets > 0,
            Self.byteCount(count, valueBytes, blocks, buckets) - Self.headerBytes
                == bytes.count - headerBytes
        else { return nil }
    }

    static func byteCount(
        _ count: Int, _ valueBytes: Int, _ blocks: UInt64, _ buckets: UInt64
    ) -> Int {
        headerBytes + Int(blocks) * blockBytes + (Int(buckets) + 1) * 4
            + count * (Hash128.byteCount + valueBytes)
    }

    static func blockCount(_ count: Int) -> UInt64 { UInt64(count / keysPerBlock + 1) }
    static func bucketCount(_ count: Int) -> UInt64 { UInt64(count / keysPerBucket + 1) }

    private var filter: UnsafeRawPointer { base + headerBytes }
    private var directory: UnsafeRawPointer { filter + Int(blocks) * Self.blockBytes }
    var records: UnsafeRawPointer { directory + (Int(buckets) + 1) * 4 }
    var stride: Int { Hash128.byteCount + valueBytes }

    func key(_ index: Int) -> Hash128 { Hash128(unsafe: records + index * stride) }
    func value(_ index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: records + index * stride + Hash128.byteCount, count: valueBytes)
    }

    /// The record of `key`, or nil.
    func find(_ key: Hash128) -> UnsafeRawBufferPointer? {
        let block = Int(key.high.multipliedFullWidth(by: blocks).high) * Self.blockBytes
        var bits = key.low
        for _ in 0..<6 {
            let bit = Int(bits & 511)
            bits >>= 9
            let byte = filter.load(fromByteOffset: block + bit >> 3, as: UInt8.self)
            if byte >> UInt8(bit & 7) & 1 == 0 { return nil }
        }
        let bucket = Int(key.high.multipliedFullWidth(by: buckets).high) * 4
        var index = Int(directory.loadUnaligned(fromByteOffset: bucket, as: UInt32.self))
        let last = Int(directory.loadUnaligned(fromByteOffset: bucket + 4, as: UInt32.self))
        guard last <= count else { return nil }
        while index < last {
            let found = self.key(index)
            if found == key { return value(index) }
            if found > key { return nil }
            index += 1
        }
        return nil
    }

    /// Whether it has a checksum; one written in log format 1 has none.
    var hasChecksum: Bool { headerBytes > Self.checksumOffset }

    /// CRC-32C of a run but for the place where it is kept.
    private static func checksum(of base: UnsafeRawPointer, byteCount: Int) -> UInt64 {
        let head = cchecksum_crc32c(0, base, checksumOffset)
        return UInt64(
            cchecksum_crc32c(head, base + headerBytes, byteCount - headerBytes))
    }

    /// Whether it is what was written, as far as a checksum tells; one without says yes.
    var isIntact: Bool {
        guard hasChecksum else { return true }
        let said = base.loadUnaligned(fromByteOffset: Self.checksumOffset, as: UInt64.self)
        return said == Self.checksum(of: base, byteCount: byteCount)
    }

    /// Whether it is what was written, records are in order and each is found through the filter and
    /// the directory.
    var isSound: Bool {
        guard isIntact else { return false }
        for index in 0..<count {
            if index > 0, self.key(index - 1) >= key(index) { return false }
            if find(key(index)) == nil { return false }
        }
        return true
    }

    /// Builds a run in `target` from records already laid out in key order after the directory.
    static func finish(
        _ target: UnsafeMutableRawBufferPointer, count: Int, valueBytes: Int
    ) {
        guard let base = target.baseAddress else { return }
        let (blocks, buckets) = (blockCount(count), bucketCount(count))
        precondition(target.count == byteCount(count, valueBytes, blocks, buckets))
        for (index, word) in [
            magic, UInt64(valueBytes), UInt64(count), blocks, buckets,
        ].enumerated() {
            base.storeBytes(of: word, toByteOffset: 8 * index, as: UInt64.self)
        }
        let filter = base + headerBytes
        filter.initializeMemory(as: UInt8.self, repeating: 0, count: Int(blocks) * blockBytes)
        let directory = filter + Int(blocks) * blockBytes
        let records = directory + (Int(buckets) + 1) * 4
        let stride = Hash128.byteCount + valueBytes
        var bucket = 0
        for index in 0..<count {
            let key = Hash128(unsafe: records + index * stride)
            let block = Int(key.high.multipliedFullWidth(by: blocks).high) * blockBytes
            var bits = key.low
            for _ in 0..<6 {
                let bit = Int(bits & 511)
                bits >>= 9
                let at = block + bit >> 3
                let old = filter.load(fromByteOffset: at, as: UInt8.self)
                filter.storeBytes(
                    of: old | 1 << UInt8(bit & 7), toByteOffset: at, as: UInt8.self)
            }
            let own = Int(key.high.multipliedFullWidth(by: buckets).high)
            while bucket <= own {
                directory.storeBytes(
                    of: UInt32(index), toByteOffset: 4 * bucket, as: UInt32.self)
                bucket += 1
            }
        }
        while bucket <= Int(buckets) {
            directory.storeBytes(
                of: UInt32(count), toByteOffset: 4 * bucket, as: UInt32.self)
            bucket += 1
        }
        base.storeBytes(
            of: checksum(of: base, byteCount: target.count), toByteOffset: checksumOffset,
            as: UInt64.self)
    }

    /// Where the records of a run of `count` begin.
    static func recordsOffset(_ count: Int) -> Int {
        headerBytes + Int(blockCount(count)) * blockBytes + (Int(bucketCount(count)) + 1) * 4
    }
}
