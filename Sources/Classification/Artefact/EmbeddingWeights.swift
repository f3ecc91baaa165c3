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

    /// The logits of the labels in 1/2^16.
    ///
    /// A weight and a component are below 2^15 each and there are at most 2^12 of them, so a sum
    /// stays below 2^42 and its product with a step below 2^74.
    func logits(_ components: UnsafeBufferPointer<Int16>, _ add: (Int, Int64) -> Void) {
        guard !weights.isEmpty else { return }
        weights.withUnsafeBufferPointer { weights in
            for label in steps.indices {
                let from = label * components.count
                var sum: Int64 = 0
                // Short runs, whose sum fits 32 bits after a shift, would be faster still; the
                // compiler already turns this into vector instructions.
                for index in 0..<components.count {
                    sum &+= Int64(Int32(weights[from + index]) &* Int32(components[index]))
                }
                add(
                    label,
                    Int64(truncatingIfNeeded: (Int128(sum) * Int128(steps[label])) >> Self.shift))
            }
        }
    }
}
