import Classification

extension HistoryWriter {
    /// The embedded model with another seed in its metadata: another artefact, which judges alike.
    static var secondArtefact: [UInt8] {
        get throws {
            var bytes = NGramClassifier.embeddedArtefact
            let field = [UInt8](#""seed":"#.utf8)
            // Metadata stands at the end, in front of the checksum.
            guard let at = bytes.lastRange(of: field)?.upperBound,
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at])
            else { throw BenchmarkFailure("the embedded model names no seed") }
            bytes[at] = bytes[at] == UInt8(ascii: "9") ? UInt8(ascii: "1") : bytes[at] + 1
            // FNV-1a of 64 bits over all that stands before it, little-endian.
            var sum: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in bytes.dropLast(8) { sum = (sum ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            withUnsafeBytes(of: sum.littleEndian) {
                bytes.replaceSubrange((bytes.count - 8)..., with: $0)
            }
            return bytes
        }
    }
}

extension [UInt8] {
    /// Where `part` stands last.
    fileprivate func lastRange(of part: [UInt8]) -> Range<Int>? {
        guard count >= part.count else { return nil }
        return (0...(count - part.count)).reversed().lazy
            .map { $0..<($0 + part.count) }.first { self[$0].elementsEqual(part) }
    }
}
