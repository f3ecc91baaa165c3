import CChecksum
import LedgerCore
import Synchronization

/// A value of a projection's state that is not what was put there: the file is damaged.
public struct DamagedBlock: StateDamage, Hashable {
    /// The projection's id.
    public let projection: String
    /// The key it stands under; shown in hexadecimal.
    public let key: [UInt8]

    /// What is damaged.
    public var description: String {
        let digits = key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "the state of \(projection) is damaged: the block under key \(digits) is not what "
            + "was written"
    }
}

/// The values of a projection's state as they are stored, each with its checksum behind it:
/// CRC-32C of the key and the value, four bytes, little-endian.
///
/// A large value is checked when it is first read after opening, and taken for checked as long as it
/// stands in the same place with the same checksum. A small one is checked each time, which costs
/// less than to look it up.
final class StateBlocks: Sendable {
    static let checksumBytes = 4
    /// Up to here a value is checked each time.
    private static let smallBytesMax = 512

    private let projection: String
    private let checked = Mutex(CheckedPlaces())

    init(projection: String) { self.projection = projection }

    /// The value without its checksum, once that was found right.
    func content(
        of stored: UnsafeRawBufferPointer, under key: UnsafeRawBufferPointer
    ) throws(DamagedBlock) -> UnsafeRawBufferPointer {
        let count = stored.count - Self.checksumBytes
        guard count >= 0, let base = stored.baseAddress else {
            throw DamagedBlock(projection: projection, key: [UInt8](key))
        }
        let content = UnsafeRawBufferPointer(start: base, count: count)
        guard count > Self.smallBytesMax else {
            try requireIntact(stored, under: key)
            return content
        }
        let said = UInt32(littleEndian: base.loadUnaligned(fromByteOffset: count, as: UInt32.self))
        let (place, mark) = (UInt(bitPattern: base), UInt64(count) << 32 | UInt64(said))
        if checked.withLock({ $0.holds(mark, at: place) }) { return content }
        try requireIntact(stored, under: key)
        checked.withLock { $0.note(mark, at: place) }
        return content
    }

    private func requireIntact(
        _ stored: UnsafeRawBufferPointer, under key: UnsafeRawBufferPointer
    ) throws(DamagedBlock) {
        guard Self.isIntact(stored, under: key) else {
            throw DamagedBlock(projection: projection, key: [UInt8](key))
        }
    }

    /// Whether a value is what was put there.
    static func isIntact(
        _ stored: UnsafeRawBufferPointer, under key: UnsafeRawBufferPointer
    ) -> Bool {
        let count = stored.count - checksumBytes
        guard count >= 0, let base = stored.baseAddress else { return false }
        let said = UInt32(littleEndian: base.loadUnaligned(fromByteOffset: count, as: UInt32.self))
        return said == checksum(UnsafeRawBufferPointer(start: base, count: count), under: key)
    }

    /// Writes a value and its checksum into the room made for both.
    static func fill(
        _ target: UnsafeMutableRawBufferPointer, _ content: UnsafeRawBufferPointer,
        under key: UnsafeRawBufferPointer
    ) {
        target.copyMemory(from: content)
        target.storeBytes(
            of: checksum(content, under: key).littleEndian, toByteOffset: content.count,
            as: UInt32.self)
    }

    /// A value and its checksum.
    static func stored(_ content: [UInt8], under key: [UInt8]) -> [UInt8] {
        var stored = [UInt8](repeating: 0, count: content.count + checksumBytes)
        stored.withUnsafeMutableBytes { target in
            content.withUnsafeBytes { content in
                key.withUnsafeBytes { fill(target, content, under: $0) }
            }
        }
        return stored
    }

    static func checksum(
        _ content: UnsafeRawBufferPointer, under key: UnsafeRawBufferPointer
    ) -> UInt32 {
        cchecksum_crc32c(
            cchecksum_crc32c(0, key.baseAddress, key.count), content.baseAddress, content.count)
    }
}

/// Where values stand that were found right, and by what mark: a table with open addressing, asked
/// for every block of every question.
private struct CheckedPlaces {
    private static let capacityMin = 1 << 10
    /// A quarter of a million blocks: beyond it they are checked once more.
    private static let capacityMax = 1 << 19

    private var places = [UInt](repeating: 0, count: capacityMin)
    private var marks = [UInt64](repeating: 0, count: capacityMin)
    private var count = 0

    private func slot(of place: UInt) -> Int {
        // Values of several pages begin at multiples of a page; Fibonacci hashing spreads them.
        var slot = Int((place &* 0x9E37_79B9_7F4A_7C15) >> 40) & (places.count - 1)
        while places[slot] != 0, places[slot] != place { slot = (slot + 1) & (places.count - 1) }
        return slot
    }

    func holds(_ mark: UInt64, at place: UInt) -> Bool {
        let slot = slot(of: place)
        return places[slot] == place && marks[slot] == mark
    }

    mutating func note(_ mark: UInt64, at place: UInt) {
        if 2 * count >= places.count { grow() }
        let slot = slot(of: place)
        if places[slot] == 0 { count += 1 }
        (places[slot], marks[slot]) = (place, mark)
    }

    private mutating func grow() {
        let known = zip(places, marks).filter { $0.0 != 0 }
        let capacity = places.count < Self.capacityMax ? places.count * 2 : places.count
        places = [UInt](repeating: 0, count: capacity)
        marks = [UInt64](repeating: 0, count: capacity)
        count = 0
        // A map that has moved leaves places that nobody asks for; a full table begins again.
        guard 2 * known.count < capacity else { return }
        for (place, mark) in known { note(mark, at: place) }
    }
}
