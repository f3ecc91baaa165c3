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
