import Encoders
import Synchronization

/// Letters counted: a small encoder whose every bit is known, and how often it was asked.
final class LetterEncoder: TextEncoder {
    let digest: [UInt8]
    let dimensions = 26
    let texts = Mutex(0)

    init(digest: UInt8) { self.digest = .init(repeating: digest, count: 32) }

    func encode(batch: [[UInt8]], threads: Int) throws(EncoderError) -> [Embedding] {
        texts.withLock { $0 += batch.count }
        return batch.map { text in
            var counts = [Double](repeating: 0, count: 26)
            for byte in text where (97...122).contains(byte | 32) {
                counts[Int(byte | 32) - 97] += 1
            }
            let length = counts.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return Embedding(rounding: counts.map { length > 0 ? $0 / length : 0 })
        }
    }
}
