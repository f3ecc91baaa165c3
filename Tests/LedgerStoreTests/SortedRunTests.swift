import LedgerCore
import LedgerFixtures
import Testing

@testable import LedgerStore

/// One run in memory: what it finds, and what it does when its bytes are not what they were.
@Suite struct SortedRunTests {
    private static let valueBytes = 8

    private static func bytes(of keys: [Hash128]) -> [UInt8] {
        let sorted = keys.sorted()
        let size = SortedRun.byteCount(
            keys.count, valueBytes, SortedRun.blockCount(keys.count),
            SortedRun.bucketCount(keys.count))
        var bytes = [UInt8](repeating: 0xAA, count: size)
        bytes.withUnsafeMutableBytes { raw in
            guard let base = raw.baseAddress else { return }
            for (index, key) in sorted.enumerated() {
                let at = base + SortedRun.recordsOffset(keys.count) + index * (16 + valueBytes)
                key.store(to: at)
                at.storeBytes(of: key.low, toByteOffset: 16, as: UInt64.self)
            }
            SortedRun.finish(raw, count: keys.count, valueBytes: valueBytes)
        }
        return bytes
    }

    private static func keys(_ count: Int, seed: UInt64) -> [Hash128] {
        var random = SeededNumbers(seed: seed)
        return (0..<count).map { _ in Hash128(high: random.next(), low: random.next()) }
    }

    @Test(arguments: [0, 1, 2, 7, 8, 9, 50, 51, 52, 1000, 5000])
    func findsWhatIsThereAndNothingElse(count: Int) {
        let keys = Self.keys(count, seed: UInt64(count))
        Self.bytes(of: keys).withUnsafeBytes { raw in
            guard let run = SortedRun(unsafe: raw) else {
                Issue.record("a run of \(count) is not read")
                return
            }
            #expect(run.count == count)
            #expect(run.isSound)
            for key in keys {
                #expect(run.find(key)?.loadUnaligned(as: UInt64.self) == key.low)
            }
            var falsePositives = 0
            for key in Self.keys(2000, seed: 99) where run.find(key) != nil { falsePositives += 1 }
            #expect(falsePositives == 0)
        }
    }

    @Test func theFilterKeepsMostAbsentKeysOut() {
        let run = Self.bytes(of: Self.keys(5000, seed: 1))
        // All bits set: what a filter that filters nothing looks like.
        let blocks = Int(SortedRun.blockCount(5000)) * SortedRun.blockBytes
        let bits = run[SortedRun.headerBytes..<(SortedRun.headerBytes + blocks)]
            .reduce(0) { $0 + $1.nonzeroBitCount }
        #expect(Double(bits) / Double(blocks * 8) < 0.5)
    }

    @Test func aDamagedHeaderIsNoRun() {
        let sound = Self.bytes(of: Self.keys(300, seed: 2))
        for at in 0..<SortedRun.headerBytes {
            for bit in 0..<8 {
                var bytes = sound
                bytes[at] ^= 1 << UInt8(bit)
                bytes.withUnsafeBytes { raw in
                    let run = SortedRun(unsafe: raw)
                    #expect(run == nil || run?.isSound == false, "byte \(at), bit \(bit)")
                }
            }
        }
        for count in [0, 39, 40, sound.count - 1] {
            sound[..<count].withUnsafeBytes { #expect(SortedRun(unsafe: $0) == nil) }
        }
    }

    @Test func wrongKeysDirectoriesAndFiltersAreUnsound() {
        let keys = Self.keys(300, seed: 3)
        let sound = Self.bytes(of: keys)
        let records = SortedRun.recordsOffset(300)
        // The first byte of a key decides its place in the order and in the directory.
        for index in 0..<300 {
            var bytes = sound
            bytes[records + index * (16 + Self.valueBytes)] ^= 0x80
            bytes.withUnsafeBytes { #expect(SortedRun(unsafe: $0)?.isSound == false) }
        }
        let filter = SortedRun.headerBytes
        var bytes = sound
        for at in filter..<(filter + SortedRun.blockBytes) { bytes[at] = 0 }
        bytes.withUnsafeBytes { #expect(SortedRun(unsafe: $0)?.isSound == false) }
        bytes = sound
        let directory = filter + Int(SortedRun.blockCount(300)) * SortedRun.blockBytes
        for at in directory..<records { bytes[at] = 0xFF }
        bytes.withUnsafeBytes { #expect(SortedRun(unsafe: $0)?.isSound == false) }
    }

    @Test func noByteMakesALookupCrash() {
        let keys = Self.keys(120, seed: 4)
        let sound = Self.bytes(of: keys)
        var random = SeededNumbers(seed: 5)
        for _ in 0..<2000 {
            var bytes = sound
            for _ in 0..<(1 + random.below(8)) {
                bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            bytes.withUnsafeBytes { raw in
                guard let run = SortedRun(unsafe: raw) else { return }
                _ = run.isSound
                for key in keys.prefix(10) { _ = run.find(key) }
            }
        }
    }
}
