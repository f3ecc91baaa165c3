import CChecksum
import LMDB
import LedgerCore

/// Which positions hold which event type: a bitmap for each type and each block of 4096 positions.
///
/// A bit an event instead of a key an event: it costs nothing on a bulk append, and a rare type is
/// found by reading the few blocks that exist for it. Behind the bits stands CRC-32C of key and bits
/// (4 bytes, little-endian): an act whose bit is gone would never have happened. Blocks of log format
/// 2 and before have none until something is added to them.
struct TypeIndex {
    static let blockBits: UInt64 = 12
    static let blockBytes = 1 << 9
    private static let checksumBytes = 4

    /// The block of a type that is being marked.
    private struct OpenBlock {
        var name: EventName
        var block: UInt64
        var bits: [UInt8]
    }

    private let database: Database
    /// Keys of blocks that there were not before.
    private(set) var added: [[UInt8]] = []
    private var open: [OpenBlock] = []
    /// Where the last mark went.
    private var last = 0

    init(_ database: Database) { self.database = database }

    static func key(_ name: EventName, _ block: UInt64) -> [UInt8] {
        var key = [UInt8](name.rawValue.utf8)
        key.append(0)
        withUnsafeBytes(of: block.bigEndian) { key.append(contentsOf: $0) }
        return key
    }

    /// Marks a position; what is marked is written by `flush`.
    mutating func mark(
        _ name: EventName, _ position: Position, _ transaction: borrowing WriteTransaction
    ) throws {
        let block = position >> Self.blockBits
        if !(last < open.count && open[last].name == name && open[last].block == block) {
            try turn(to: name, block, transaction)
        }
        let bit = Int(position & 4095)
        open[last].bits[bit >> 3] |= 1 << UInt8(bit & 7)
    }

    private mutating func turn(
        to name: EventName, _ block: UInt64, _ transaction: borrowing WriteTransaction
    ) throws {
        if let known = open.firstIndex(where: { $0.name == name }) {
            last = known
            if open[known].block == block { return }
            try put(open[known], transaction)
            open[known] = OpenBlock(
                name: name, block: block, bits: try bits(name, block, transaction))
        } else {
            last = open.count
            open.append(
                OpenBlock(name: name, block: block, bits: try bits(name, block, transaction)))
        }
    }

    /// The bits of a block as they are stored.
    private mutating func bits(
        _ name: EventName, _ block: UInt64, _ transaction: borrowing WriteTransaction
    ) throws -> [UInt8] {
        let key = Self.key(name, block)
        guard let stored = try transaction.value(database, bytes: key) else {
            added.append(key)
            return [UInt8](repeating: 0, count: Self.blockBytes)
        }
        guard let bits = Self.bits(in: stored, under: key) else { throw Self.damage(name) }
        return bits
    }

    private static func damage(_ name: EventName) -> LedgerError {
        .corrupt("the type index of “\(name.rawValue)” is damaged")
    }

    /// The bits of a stored block; nil where they are not what was written under the key.
    static func bits(in stored: [UInt8], under key: [UInt8]) -> [UInt8]? {
        guard stored.count != blockBytes else { return stored }
        guard stored.count == blockBytes + checksumBytes else { return nil }
        let bits = Array(stored[..<blockBytes])
        return bits + checksum(of: bits, under: key) == stored ? bits : nil
    }

    private static func checksum(of bits: [UInt8], under key: [UInt8]) -> [UInt8] {
        let sum = cchecksum_crc32c(
            cchecksum_crc32c(0, key, key.count), bits, bits.count)
        return withUnsafeBytes(of: sum.littleEndian) { [UInt8]($0) }
    }

    private func put(
        _ block: OpenBlock, _ transaction: borrowing WriteTransaction
    ) throws {
        let key = Self.key(block.name, block.block)
        try transaction.put(
            database, bytes: key, block.bits + Self.checksum(of: block.bits, under: key))
    }

    mutating func flush(_ transaction: borrowing WriteTransaction) throws {
        for block in open { try put(block, transaction) }
    }

    /// Calls `body` with each position of the named types in `range`, ascending, until it is false.
    static func forEach(
        _ names: Set<EventName>, in range: Range<Position>, _ database: Database,
        _ transaction: borrowing some ReadableTransaction & ~Copyable,
        _ body: (Position) throws -> Bool
    ) throws {
        guard !range.isEmpty else { return }
        var blocks: [UInt64: [UInt8]] = [:]
        for name in names {
            let prefix = [UInt8](name.rawValue.utf8) + [0]
            let start = key(name, range.lowerBound >> blockBits)
            try transaction.forEach(database, fromBytes: start) { key, value in
                guard let block = block(of: key, prefix), block << blockBits < range.upperBound
                else { return false }
                let stored = value.withUnsafeBytes { [UInt8]($0) }
                guard let bits = Self.bits(in: stored, under: Self.key(name, block)) else {
                    throw damage(name)
                }
                blocks[block] = blocks[block].map { zip($0, bits).map { $0 | $1 } } ?? bits
                return true
            }
        }
        for block in blocks.keys.sorted() {
            guard let bits = blocks[block] else { continue }
            for index in 0..<blockBytes where bits[index] != 0 {
                for bit in 0..<8 where bits[index] >> UInt8(bit) & 1 == 1 {
                    let position = block << blockBits | UInt64(index * 8 + bit)
                    guard range.contains(position) else { continue }
                    guard try body(position) else { return }
                }
            }
        }
    }

    private static func block(of key: RawSpan, _ prefix: [UInt8]) -> UInt64? {
        guard key.byteCount == prefix.count + 8 else { return nil }
        return key.withUnsafeBytes { raw in
            guard raw.starts(with: prefix) else { return nil }
            return UInt64(
                bigEndian: raw.loadUnaligned(fromByteOffset: prefix.count, as: UInt64.self))
        }
    }
}
