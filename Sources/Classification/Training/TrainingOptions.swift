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
