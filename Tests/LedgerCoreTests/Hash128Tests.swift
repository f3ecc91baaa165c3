import LedgerCore
import Testing

@Suite("Hash128")
struct Hash128Tests {
    @Test("bytes → hash → bytes, and its order is the bytes' order, seed 95")
    func order() {
        var random = SeededGenerator(seed: 95)
        var pairs = (0..<500).map { _ in random.bytes(16) }.map { ($0, Hash128(truncating: $0)) }
        // Hashes that differ late, where the low half decides.
        for index in 0..<16 {
            var bytes = [UInt8](repeating: 0x7F, count: 16)
            bytes[index] = 0x80
            pairs.append((bytes, Hash128(truncating: bytes)))
        }
        for (bytes, hash) in pairs {
            #expect(hash.bytes == bytes)
            let read = ([0] + bytes).withUnsafeBytes { raw in
                raw.baseAddress.map { Hash128(unsafe: $0 + 1) }
            }
            #expect(read == hash)
            #expect(Hash128(truncating: bytes + [1, 2, 3]) == hash)
            #expect(Hash128(high: hash.high, low: hash.low) == hash)
        }
        let byBytes = pairs.sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
        #expect(pairs.map(\.1).sorted() == byBytes)
        #expect(Hash128.byteCount == 16)
    }
}
