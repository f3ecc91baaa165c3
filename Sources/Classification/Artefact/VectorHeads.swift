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

/// Sums of products of 16-bit integers, exactly.
enum IntegerProduct {
    /// Most products in one sum; with it no 32-bit lane overflows.
    static let countMax = 1 << 14

    /// Σ a · b of `count` components.
    ///
    /// Processors multiply eight pairs of 16-bit numbers and add neighbours into 32 bits in one
    /// instruction, which the compiler finds in this form and not in a plain loop. The low and the
    /// high halves of what it gives are summed apart, as their sum would not fit.
    /// - Parameter a: none of them -32,768: two such products together do not fit 32 bits.
    @inline(__always)
    static func sum(_ a: UnsafePointer<Int16>, _ b: UnsafePointer<Int16>, _ count: Int) -> Int64 {
        var low = SIMD4<Int32>.zero
        var high = SIMD4<Int32>.zero
        var index = 0
        while index &+ 8 <= count {
            let left = UnsafeRawPointer(a + index).loadUnaligned(as: SIMD8<Int16>.self)
            let right = UnsafeRawPointer(b + index).loadUnaligned(as: SIMD8<Int16>.self)
            let pairs =
                SIMD4<Int32>(truncatingIfNeeded: left.evenHalf)
                &* SIMD4<Int32>(truncatingIfNeeded: right.evenHalf)
                &+ SIMD4<Int32>(truncatingIfNeeded: left.oddHalf)
                &* SIMD4<Int32>(truncatingIfNeeded: right.oddHalf)
            low &+= pairs & SIMD4<Int32>(repeating: 0xFFFF)
            high &+= pairs &>> SIMD4<Int32>(repeating: 16)
            index &+= 8
        }
        var sum = Int64(low.wrappedSum()) &+ Int64(high.wrappedSum()) << 16
        while index < count {
            sum &+= Int64(a[index]) &* Int64(b[index])
            index &+= 1
        }
        return sum
    }
}
