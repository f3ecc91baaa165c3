/// How a model is trained; everything that decides its bytes besides the examples.
public struct TrainingOptions: Sendable, Hashable {
    /// Decides the folds, and which examples are left out if there are too many.
    public var seed: UInt64
    /// Number of folds for calibration and measurement, 2…20.
    public var folds: Int
    /// The features are hashed into 2^hashBits buckets, 10…22; ignored if a base model gives it.
    public var hashBits: Int
    /// LIBLINEAR's C in thousandths: how much an error costs against large weights.
    public var costMilli: Int
    /// The same for topics, which have few examples each.
    public var topicCostMilli: Int
    /// Buckets that fewer examples than this use are left out.
    public var bucketExamplesMin: Int
    /// Fewest examples of each class.
    public var classExamplesMin: Int
    /// Rough limit of the features held in memory, in bytes; beyond it examples are left out.
    public var featureBytesMax: Int
    /// Whether a base model's opinion counts beside what the examples teach.
    ///
    /// Its part is fitted out of fold: the fewer the examples, the more it helps.
    public var adaptsBase: Bool
    /// Number of threads; changes how long training takes, never what comes out.
    public var threads: Int

    /// Options that were measured to work well from a thousand to fifty thousand examples.
    public init(
        seed: UInt64 = 1, folds: Int = 5, hashBits: Int = 18, costMilli: Int = 4000,
        topicCostMilli: Int = 1000, bucketExamplesMin: Int = 2, classExamplesMin: Int = 20,
        featureBytesMax: Int = 1 << 30, adaptsBase: Bool = true, threads: Int = 1
    ) {
        self.seed = seed
        self.folds = folds
        self.hashBits = hashBits
        self.costMilli = costMilli
        self.topicCostMilli = topicCostMilli
        self.bucketExamplesMin = bucketExamplesMin
        self.classExamplesMin = classExamplesMin
        self.featureBytesMax = featureBytesMax
        self.adaptsBase = adaptsBase
        self.threads = threads
    }
}

/// One text with what is known of it.
public struct TrainingExample: Sendable, Hashable {
    /// The text in UTF-8.
    public var text: [UInt8]
    /// 0 detractor, 1 passive, 2 promoter; nil if the respondent gave no score.
    public var scoreClass: UInt8?
    /// 0 negative, 1 neutral, 2 positive; nil if nobody said.
    public var sentiment: UInt8?
    /// The intents of the text; nil if nobody said.
    public var intents: Intents?
    /// The topics of the text by their numbers in the taxonomy; nil if nobody said, empty if it is
    /// about none of them.
    public var topics: [UInt8]?
    /// Stable identity of the example: it decides the fold, whatever the order of the examples.
    ///
    /// Examples that must not stand on both sides of a fold (one respondent's) share a key.
    public var key: UInt64

    /// Sets every field; labels out of range make the trainer throw `invalidLabel`.
    public init(
        text: [UInt8], scoreClass: UInt8? = nil, sentiment: UInt8? = nil, intents: Intents? = nil,
        topics: [UInt8]? = nil, key: UInt64
    ) {
        self.text = text
        self.scoreClass = scoreClass
        self.sentiment = sentiment
        self.intents = intents
        self.topics = topics
        self.key = key
    }
}

/// What training gives.
public struct TrainedModel: Sendable {
    /// The model's bytes: the same examples in the same order and the same options give the same.
    public let artefact: [UInt8]
    /// What the class head measured out of fold.
    public let metrics: TrainingMetrics
    /// What every head measured, the class head first.
    public let heads: [TrainingMetrics]
    /// Out-of-fold class probabilities of the examples used: index of the example and basis points.
    public let outOfFold: [(example: Int, detractor: UInt16, passive: UInt16, promoter: UInt16)]
}

/// Why a model could not be trained, and what to do.
public struct TrainingError: Error, Hashable, CustomStringConvertible {
    /// Stable code of the reason, for programs; later versions may add codes.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name.
        public let description: String

        private init(_ description: String) { self.description = description }

        /// There are fewer examples with a score than needed.
        public static let tooFewExamples = Code("tooFewExamples")
        /// A class has no example, or fewer than needed.
        public static let missingClass = Code("missingClass")
        /// An example's label is out of range.
        public static let invalidLabel = Code("invalidLabel")
        /// An option is out of range.
        public static let invalidOption = Code("invalidOption")
    }

    /// The reason.
    public let code: Code
    /// What was found and what is needed, in a sentence.
    public let detail: String

    /// One line.
    public var description: String { "there is no training a model on this: \(detail)" }
}
