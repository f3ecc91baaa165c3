import Classification
import Encoders

/// A model with all it needs to judge texts.
public enum ModelReader: Sendable {
    /// It reads n-grams.
    case ngrams(NGramClassifier)
    /// It reads vectors of its encoder too.
    case joined(JoinedClassifier, any TextEncoder)

    /// The outputs for texts of nobody in particular, in their order; `TextReading` is for those of
    /// a ledger, whose vectors are kept.
    ///
    /// - Throws: `EncoderError` where the encoder fails.
    public func classify(
        batch texts: [[UInt8]], threads: Int
    ) throws(EncoderError) -> [ClassifierOutput] {
        switch self {
        case .ngrams(let classifier): return classifier.classify(batch: texts, threads: threads)
        case .joined(let classifier, let encoder):
            return classifier.classify(
                batch: texts, embeddings: try encoder.encode(batch: texts, threads: threads),
                threads: threads)
        }
    }

    /// The encoder whose vectors it reads; nil where it reads n-grams alone.
    public var encoder: (any TextEncoder)? {
        switch self {
        case .ngrams: nil
        case .joined(_, let encoder): encoder
        }
    }
}
