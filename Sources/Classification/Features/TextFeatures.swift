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
