import CLinear
import Encoders
import Foundation
import Threads

/// The examples' features in LIBLINEAR's form, one allocation per example.
///
/// Index 1…2^B is a bucket, 2^B + 1 the bias, what follows a component of the text's vector, −1 the
/// end.
final class FeatureRows {
    let bits: Int
    let rows: [UnsafeMutablePointer<feature_node>]
    /// By bucket: what the trainer multiplied the feature with, 0 if it was left out.
    private(set) var scales: [Double]

    /// How the vectors were made alike; nil where there are none.
    let embedding: EmbeddingScale?

    /// Columns, with the bias.
    var dimension: Int { (1 << bits) + 1 + (embedding?.means.count ?? 0) }

    init(
        _ examples: [TrainingExample], encoded: EncodedTexts? = nil, chosen: [Int], bits: Int,
        threads: Int, bucketExamplesMin: Int
    ) {
        self.bits = bits
        let scale = encoded.map {
            EmbeddingScale($0.vectors, chosen: chosen, dimensions: $0.encoder.dimensions)
        }
        embedding = scale
        scales = .init(repeating: 0, count: 1 << bits)
        let parts = max(1, min(threads, chosen.count))
        rows = [UnsafeMutablePointer<feature_node>](
            unsafeUninitializedCapacity: chosen.count
        ) { buffer, count in
            // SAFETY: every part initialises its own indices, and all are done on return.
            nonisolated(unsafe) let rows = buffer
            Threads.perform(iterations: parts) { part in
                let from = chosen.count * part / parts
                let to = chosen.count * (part + 1) / parts
                var features = TextFeatures(bits: bits)
                for index in from..<to {
                    let row = examples[chosen[index]].text.withUnsafeBufferPointer {
                        Self.row(
                            $0, features: &features,
                            vector: encoded?.vectors[chosen[index]], scale: scale)
                    }
                    rows.initializeElement(at: index, to: row)
                }
            }
            count = chosen.count
        }
        weigh(bucketExamplesMin: bucketExamplesMin)
    }

    deinit {
        for row in rows { row.deallocate() }
    }

    private static func row(
        _ text: UnsafeBufferPointer<UInt8>, features: inout TextFeatures, vector: Embedding?,
        scale: EmbeddingScale?
    ) -> UnsafeMutablePointer<feature_node> {
        features.collect(text)
        let count = features.collector.featureCount
        let row = UnsafeMutablePointer<feature_node>.allocate(
            capacity: count + 3 + (vector?.components.count ?? 0))
        var next = fill(row, features.collector.words)
        next = fill(next, features.collector.grams)
        if count > 0 {
            let bucket = Int32(features.collector.shapeBucket)
            next.initialize(to: feature_node(index: bucket + 1, value: 1))
            next += 1
        }
        let bias = Int32(1 << features.collector.bits) + 1
        next.initialize(to: feature_node(index: bias, value: 1))
        next += 1
        if let vector, let scale {
            for (place, component) in vector.components.enumerated() {
                next.initialize(
                    to: feature_node(
                        index: bias + 1 + Int32(place), value: scale.value(component, at: place)))
                next += 1
            }
        }
        next.initialize(to: feature_node(index: -1, value: 0))
        return row
    }

    private static func fill(
        _ row: UnsafeMutablePointer<feature_node>, _ counts: borrowing FeatureCounts
    ) -> UnsafeMutablePointer<feature_node> {
        var squares: UInt64 = 0
        for position in 0..<counts.count {
            let (bucket, count) = counts[position]
            let value = FixedPoint.dampedCounts[min(count, 255)]
            squares += UInt64(value * value)
            (row + position).initialize(
                to: feature_node(index: Int32(bucket + 1), value: Double(value)))
        }
        let norm = Double(squares).squareRoot()
        for position in 0..<counts.count { row[position].value /= norm }
        return row + counts.count
    }

    /// Multiplies each feature by how telling its bucket is, and drops those of rare buckets.
    ///
    /// The scale is the inverse document frequency, (ln((1 + n) / (1 + d)) + 1) / 4. Since norms
    /// are taken before, it only says how freely a weight may grow, and goes into the weight at
    /// the end: the classifier needs no table of it. The 4 keeps the cost's meaning: it is about
    /// the mean over the features of a text.
    private func weigh(bucketExamplesMin: Int) {
        var documents = [Int32](repeating: 0, count: dimension)
        for row in rows {
            var node = row
            while node.pointee.index > 0 {
                documents[Int(node.pointee.index) - 1] += 1
                node += 1
            }
        }
        for bucket in scales.indices where documents[bucket] >= Int32(bucketExamplesMin) {
            let share = Double(1 + rows.count) / Double(1 + Int(documents[bucket]))
            scales[bucket] = (log(share) + 1) / 4
        }
        for row in rows {
            var node = row
            var kept = row
            while node.pointee.index > 0 {
                let bucket = Int(node.pointee.index) - 1
                let scale = bucket < scales.count ? scales[bucket] : 1
                if scale > 0 {
                    kept.pointee = feature_node(
                        index: node.pointee.index, value: node.pointee.value * scale)
                    kept += 1
                }
                node += 1
            }
            kept.pointee = feature_node(index: -1, value: 0)
        }
    }
}

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
