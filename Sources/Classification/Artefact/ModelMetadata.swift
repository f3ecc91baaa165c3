import Foundation

/// How a model was made: stored in its artefact, in integers and text only.
public struct ModelMetadata: Sendable, Hashable, Codable {
    /// Names what the trainer did; changes when the same examples would give other bytes.
    public var trainer: String
    /// The feature set.
    public var featureSet: String
    /// Buckets are 2^hashBits.
    public var hashBits: Int
    /// LIBLINEAR's C in thousandths.
    public var costMilli: Int
    /// Number of folds.
    public var folds: Int
    /// Seed of folds and of leaving out.
    public var seed: UInt64
    /// Examples used for training.
    public var examples: Int
    /// Examples left out, since their features would not have fitted the memory allowed.
    public var examplesLeftOut: Int
    /// FNV-1a 64 of the base model, in hexadecimal, if a head was taken over from it
    /// or adapts it.
    public var base: String?
    /// Name and digest of the encoder whose vectors it learnt from too.
    public var encoder: String?
    /// Figures of each head.
    public var heads: [TrainingMetrics]

    /// The metadata as canonical JSON: sorted keys, no spaces, integers only.
    public var canonicalJSON: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings, integers and arrays of them: nothing that an encoder could refuse.
        return (try? encoder.encode(self)).map { [UInt8]($0) } ?? []
    }

    init(
        options: TrainingOptions, encoder: EncoderReference?, hashBits: Int, examples: Int,
        leftOut: Int, base: String?,
        heads: [TrainingMetrics]
    ) {
        trainer = NGramTrainer.name
        featureSet = TextFeatures.featureSet
        self.hashBits = hashBits
        costMilli = options.costMilli
        folds = options.folds
        seed = options.seed
        self.examples = examples
        examplesLeftOut = leftOut
        self.base = base
        self.encoder = encoder?.description
        self.heads = heads
    }

    init(canonicalJSON: [UInt8]) throws(ArtefactError) {
        do {
            self = try JSONDecoder().decode(ModelMetadata.self, from: Data(canonicalJSON))
        } catch {
            throw ArtefactError(
                code: .invalidValue, offset: 0, detail: "metadata unreadable: \(error)")
        }
    }
}
