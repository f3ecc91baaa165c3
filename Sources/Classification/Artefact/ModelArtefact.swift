import Foundation

/// A model as it is stored: heads over one hashed feature set, and how they were made.
///
/// All integers are little-endian:
///
/// ```
/// 8   magic "NPSMODEL"
/// 2   format version: 1, or 2 for a model that reads vectors of an encoder or finds topics
/// 8   length of the whole artefact
/// 1+n feature set id
/// 1   hash bits B (10…22)
/// 1   heads, each:
///       1   kind (0 scoreClass, 1 sentiment, 2 intents), ascending
///       1   labels K, each 1+n name
///       8·K bias (Int32, logit in 1/2^16), step (UInt32, one unit of weight in 1/2^24)
///       1   encoding: 0 no weights, 1 dense (2^B·K Int8), 2 sparse (2^B bits that say which
///           buckets have a row, then the rows); the shorter one, dense if equal
/// version 2 alone:
///   1   what follows: 1 an encoder, 2 topics, 3 both
///   an encoder:
///     1+n its name, 32 its digest, 2 dimensions D
///     of each head: 1 whether it reads vectors, and if so
///         4·K step (UInt32, one unit of weight times one of component in 1/2^56)
///         2·K·D weights (Int16), label by label
///   topics:
///     1   whether they exclude each other
///     1   topics T (1…64), each:
///         1+n name, 2+n description, 1 phrases, each 2+n
///         1   origin (0 absent: then nothing more; 1 trained, 2 prototype)
///         2   threshold (1…10,000 basis points), 4 bias (as above)
///         4   step (as above), of a trained one alone
///         with an encoder: 4 step (as above), 2·D weights (Int16)
///     with a trained one: 2^B bits that say which buckets have a row, then the rows (Int8, trained
///         topics side by side)
/// 4+n metadata (canonical JSON)
/// 8   FNV-1a 64 of all bytes before
/// ```
struct ModelArtefact: Sendable {
    static let magic: [UInt8] = Array("NPSMODEL".utf8)
    static let version: UInt16 = 1
    static let versionWithSections: UInt16 = 2
    static let bitsRange = 10...22
    /// Metadata beyond this is refused: it is a page of figures, not a place for data.
    static let metadataBytesMax = 1 << 20

    enum Encoding: UInt8 {
        case none = 0
        case dense = 1
        case sparse = 2
    }

    var bits: Int
    var heads: [ModelHead]
    /// The encoder that its heads read vectors of, with their weights by head.
    var encoder: (reference: EncoderReference, heads: [EmbeddingWeights])?
    /// What finds topics; nil for a model that finds none.
    var topics: TopicHead?
    var metadata: [UInt8]

    /// Whether a head was trained.
    func reads(_ kind: ModelHead.Kind) -> Bool {
        let index = Int(kind.rawValue)
        return !heads[index].weights.isEmpty || encoder?.heads[index].weights.isEmpty == false
    }

    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBufferPointer { buffer in
            var state = FeatureHash.wordSeed
            for byte in buffer { state = FeatureHash.step(state, UInt32(byte)) }
            return state
        }
    }
}

/// How a model was made: stored in its artefact, in integers and text only.
public struct ModelMetadata: Sendable, Hashable, Codable {
    /// Names what the trainer did; changes when the same examples would give other weights.
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
    /// The languages that it has learnt, by code in their order; nil where that is not known, and
    /// then it reads every text.
    public var languages: [String]?
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
        leftOut: Int, base: String?, languages: LearntLanguages?,
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
        self.languages = languages?.codes
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

/// The encoder that a model's heads were trained on, without which it cannot be used.
public struct EncoderReference: Sendable, Hashable, CustomStringConvertible {
    /// Its name, such as `minilm`: what a person is told to get.
    public var name: String
    /// SHA-256 over all that decides its vectors, as the encoder says itself.
    public var digest: [UInt8]
    /// Numbers in a vector.
    public var dimensions: Int

    /// A reference.
    public init(name: String, digest: [UInt8], dimensions: Int) {
        self.name = name
        self.digest = digest
        self.dimensions = dimensions
    }

    /// The name, and the digest in hexadecimal.
    public var description: String {
        let digits = Array("0123456789abcdef")
        return name + " " + String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    static let nameBytes = 1...64
    static let dimensionsRange = 1...4096
}

/// One head of a model: a linear map from features to the logits of its labels.
struct ModelHead: Hashable, Sendable {
    /// Which of the model's outputs it gives.
    enum Kind: UInt8, CaseIterable, Sendable {
        case scoreClass = 0
        case sentiment = 1
        case intents = 2

        var name: String {
            switch self {
            case .scoreClass: "scoreClass"
            case .sentiment: "sentiment"
            case .intents: "intents"
            }
        }

        var labels: [String] {
            switch self {
            case .scoreClass: ["detractor", "passive", "promoter"]
            case .sentiment: ["negative", "neutral", "positive"]
            case .intents: ["praise", "complaint", "request", "question", "leaving"]
            }
        }

        /// Whether exactly one label holds (softmax) or each stands alone (sigmoid).
        var isExclusive: Bool { self != .intents }

        /// Where the head's labels begin in a row of all heads.
        var column: Int {
            switch self {
            case .scoreClass: 0
            case .sentiment: 3
            case .intents: 6
            }
        }
    }

    /// Largest magnitude of a bias: a logit of 64 is certainty.
    static let biasMax: Int32 = 64 << 16
    /// Largest step; with it no product of accumulator and step leaves 64 bits.
    static let stepMax: UInt32 = 1 << 30

    let kind: Kind
    /// Logit at no features, per label, in 1/2^16.
    var biases: [Int32]
    /// What one unit of a weight is worth, per label, in 1/2^24.
    var steps: [UInt32]
    /// Weights by bucket, labels side by side; empty if the head was never trained.
    var weights: [Int8]

    static func untrained(_ kind: Kind) -> ModelHead {
        let count = kind.labels.count
        return ModelHead(
            kind: kind, biases: .init(repeating: 0, count: count),
            steps: .init(repeating: 0, count: count), weights: [])
    }
}
