import Classification
import Encoders

/// A model with all it needs to judge texts.
public enum ModelReader: Sendable {
    /// It reads n-grams.
    case ngrams(NGramClassifier)
    /// It reads vectors of its encoder too.
    case joined(JoinedClassifier, any TextEncoder)

    /// The outputs for texts, in their order.
    ///
    /// - Throws: `EncoderError` where the encoder fails.
    public func classify(
        batch texts: [[UInt8]], threads: Int
    ) throws(EncoderError) -> [ClassifierOutput] {
        var reading = TextReading(texts, threads: threads)
        return try reading.judged(by: self)
    }
}
