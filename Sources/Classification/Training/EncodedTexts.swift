import Encoders

/// An encoder's vectors of the texts that a model is trained on.
public struct EncodedTexts: Sendable {
    /// The encoder.
    public var encoder: EncoderReference
    /// A vector for each example, in their order.
    public var vectors: [Embedding]

    /// Vectors of `encoder.dimensions` each.
    public init(encoder: EncoderReference, vectors: [Embedding]) {
        precondition(vectors.allSatisfy { $0.components.count == encoder.dimensions })
        self.encoder = encoder
        self.vectors = vectors
    }
}
