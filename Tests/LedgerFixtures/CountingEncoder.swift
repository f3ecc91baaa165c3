import Encoders
import Synchronization

/// An encoder of real arithmetic that counts what it is asked: hashed trigrams of bytes, summed with
/// signs and brought to unit length.
package final class CountingEncoder: TextEncoder {
    package struct Work: Sendable {
        package var texts = 0
        package var calls = 0
        package var batchMax = 0
    }

    package let digest: [UInt8]
    package let dimensions: Int
    /// After how many texts it fails; never where it is nil.
    private let fails: Int?
    private let counted = Mutex(Work())

    package init(_ name: UInt8 = 1, dimensions: Int = 48, failsAfter: Int? = nil) {
        digest = (0..<32).map { name &+ $0 }
        self.dimensions = dimensions
        fails = failsAfter
    }

    /// What it was asked since it was made.
    package var work: Work { counted.withLock { $0 } }

    package func encode(
        batch texts: [[UInt8]], threads: Int
    ) throws(EncoderError) -> [Embedding] {
        let total = counted.withLock { work in
            work.texts += texts.count
            work.calls += 1
            work.batchMax = max(work.batchMax, texts.count)
            return work.texts
        }
        if let fails, total > fails { throw EncoderError(.failed, "the encoder was told to fail") }
        return texts.map(vector)
    }

    /// The embedding of one text, not counted.
    package func vector(_ text: [UInt8]) -> Embedding {
        var sums = [Double](repeating: 0, count: dimensions)
        let padded = [digest[0], 2] + text + [3]
        for start in 0..<(padded.count - 2) {
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in padded[start..<(start + 3)] {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
            }
            sums[Int((hash >> 20) % UInt64(dimensions))] += hash & 1 == 0 ? 1 : -1
        }
        let length = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return Embedding(rounding: length > 0 ? sums.map { $0 / length } : sums)
    }

    /// What a subject has to say in a test: a few words, for some subjects the same.
    package static func text(of subject: UInt64) -> [UInt8] {
        var numbers = SeededNumbers(seed: subject / 2)
        let words = (0...numbers.below(12)).map { _ in
            ["late", "crew", "bag", "seat", "déçu", "好", "great", "never", "gate"][numbers.below(9)]
        }
        return Array(words.joined(separator: " ").utf8)
    }
}
