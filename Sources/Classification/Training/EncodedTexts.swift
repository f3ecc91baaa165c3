import Encoders

/// An encoder's vectors of the texts that a model is trained on.
public struct EncodedTexts: Sendable {
    /// The encoder.
    public var encoder: EncoderReference
    /// A vector for each example, in their order.
    public var vectors: [Embedding]
    /// Vectors of a taxonomy's phrases by topic; empty where none was asked for.
    public var phrases: [[Embedding]]
    /// The components that phrases and texts are compared in: those that say what a text means,
    /// not how it says it.
    public var prototypeRange: Range<Int>

    /// Dimensions of vectors in two parts of one length: what heads learn best from, then what
    /// similar texts have in common.
    public static let twoPartDimensions = 768

    /// Vectors of `encoder.dimensions` each.
    ///
    /// - Parameter prototypeRange: without it the second half of vectors in two parts, else all.
    public init(
        encoder: EncoderReference, vectors: [Embedding], phrases: [[Embedding]] = [],
        prototypeRange: Range<Int>? = nil
    ) {
        let dimensions = encoder.dimensions
        precondition(vectors.allSatisfy { $0.components.count == dimensions })
        precondition(phrases.joined().allSatisfy { $0.components.count == dimensions })
        self.encoder = encoder
        self.vectors = vectors
        self.phrases = phrases
        let isInParts = dimensions == Self.twoPartDimensions
        self.prototypeRange = prototypeRange ?? (isInParts ? dimensions / 2 : 0)..<dimensions
        precondition((0..<dimensions).contains(self.prototypeRange))
    }

    /// What an encoder makes of a taxonomy's phrases, by topic: for `phrases`.
    ///
    /// - Throws: `EncoderError` where the encoder fails.
    public static func phrases(
        of taxonomy: TopicTaxonomy, by encoder: any TextEncoder, threads: Int
    ) throws(EncoderError) -> [[Embedding]] {
        var phrases: [[Embedding]] = []
        for topic in taxonomy.topics {
            phrases.append(
                try encoder.encode(batch: topic.phrases.map { Array($0.utf8) }, threads: threads))
        }
        return phrases
    }
}
