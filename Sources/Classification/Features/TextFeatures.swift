/// The features of one text at a time; kept between texts, so that its memory is reused.
struct TextFeatures: ~Copyable {
    /// Names normalisation, hash, n-grams, damping and norms; artefacts of another set are refused.
    static let featureSet = "w12-c35-fnv1a64-ln-l2x2-len/1"

    private var normalizer = TextNormalizer()
    var collector: FeatureCollector
    private(set) var truncated = false

    init(bits: Int) {
        collector = FeatureCollector(bits: bits)
    }

    /// Replaces what is collected by the features of `text`.
    mutating func collect(_ text: UnsafeBufferPointer<UInt8>) {
        collector.removeAll()
        truncated = normalizer.run(text, into: &collector)
    }
}

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

/// Counts buckets of one text: open addressing, cleared in time proportional to what it holds.
struct FeatureCounts: ~Copyable {
    /// (bucket + 1) << 32 | count; 0 is free.
    private var slots: UnsafeMutablePointer<UInt64>
    /// Slots in use, in order of first sight.
    private var used: UnsafeMutablePointer<UInt32>
    private var shift: UInt32
    private(set) var count = 0

    private static let initialBits: UInt32 = 10

    init() {
        let capacity = 1 << Int(Self.initialBits)
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: 0, count: capacity)
        used = .allocate(capacity: capacity / 2)
        used.initialize(repeating: 0, count: capacity / 2)
        shift = 32 - Self.initialBits
    }

    deinit {
        slots.deallocate()
        used.deallocate()
    }

    private var capacity: Int { 1 << Int(32 - shift) }

    /// The bucket and its count that came `position`-th.
    @inline(__always)
    subscript(position: Int) -> (bucket: Int, count: Int) {
        let slot = slots[Int(used[position])]
        return (Int(slot >> 32) - 1, Int(slot & 0xFFFF_FFFF))
    }

    @inline(__always)
    mutating func add(_ bucket: UInt32) {
        let key = UInt64(bucket) + 1
        let mask = UInt32(truncatingIfNeeded: capacity - 1)
        var index = (bucket &* 0x9E37_79B1) >> shift
        while true {
            let slot = slots[Int(index)]
            if slot >> 32 == key {
                slots[Int(index)] = slot &+ 1
                return
            }
            if slot == 0 { break }
            index = (index &+ 1) & mask
        }
        slots[Int(index)] = key << 32 | 1
        used[count] = index
        count += 1
        if count == capacity / 2 { grow() }
    }

    mutating func removeAll() {
        for position in 0..<count { slots[Int(used[position])] = 0 }
        count = 0
    }

    private mutating func grow() {
        let oldSlots = slots
        let oldUsed = used
        shift -= 1
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: 0, count: capacity)
        used = .allocate(capacity: capacity / 2)
        used.initialize(repeating: 0, count: capacity / 2)
        let mask = UInt32(truncatingIfNeeded: capacity - 1)
        for position in 0..<count {
            let slot = oldSlots[Int(oldUsed[position])]
            let bucket = UInt32(truncatingIfNeeded: (slot >> 32) - 1)
            var index = (bucket &* 0x9E37_79B1) >> shift
            while slots[Int(index)] != 0 { index = (index &+ 1) & mask }
            slots[Int(index)] = slot
            used[position] = index
        }
        oldSlots.deallocate()
        oldUsed.deallocate()
    }
}

/// The hash that turns n-grams into buckets; part of the feature set, so it never changes.
///
/// FNV-1a over scalars (state xor scalar, times the 64-bit FNV prime), from a seed per kind of
/// n-gram, then a finaliser (xor-shift 32, times 2^64/φ, xor-shift 29) whose top bits are the
/// bucket. FNV alone leaves its top bits poor on three letters; the finaliser spreads them.
enum FeatureHash {
    static let prime: UInt64 = 0x0000_0100_0000_01B3
    static let wordSeed: UInt64 = 0xCBF2_9CE4_8422_2325
    static let bigramSeed: UInt64 = 0x9AE1_6A3B_2F90_404F
    static let gramSeed: UInt64 = 0xC3A5_C85C_97CB_3127
    static let shapeSeed: UInt64 = 0xB492_B66F_BE98_F273

    @inline(__always)
    static func step(_ state: UInt64, _ scalar: UInt32) -> UInt64 {
        (state ^ UInt64(scalar)) &* prime
    }

    /// The bucket of a state among 2^bits.
    @inline(__always)
    static func bucket(_ state: UInt64, bits: Int) -> UInt32 {
        var mixed = state ^ (state >> 32)
        mixed = mixed &* 0x9E37_79B9_7F4A_7C15
        mixed ^= mixed >> 29
        return UInt32(truncatingIfNeeded: mixed >> UInt64(64 - bits))
    }

    /// The state of two neighbouring words.
    @inline(__always)
    static func bigram(_ first: UInt64, _ second: UInt64) -> UInt64 {
        (((bigramSeed ^ first) &* prime) ^ (second >> 32) ^ (second << 32)) &* prime
    }
}
