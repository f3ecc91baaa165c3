/// Finds topics: the weights of a `TopicHead`, laid out for reading.
struct TopicScorer: Sendable {
    private typealias Sums = [4 of SIMD16<Int32>]

    let head: TopicHead
    /// By bucket: one more than the number of its row; 0 where it has none.
    private let places: [UInt32]
    /// Rows of `lanes` vectors each; the first one is empty and stands for none.
    private let rows: [SIMD16<Int8>]
    private let lanes: Int
    /// By topic: its column in a row, −1 where it has none.
    private let columns: [Int]

    init(_ head: TopicHead, bits: Int) {
        self.head = head
        let width = head.width
        let lanes = (width + 15) / 16
        var places = [UInt32](repeating: 0, count: width > 0 ? 1 << bits : 0)
        var rows = [SIMD16<Int8>](repeating: .zero, count: (head.buckets.count + 1) * lanes)
        for (index, bucket) in head.buckets.enumerated() where width > 0 {
            places[Int(bucket)] = UInt32(index + 1)
            for column in 0..<width {
                rows[(index + 1) * lanes + column / 16][column % 16] =
                    head.rows[index * width + column]
            }
        }
        self.places = places
        self.rows = rows
        self.lanes = lanes
        var next = 0
        columns = head.labels.map { label in
            guard label.origin == .trained else { return -1 }
            defer { next += 1 }
            return next
        }
    }

    /// The topics found in a text, by ascending number.
    ///
    /// - Parameter vector: the encoder's, where the model reads one.
    func topics(
        _ collector: borrowing FeatureCollector, vector: UnsafeBufferPointer<Int16>?
    ) -> [ClassifierOutput.Topic] {
        // A bias alone is no finding.
        guard collector.featureCount > 0 else { return [] }
        let words = sums(collector.words)
        let grams = sums(collector.grams)
        let shape = lanes > 0 ? Int(places[Int(collector.shapeBucket)]) * lanes : 0
        return topics(vector) { label, column in
            let (lane, place) = (column / 16, column % 16)
            let step = Int64(label.step)
            return Int64(words.sums[lane][place]) * step / words.norm
                + Int64(grams.sums[lane][place]) * step / grams.norm
                + (Int64(rows[shape + lane][place]) * step) >> 8
        }
    }

    /// The topics found in a text of which nothing but the vector is known, for a head whose weights
    /// of n-grams are all 0.
    func topics(vector: UnsafeBufferPointer<Int16>) -> [ClassifierOutput.Topic] {
        topics(vector) { _, _ in 0 }
    }

    /// - Parameter ngrams: what the n-grams add for a topic that has a column.
    @inline(__always)
    private func topics(
        _ vector: UnsafeBufferPointer<Int16>?, _ ngrams: (TopicHead.Label, Int) -> Int64
    ) -> [ClassifierOutput.Topic] {
        var found: [ClassifierOutput.Topic] = []
        for (topic, label) in head.labels.enumerated() where label.origin != .absent {
            var logit = Int64(label.bias)
            if columns[topic] >= 0 { logit += ngrams(label, columns[topic]) }
            if let vector, !label.vector.isEmpty { logit += Self.product(label, vector) }
            logit = min(max(logit, -(64 << 16)), 64 << 16)
            let probability = FixedPoint.sigmoid(logit)
            guard probability >= label.threshold else { continue }
            found.append(
                ClassifierOutput.Topic(index: UInt8(topic), probability: probability))
        }
        return head.taxonomy.isExclusive && found.count > 1 ? [strongest(found)] : found
    }

    /// The one that is furthest above its threshold, as a ratio; ties go to the lower number.
    private func strongest(_ found: [ClassifierOutput.Topic]) -> ClassifierOutput.Topic {
        var best = found[0]
        for topic in found.dropFirst() {
            let left = UInt32(topic.probability) * UInt32(head.labels[Int(best.index)].threshold)
            let right = UInt32(best.probability) * UInt32(head.labels[Int(topic.index)].threshold)
            if left > right { best = topic }
        }
        return best
    }

    /// Σ weight · component as a logit in 1/2^16; see `EmbeddingWeights` for its bounds.
    private static func product(
        _ label: TopicHead.Label, _ vector: UnsafeBufferPointer<Int16>
    ) -> Int64 {
        label.vector.withUnsafeBufferPointer { weights in
            var sum: Int64 = 0
            for index in 0..<vector.count {
                sum &+= Int64(Int32(weights[index]) &* Int32(vector[index]))
            }
            return Int64(
                truncatingIfNeeded: (Int128(sum) * Int128(label.vectorStep))
                    >> EmbeddingWeights.shift)
        }
    }

    /// Σ weight · value over a group, and the group's length in 1/2^16 (at least 1).
    ///
    /// The bounds are those of `NGramClassifier.sum`.
    private func sums(
        _ counts: borrowing FeatureCounts
    ) -> (sums: Sums, norm: Int64) {
        var sums = Sums(repeating: .zero)
        var squares: UInt64 = 0
        rows.withUnsafeBufferPointer { rows in
            for position in 0..<counts.count {
                let (bucket, count) = counts[position]
                let value = FixedPoint.dampedCounts[min(count, 255)]
                squares += UInt64(value * value)
                guard lanes > 0, places[bucket] > 0 else { continue }
                let row = Int(places[bucket]) * lanes
                for lane in 0..<lanes {
                    sums[lane] &+= SIMD16<Int32>(truncatingIfNeeded: rows[row + lane]) &* value
                }
            }
        }
        return (sums, Int64(max(1, FixedPoint.squareRoot(squares << 16))))
    }
}

/// What finds the topics of a text: one linear map a topic, each on its own.
struct TopicHead: Sendable, Hashable {
    /// What finds one topic.
    struct Label: Sendable, Hashable {
        var origin = TopicOrigin.absent
        /// It is found from this on, in basis points.
        var threshold: UInt16 = 0
        /// Logit at no features, in 1/2^16.
        var bias: Int32 = 0
        /// What one unit of an n-gram's weight is worth, in 1/2^24.
        var step: UInt32 = 0
        /// What one unit of weight times one of component is worth, in 1/2^56.
        var vectorStep: UInt32 = 0
        /// By component of a text's vector; empty where the model reads none, or it is absent.
        var vector: [Int16] = []
    }

    var taxonomy: TopicTaxonomy
    /// By topic.
    var labels: [Label]
    /// Buckets that a trained topic has a weight of, ascending.
    var buckets: [UInt32] = []
    /// Weights by bucket of `buckets`, trained topics side by side.
    var rows: [Int8] = []

    /// Topics with weights of n-grams.
    var width: Int { labels.count { $0.origin == .trained } }
}
