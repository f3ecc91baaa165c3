/// A small, fast generator whose whole stream is fixed by its seed, on every platform.
///
/// xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021),
/// its 256 bits of state filled from the seed by SplitMix64, as its authors advise. Everything
/// drawn here is integer arithmetic, so two machines always agree; the standard library's own
/// shuffles and ranges do not promise that across versions, which is why this type brings its
/// own. Not for keys or tokens: the stream can be predicted from a few outputs.
public struct SeededGenerator: RandomNumberGenerator, Sendable, Hashable {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    /// A generator for `seed`; every seed, zero included, gives a different full stream.
    public init(seed: UInt64) {
        var mixer = SplitMix64(state: seed)
        s0 = mixer.next()
        s1 = mixer.next()
        s2 = mixer.next()
        s3 = mixer.next()
    }

    /// A generator with this exact state; for the published check vectors.
    package init(state: (UInt64, UInt64, UInt64, UInt64)) {
        (s0, s1, s2, s3) = state
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        let product = s1 &* 5
        let result = ((product << 7) | (product >> 57)) &* 9
        let shifted = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = (s3 << 45) | (s3 >> 19)
        return result
    }

    /// A uniform number in [0, 1), a multiple of 2⁻⁵³.
    public mutating func nextUnit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A uniform integer in 0 ..< `bound`, without bias.
    ///
    /// Lemire, "Fast random integer generation in an interval" (2019).
    /// - Precondition: `bound` ≥ 1.
    public mutating func next(below bound: Int) -> Int {
        precondition(bound >= 1, "a random choice needs at least one possibility")
        let width = UInt64(bound)
        var product = next().multipliedFullWidth(by: width)
        if product.low < width {
            let rejected = (0 &- width) % width
            while product.low < rejected { product = next().multipliedFullWidth(by: width) }
        }
        return Int(product.high)
    }

    /// The elements in a uniformly random order (Fisher and Yates).
    public mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var result = elements
        for last in stride(from: result.count - 1, to: 0, by: -1) {
            result.swapAt(last, next(below: last + 1))
        }
        return result
    }
}
