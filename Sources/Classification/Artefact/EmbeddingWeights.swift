/// What one head makes of a text's vector: a linear map to the logits of its labels, added to what
/// it makes of the n-grams.
struct EmbeddingWeights: Hashable, Sendable {
    /// How far right a product of sum and step is moved to give a logit in 1/2^16.
    static let shift = 40

    /// What one unit of weight times one unit of component is worth, per label, in 1/2^56.
    var steps: [UInt32]
    /// Weights of the first label by component, then those of the next; empty where the head reads
    /// no vector.
    var weights: [Int16]

    static func none(_ kind: ModelHead.Kind) -> EmbeddingWeights {
        EmbeddingWeights(steps: .init(repeating: 0, count: kind.labels.count), weights: [])
    }
}
