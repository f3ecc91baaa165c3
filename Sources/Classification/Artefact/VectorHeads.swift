/// What all heads of a model make of vectors, label by label.
struct VectorHeads: Sendable {
    private let dimensions: Int
    /// Columns of the labels that read vectors, in the order of the weights.
    private let columns: [Int]
    private let steps: [UInt32]
    private let weights: [Int16]

    /// The heads of a model, in the order of their kinds.
    init(_ heads: [EmbeddingWeights], dimensions: Int) {
        self.dimensions = dimensions
        var columns: [Int] = []
        var steps: [UInt32] = []
        var weights: [Int16] = []
        for (kind, head) in zip(ModelHead.Kind.allCases, heads) where !head.weights.isEmpty {
            columns += head.steps.indices.map { kind.column + $0 }
            steps += head.steps
            // The trainer writes none below; from an artefact made otherwise one may come.
            weights += head.weights.map { max($0, -32_767) }
        }
        (self.columns, self.steps, self.weights) = (columns, steps, weights)
    }

    /// Adds what a vector says to the logits of its labels, in 1/2^16, within ±64.
    ///
    /// A weight and a component are below 2^15 each and there are at most 2^12 of them, so a sum
    /// stays below 2^42 and its product with a step below 2^74.
    @inline(__always)
    func add(_ components: UnsafeBufferPointer<Int16>, to logits: inout NGramClassifier.Logits) {
        guard let vector = components.baseAddress else { return }
        weights.withUnsafeBufferPointer { weights in
            guard var row = weights.baseAddress else { return }
            for index in columns.indices {
                let sum = IntegerProduct.sum(row, vector, dimensions)
                let product = Int128(sum) * Int128(steps[index])
                let column = columns[index]
                let logit =
                    logits[column] &+ Int64(truncatingIfNeeded: product >> EmbeddingWeights.shift)
                logits[column] = min(max(logit, -(64 << 16)), 64 << 16)
                row += dimensions
            }
        }
    }
}
