import CEmbeddedModel

/// The default classifier: linear heads over hashed word and character n-grams.
///
/// Pure and exact: weights are 8-bit integers, sums are 32-bit integers, and the probabilities
/// come from integer arithmetic, so a text has the same output on every processor, in every batch
/// and on any number of threads.
public struct NGramClassifier: TextClassifier {
    /// The artefact of the model that ships inside the program: English and French.
    public static let embeddedArtefact = [UInt8](
        UnsafeBufferPointer(
            start: nps_embedded_model_bytes(), count: nps_embedded_model_length()))

    /// How the model was made and what it measured.
    public let metadata: ModelMetadata

    /// Which features the model reads.
    public var featureSet: String { TextFeatures.featureSet }

    /// `ngram`.
    public var kind: String { "ngram" }

    let model: ModelArtefact
    /// The weights of all heads by bucket: 11 labels and 5 unused lanes.
    let rows: [SIMD16<Int8>]
    /// Finds topics; nil where the model has none.
    let topicScorer: TopicScorer?

    /// Reads a model.
    ///
    /// - Parameter artefact: the bytes of a model, as `NGramTrainer` writes them.
    /// - Throws: `ArtefactError` if they are truncated, changed, newer than this program, or made
    ///   for other features or labels, or for an encoder (see `JoinedClassifier`).
    public init(artefact: [UInt8]) throws(ArtefactError) {
        let model = try ModelArtefact(decoding: artefact)
        guard model.encoder == nil else {
            throw ArtefactError(
                code: .needsEncoder, offset: 0,
                detail: "it reads vectors of the encoder \(model.encoder?.reference.name ?? "")")
        }
        try self.init(model)
    }

    /// The n-gram part of a model.
    init(_ model: ModelArtefact) throws(ArtefactError) {
        self.model = model
        metadata = try ModelMetadata(canonicalJSON: model.metadata)
        var rows = [SIMD16<Int8>](repeating: .zero, count: 1 << model.bits)
        for head in model.heads where !head.weights.isEmpty {
            let width = head.kind.labels.count
            for bucket in rows.indices {
                for label in 0..<width {
                    rows[bucket][head.kind.column + label] = head.weights[bucket * width + label]
                }
            }
        }
        self.rows = rows
        topicScorer = model.topics.map { TopicScorer($0, bits: model.bits) }
    }

    /// The output for one text in UTF-8.
    public func classify(_ utf8: UnsafeRawBufferPointer) -> ClassifierOutput {
        var features = TextFeatures(bits: model.bits)
        return rows.withUnsafeBufferPointer { rows in
            output(utf8.bindMemory(to: UInt8.self), features: &features, rows: rows)
        }
    }
}
