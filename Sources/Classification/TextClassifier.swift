/// Reads class, sentiment and intents from a text.
///
/// A conformer is pure: the same bytes give the same output, whatever the batch and the number of
/// threads. Input that is no valid UTF-8, empty or huge is answered, never refused.
public protocol TextClassifier: Sendable {
    /// What sort of classifier this is, for `model.registered`; lower case, stable.
    var kind: String { get }

    /// The output for one text in UTF-8.
    func classify(_ utf8: UnsafeRawBufferPointer) -> ClassifierOutput

    /// The outputs for `texts`, in their order, computed on at most `threads` threads.
    func classify(batch texts: [[UInt8]], threads: Int) -> [ClassifierOutput]
}

extension TextClassifier {
    /// The output for one text in UTF-8.
    public func classify(_ utf8: [UInt8]) -> ClassifierOutput {
        utf8.withUnsafeBytes { classify($0) }
    }

    /// The output for one text in UTF-8.
    public func classify(_ utf8: RawSpan) -> ClassifierOutput {
        utf8.withUnsafeBytes { classify($0) }
    }

    /// The output for one text.
    public func classify(_ text: String) -> ClassifierOutput {
        var text = text
        return text.withUTF8 { classify(UnsafeRawBufferPointer($0)) }
    }

    /// The outputs for `texts`, in their order; one after the other unless a conformer does better.
    public func classify(batch texts: [[UInt8]], threads: Int) -> [ClassifierOutput] {
        texts.map { classify($0) }
    }
}

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
    /// The language that the text is in, where the model has not learnt it: then nothing was read,
    /// and all probabilities are even.
    public private(set) var unlearntLanguage: Language?
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

    /// What is said of a text in a language that the model has not learnt: nothing.
    public init(unlearnt language: Language) {
        let even = FixedPoint.softmax(0, 0, 0)
        self.init(
            detractor: even.0, passive: even.1, promoter: even.2,
            negative: even.0, neutral: even.1, positive: even.2,
            praise: 0, complaint: 0, request: 0, question: 0, leaving: 0,
            featureCount: 0, truncated: false)
        unlearntLanguage = language
    }

    private static func mostProbable(_ a: UInt16, _ b: UInt16, _ c: UInt16) -> UInt8 {
        if a >= b, a >= c { return 0 }
        return b >= c ? 1 : 2
    }
}

/// The intents a text can have, as a set of bits.
public struct Intents: OptionSet, Sendable, Hashable {
    /// One bit per intent, in the order of `all`.
    public var rawValue: UInt8

    /// The set with these bits; bits beyond the five intents mean nothing.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The text praises.
    public static let praise = Intents(rawValue: 1)
    /// The text complains.
    public static let complaint = Intents(rawValue: 2)
    /// The text asks for a change.
    public static let request = Intents(rawValue: 4)
    /// The text asks something.
    public static let question = Intents(rawValue: 8)
    /// The respondent announces leaving.
    public static let leaving = Intents(rawValue: 16)
}
