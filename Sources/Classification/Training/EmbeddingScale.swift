import Encoders

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
