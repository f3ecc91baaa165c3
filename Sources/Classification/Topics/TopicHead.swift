/// What finds the topics of a text: one linear map a topic, each on its own.
struct TopicHead: Sendable, Hashable {
    /// What finds one topic.
    struct Label: Sendable, Hashable {
        var origin = TopicOrigin.absent
        /// It is found from this on, in basis points.
        var threshold: UInt16 = 0
        /// Logit at no features, in 1/2^16.
        var bias: Int32 = 0
        /// What one unit of an n-gram's weight is worth, in 1/2^24.
        var step: UInt32 = 0
        /// What one unit of weight times one of component is worth, in 1/2^56.
        var vectorStep: UInt32 = 0
        /// By component of a text's vector; empty where the model reads none, or it is absent.
        var vector: [Int16] = []
    }

    var taxonomy: TopicTaxonomy
    /// By topic.
    var labels: [Label]
    /// Buckets that a trained topic has a weight of, ascending.
    var buckets: [UInt32] = []
    /// Weights by bucket of `buckets`, trained topics side by side.
    var rows: [Int8] = []

    /// Topics with weights of n-grams.
    var width: Int { labels.count { $0.origin == .trained } }
}
