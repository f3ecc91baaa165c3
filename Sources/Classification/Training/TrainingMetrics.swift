/// What one head measured on examples it was not trained on (out of fold), in integers.
///
/// Every probability comes from a model and a calibration that never saw the example.
public struct TrainingMetrics: Sendable, Hashable, Codable {
    /// Figures of one label.
    public struct Label: Sendable, Hashable, Codable {
        /// The label.
        public var name: String
        /// Examples that have it.
        public var examples: Int
        /// Of those given the label, the share that have it, in basis points.
        public var precision: Int
        /// Of those that have the label, the share given it, in basis points.
        public var recall: Int
        /// Harmonic mean of precision and recall, in basis points.
        public var f1: Int
        /// Of a topic: from what it is found, as `TopicOrigin.name`; only a trained one has figures.
        public var origin: String?
        /// Of a topic: the basis points it is found from.
        public var threshold: Int?
    }

    /// The head: `scoreClass`, `sentiment`, `intents` or `topics`.
    public var head: String
    /// `trained`, `adapted` (trained, with the base model's opinion), `base` (taken over from the
    /// base model: no figures), `prototype` (of topics, where none was trained) or `absent`.
    public var origin: String
    /// Labelled examples.
    public var examples: Int
    /// Folds.
    public var folds: Int
    /// Share of examples (for intents, and topics that do not exclude each other: of decisions)
    /// that are right, in basis points.
    public var accuracy: Int
    /// Share of the commonest label: what always saying the same would reach, in basis points.
    public var majority: Int
    /// Mean of the labels' F1 (for topics: of those trained), in basis points.
    public var macroF1: Int
    /// Expected calibration error over 15 equal bins of the given label's probability, in basis
    /// points (Naeini, Cooper, Hauskrecht 2015); for intents and topics of each label's probability.
    public var calibrationError: Int
    /// Mean of −ln(probability of the true label) in units of 0.0001.
    public var logLoss: Int
    /// Figures by label.
    public var labels: [Label]
    /// For `scoreClass`: mean promoter minus detractor probability, in basis points.
    public var netExpected: Int?
    /// For `scoreClass`: share of promoters minus detractors among the labels, in basis points.
    public var netObserved: Int?
}
