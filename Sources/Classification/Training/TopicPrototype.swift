import Encoders

/// Finds a topic by a few phrases: how much a text's vector points their way.
///
/// With μ the mean vector of the texts trained on, p the normalised mean of the phrases' vectors and
/// w = (p − μ) / |p − μ|, a text x is as close as w·(x − μ) / ℓ. ℓ is the root of the mean of
/// |x − μ|², so that this is the cosine but for the text's own length, and linear in x.
struct TopicPrototype {
    /// What a closeness is multiplied with to be a logit, and the closeness at which that is 0.
    ///
    /// Fixed: without labels there is nothing to fit them to. On 14,640 tweets about airlines and
    /// nine reasons to complain, with three to five phrases each and vectors of MiniLM, the mean F1
    /// was .32, .33, .32 and .26 at .15, .20, .25 and .30 (the exact cosine: .33, .34, .32, .27).
    static let scale = 12.0
    static let closenessMin = 0.2

    /// By component of the vector, 0 outside of the range that is compared.
    let weights: [Double]
    let bias: Double

    /// - Parameter center: the texts' mean and spread.
    /// - Returns: Nil where phrases or texts have nothing to tell apart.
    init?(_ phrases: [Embedding], _ center: Center, dimensions: Int) {
        let range = center.range
        guard !phrases.isEmpty, center.spread > 1e-9 else { return nil }
        var mean = [Double](repeating: 0, count: range.count)
        for phrase in phrases {
            for (place, component) in phrase.components[range].enumerated() {
                mean[place] += Double(component)
            }
        }
        guard let pole = Self.normalised(mean),
            let direction = Self.normalised(zip(pole, center.mean).map { $0 - $1 })
        else { return nil }
        let factor = Self.scale / center.spread
        var weights = [Double](repeating: 0, count: dimensions)
        var bias = -Self.scale * Self.closenessMin
        for (place, value) in direction.enumerated() {
            weights[range.lowerBound + place] = value * factor
            bias -= value * factor * center.mean[place]
        }
        self.weights = weights
        self.bias = bias
    }

    private static func normalised(_ vector: [Double]) -> [Double]? {
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length > 1e-9 else { return nil }
        return vector.map { $0 / length }
    }

    /// Where the vectors of texts lie, in the components that are compared.
    struct Center {
        let range: Range<Int>
        let mean: [Double]
        /// Root of the mean square distance from the mean.
        let spread: Double

        init(_ vectors: [Embedding], chosen: [Int], range: Range<Int>) {
            var sums = [Double](repeating: 0, count: range.count)
            var squares = 0.0
            for index in chosen {
                for (place, component) in vectors[index].components[range].enumerated() {
                    let value = Double(component) / Double(Embedding.one)
                    sums[place] += value
                    squares += value * value
                }
            }
            let count = Double(max(1, chosen.count))
            let mean = sums.map { $0 / count }
            self.range = range
            self.mean = mean
            let variance = squares / count - mean.reduce(0) { $0 + $1 * $1 }
            spread = max(0, variance).squareRoot()
        }
    }
}

/// How vectors are made alike before they are learnt from: mean 0, and one length for all
/// dimensions together.
struct EmbeddingScale {
    /// How long a standardised vector is beside the n-grams' part of a text, which is about 1.
    static let weight = 2.0

    /// Taken off each component.
    let means: [Double]
    /// What a component is multiplied with then.
    let factors: [Double]

    /// The scale of the vectors at `chosen`.
    init(_ vectors: [Embedding], chosen: [Int], dimensions: Int) {
        var sums = [Double](repeating: 0, count: dimensions)
        var squares = sums
        for index in chosen {
            for (place, component) in vectors[index].components.enumerated() {
                let value = Double(component) / Double(Embedding.one)
                sums[place] += value
                squares[place] += value * value
            }
        }
        let count = Double(max(1, chosen.count))
        means = sums.map { $0 / count }
        let length = Self.weight / Double(dimensions).squareRoot()
        factors = zip(means, squares).map { mean, square in
            let variance = square / count - mean * mean
            // A component that never changes tells nothing.
            return variance > 1e-12 ? length / variance.squareRoot() : 0
        }
    }

    /// What is learnt from in a component's place.
    func value(_ component: Int16, at place: Int) -> Double {
        (Double(component) / Double(Embedding.one) - means[place]) * factors[place]
    }
}
