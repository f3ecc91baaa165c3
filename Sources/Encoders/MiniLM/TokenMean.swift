/// The mean over tokens' vectors, in double precision and in one order, outside the graph: so it
/// does not depend on how the runtime would split a sum.
enum TokenMean {
    /// The sum of the vectors of one row's tokens, first to last.
    static func sum(_ vectors: [Float], row: Int, length: Int, dimensions: Int) -> [Double] {
        let start = row * length * dimensions
        precondition(vectors.count >= start + length * dimensions)
        var sum = [Double](repeating: 0, count: dimensions)
        vectors.withUnsafeBufferPointer { vectors in
            sum.withUnsafeMutableBufferPointer { sum in
                for token in 0..<length {
                    let from = start + token * dimensions
                    for index in 0..<dimensions { sum[index] += Double(vectors[from + index]) }
                }
            }
        }
        return sum
    }

    /// The mean of `count` vectors with a sum, at unit length; zeros where it has no direction.
    ///
    /// - Throws: `EncoderError` where a number is none, as a damaged model would have it.
    static func unit(_ sum: [Double], count: Int) throws(EncoderError) -> [Double] {
        let mean = sum.map { $0 / Double(count) }
        var squares = 0.0
        for value in mean { squares += value * value }
        guard squares.isFinite else {
            throw EncoderError(.failed, "the model gives vectors that are no numbers")
        }
        let length = squares.squareRoot()
        return length > 0 ? mean.map { $0 / length } : mean
    }
}
