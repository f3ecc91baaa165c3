/// Collects the hashed n-grams of one text.
///
/// Two groups, each brought to length one on its own, so that the many character n-grams do not
/// drown the words: words (n-grams of one and two words; an emoji, ideograph or mark counts as a
/// word) and characters (n-grams of three to five letters inside a word with a space at either
/// end). A third group of one feature, always of value one, says how long the text is.
struct FeatureCollector: ~Copyable, TokenSink {
    let bits: Int
    var words = FeatureCounts()
    var grams = FeatureCounts()
    private var previous: UInt64 = 0
    private(set) var tokens = 0

    init(bits: Int) {
        self.bits = bits
    }

    /// Distinct n-grams found.
    var featureCount: Int { words.count + grams.count }

    /// The bucket that says how long the text is: ⌊log2⌋ of its tokens.
    var shapeBucket: UInt32 {
        let magnitude = UInt32(Int.bitWidth - 1 - (tokens + 1).leadingZeroBitCount)
        return FeatureHash.bucket(
            FeatureHash.step(FeatureHash.shapeSeed, magnitude), bits: bits)
    }

    /// Forgets the last text.
    mutating func removeAll() {
        words.removeAll()
        grams.removeAll()
        previous = 0
        tokens = 0
    }

    @inline(__always)
    mutating func word(_ padded: UnsafeBufferPointer<UInt32>) {
        var state = FeatureHash.wordSeed
        for index in 1..<(padded.count - 1) { state = FeatureHash.step(state, padded[index]) }
        addWord(state)
        let count = padded.count
        for start in 0..<(count - 2) {
            var gram = FeatureHash.step(FeatureHash.gramSeed, padded[start])
            gram = FeatureHash.step(gram, padded[start + 1])
            gram = FeatureHash.step(gram, padded[start + 2])
            grams.add(FeatureHash.bucket(gram, bits: bits))
            guard start + 3 < count else { continue }
            gram = FeatureHash.step(gram, padded[start + 3])
            grams.add(FeatureHash.bucket(gram, bits: bits))
            guard start + 4 < count else { continue }
            gram = FeatureHash.step(gram, padded[start + 4])
            grams.add(FeatureHash.bucket(gram, bits: bits))
        }
    }

    @inline(__always)
    mutating func symbol(_ scalar: UInt32) {
        addWord(FeatureHash.step(FeatureHash.wordSeed, scalar))
    }

    mutating func gap() {
        previous = 0
    }

    @inline(__always)
    private mutating func addWord(_ state: UInt64) {
        tokens += 1
        words.add(FeatureHash.bucket(state, bits: bits))
        if previous != 0 {
            words.add(FeatureHash.bucket(FeatureHash.bigram(previous, state), bits: bits))
        }
        previous = state
    }
}
