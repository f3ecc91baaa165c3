import CEmbeddedModel
import Threads

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

    /// The languages that it has learnt; nil where that is not known.
    public let languages: LearntLanguages?

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
        languages = metadata.languages.flatMap { LearntLanguages(codes: $0) }
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

extension NGramClassifier {
    /// The logits of all heads in 1/2^16, by column.
    typealias Logits = [11 of Int64]

    /// Classifies one text, with `features` as working memory.
    func output(
        _ text: UnsafeBufferPointer<UInt8>, features: inout TextFeatures,
        rows: UnsafeBufferPointer<SIMD16<Int8>>
    ) -> ClassifierOutput {
        output(logits(text, features: &features, rows: rows), features, vector: nil)
    }

    /// What logits say, and the features and the vector that they were made from.
    func output(
        _ logits: Logits, _ features: borrowing TextFeatures, vector: UnsafeBufferPointer<Int16>?
    ) -> ClassifierOutput {
        output(
            logits, featureCount: features.collector.featureCount, truncated: features.truncated,
            topics: topicScorer?.topics(features.collector, vector: vector) ?? [])
    }

    /// What logits say, made from so many features.
    func output(
        _ logits: Logits, featureCount: Int, truncated: Bool, topics: [ClassifierOutput.Topic]
    ) -> ClassifierOutput {
        let scoreClass = FixedPoint.softmax(logits[0], logits[1], logits[2])
        let sentiment = FixedPoint.softmax(logits[3], logits[4], logits[5])
        let intents = model.reads(.intents)
        return ClassifierOutput(
            detractor: scoreClass.0, passive: scoreClass.1, promoter: scoreClass.2,
            negative: sentiment.0, neutral: sentiment.1, positive: sentiment.2,
            praise: intents ? FixedPoint.sigmoid(logits[6]) : 0,
            complaint: intents ? FixedPoint.sigmoid(logits[7]) : 0,
            request: intents ? FixedPoint.sigmoid(logits[8]) : 0,
            question: intents ? FixedPoint.sigmoid(logits[9]) : 0,
            leaving: intents ? FixedPoint.sigmoid(logits[10]) : 0,
            featureCount: featureCount, truncated: truncated, topics: topics)
    }

    /// The logits of one text, with `features` as working memory; 0 for a head without weights.
    func logits(
        _ text: UnsafeBufferPointer<UInt8>, features: inout TextFeatures,
        rows: UnsafeBufferPointer<SIMD16<Int8>>
    ) -> Logits {
        features.collect(text)
        let words = Self.sum(features.collector.words, rows)
        let grams = Self.sum(features.collector.grams, rows)
        let shape = rows[Int(features.collector.shapeBucket)]
        let read = features.collector.featureCount > 0
        var logits = Logits(repeating: 0)
        for head in model.heads where !head.weights.isEmpty {
            for label in head.steps.indices {
                let column = head.kind.column + label
                let step = Int64(head.steps[label])
                var logit = Int64(head.biases[label])
                if read {
                    logit += (Int64(words.sum[column]) * step) / words.norm
                    logit += (Int64(grams.sum[column]) * step) / grams.norm
                    logit += (Int64(shape[column]) * step) >> 8
                }
                logits[column] = min(max(logit, -(64 << 16)), 64 << 16)
            }
        }
        return logits
    }

    /// So many weights of 8 bits have a sum within 16.
    private static let singlesMax = 255

    /// Σ weight · value over a group, and the group's length in 1/2^16 (at least 1).
    ///
    /// A text of 8,192 bytes has at most 24,576 n-grams a group, each worth at most 256 per
    /// occurrence, and a weight is at most 128: the sum stays below 2^30.
    @inline(__always)
    private static func sum(
        _ counts: borrowing FeatureCounts, _ rows: UnsafeBufferPointer<SIMD16<Int8>>
    ) -> (sum: SIMD16<Int32>, norm: Int64) {
        var sum = SIMD16<Int32>.zero
        var squares: UInt64 = 0
        // Most features occur once. Their weights are added in 16 bits and multiplied together.
        let single = FixedPoint.dampedCounts[1]
        var singles = SIMD16<Int16>.zero
        var singleCount = 0
        for position in 0..<counts.count {
            let (bucket, count) = counts[position]
            let weights = rows[bucket]
            if count == 1 {
                singles &+= SIMD16<Int16>(truncatingIfNeeded: weights)
                singleCount += 1
                if singleCount % singlesMax == 0 {
                    sum &+= SIMD16<Int32>(truncatingIfNeeded: singles) &* single
                    singles = .zero
                }
            } else {
                let value = FixedPoint.dampedCounts[min(count, 255)]
                squares += UInt64(value * value)
                sum &+= SIMD16<Int32>(truncatingIfNeeded: weights) &* value
            }
        }
        sum &+= SIMD16<Int32>(truncatingIfNeeded: singles) &* single
        squares += UInt64(singleCount) * UInt64(single * single)
        return (sum, Int64(max(1, FixedPoint.squareRoot(squares << 16))))
    }
}

extension NGramClassifier {
    /// The outputs for `texts`, in their order, computed on at most `threads` threads.
    ///
    /// Each thread takes one run of neighbouring texts and keeps its working memory.
    public func classify(batch texts: [[UInt8]], threads: Int) -> [ClassifierOutput] {
        map(texts, threads: threads) { _, text, features, rows in
            output(text, features: &features, rows: rows)
        }
    }

    /// The logits of `texts`, in their order.
    func logits(_ texts: [[UInt8]], threads: Int) -> [Logits] {
        map(texts, threads: threads) { _, text, features, rows in
            logits(text, features: &features, rows: rows)
        }
    }

    func map<Result>(
        _ texts: [[UInt8]], threads: Int,
        _ transform:
            @Sendable (
                Int, UnsafeBufferPointer<UInt8>, inout TextFeatures,
                UnsafeBufferPointer<SIMD16<Int8>>
            ) -> Result
    ) -> [Result] {
        guard !texts.isEmpty else { return [] }
        let parts = max(1, min(threads, texts.count))
        return [Result](unsafeUninitializedCapacity: texts.count) { buffer, count in
            // SAFETY: every part initialises its own indices, and all are done on return.
            nonisolated(unsafe) let results = buffer
            Threads.perform(iterations: parts) { part in
                let range = (texts.count * part / parts)..<(texts.count * (part + 1) / parts)
                var features = TextFeatures(bits: model.bits)
                rows.withUnsafeBufferPointer { rows in
                    for index in range {
                        texts[index].withUnsafeBufferPointer { text in
                            results.initializeElement(
                                at: index, to: transform(index, text, &features, rows))
                        }
                    }
                }
            }
            count = texts.count
        }
    }
}
