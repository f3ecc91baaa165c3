/// What a classifier reads from one text, in basis points (0…10,000).
///
/// The three class probabilities sum to 10,000, and so do the three of sentiment; each intent
/// stands alone. A head that the model lacks answers with even probabilities (class, sentiment)
/// or 0 (intents).
public struct ClassifierOutput: Sendable, Hashable {
    /// A topic that was found.
    public struct Topic: Sendable, Hashable {
        /// Its number in the model's taxonomy.
        public var index: UInt8
        /// Its probability in basis points; of a prototype no probability, only the more the
        /// closer.
        public var probability: UInt16

        /// A topic.
        public init(index: UInt8, probability: UInt16) {
            self.index = index
            self.probability = probability
        }
    }

    /// Probability that the respondent is a detractor (score 0–6), in basis points.
    public var detractor: UInt16
    /// Probability of a passive (7–8), in basis points.
    public var passive: UInt16
    /// Probability of a promoter (9–10), in basis points.
    public var promoter: UInt16
    /// Probability of negative sentiment, in basis points.
    public var negative: UInt16
    /// Probability of neutral or mixed sentiment, in basis points.
    public var neutral: UInt16
    /// Probability of positive sentiment, in basis points.
    public var positive: UInt16
    /// Probability that the text praises, in basis points.
    public var praise: UInt16
    /// Probability that the text complains, in basis points.
    public var complaint: UInt16
    /// Probability that the text asks for a change, in basis points.
    public var request: UInt16
    /// Probability that the text asks something, in basis points.
    public var question: UInt16
    /// Probability that the respondent announces leaving, in basis points.
    public var leaving: UInt16
    /// Distinct n-grams read, or for a model that reads a vector alone its components; 0 means that
    /// the text said nothing the model can read.
    public var featureCount: Int
    /// Whether the text was longer than `TextLimits.wholeBytesMax` and its middle was not read.
    public var truncated: Bool
    /// The topics found, by ascending number; empty where the text is about none, and always for
    /// a model without topics.
    public var topics: [Topic]

    /// The most probable class: 0 detractor, 1 passive, 2 promoter; ties go to the lower one.
    public var scoreClass: UInt8 {
        Self.mostProbable(detractor, passive, promoter)
    }

    /// The most probable sentiment: 0 negative, 1 neutral, 2 positive; ties go to the lower one.
    public var sentiment: UInt8 {
        Self.mostProbable(negative, neutral, positive)
    }

    /// Sets every field; basis points are taken as given.
    public init(
        detractor: UInt16, passive: UInt16, promoter: UInt16,
        negative: UInt16, neutral: UInt16, positive: UInt16,
        praise: UInt16, complaint: UInt16, request: UInt16, question: UInt16, leaving: UInt16,
        featureCount: Int, truncated: Bool, topics: [Topic] = []
    ) {
        self.detractor = detractor
        self.passive = passive
        self.promoter = promoter
        self.negative = negative
        self.neutral = neutral
        self.positive = positive
        self.praise = praise
        self.complaint = complaint
        self.request = request
        self.question = question
        self.leaving = leaving
        self.featureCount = featureCount
        self.truncated = truncated
        self.topics = topics
    }

    private static func mostProbable(_ a: UInt16, _ b: UInt16, _ c: UInt16) -> UInt8 {
        if a >= b, a >= c { return 0 }
        return b >= c ? 1 : 2
    }
}
