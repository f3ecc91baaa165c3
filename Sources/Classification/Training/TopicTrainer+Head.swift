import Encoders

extension TopicTrainer {
    /// What finds the topics, for the artefact: calibration folded into weights.
    ///
    /// - Parameters:
    ///   - encoded: with the phrases' vectors, which prototypes are made of.
    ///   - chosen: examples that the rows were made of.
    func head(encoded: EncodedTexts?, chosen: [Int]) -> TopicHead {
        let decision = decision()
        let dimensions = encoded?.encoder.dimensions ?? 0
        let center = encoded.map {
            TopicPrototype.Center($0.vectors, chosen: chosen, range: $0.prototypeRange)
        }
        var head = TopicHead(
            taxonomy: taxonomy, labels: .init(repeating: .init(), count: taxonomy.topics.count))
        for topic in taxonomy.topics.indices {
            if let place = trained.firstIndex(of: topic), let fit = fits[place] {
                head.labels[topic] = Self.label(
                    fit, decision.scalings[place], decision.thresholds[place])
            } else if let center, let encoded, topic < encoded.phrases.count,
                let prototype = TopicPrototype(
                    encoded.phrases[topic], center, dimensions: dimensions)
            {
                var label = TopicHead.Label(
                    origin: .prototype, threshold: UInt16(TopicThreshold.unmeasured))
                label.bias = Self.bias(prototype.bias)
                (label.vectorStep, label.vector) = Self.quantized(prototype.weights)
                head.labels[topic] = label
            }
        }
        fillRows(&head, decision)
        return head
    }

    private static func label(
        _ fit: Fit, _ scaling: PlattScaling, _ threshold: Int
    ) -> TopicHead.Label {
        var label = TopicHead.Label(origin: .trained, threshold: UInt16(threshold))
        label.bias = bias(scaling.logit(fit.bias))
        let step = (abs(scaling.factor) * fit.unit * 16_777_216).rounded()
        label.step = UInt32(min(step, Double(ModelHead.stepMax)))
        (label.vectorStep, label.vector) = quantized(fit.vector.map { $0 * scaling.factor })
        return label
    }

    private static func bias(_ logit: Double) -> Int32 {
        let limit = Double(ModelHead.biasMax)
        return Int32(min(max((logit * 65_536).rounded(), -limit), limit))
    }

    /// Weights of components of 1/32,767, in 16 bits.
    private static func quantized(_ weights: [Double]) -> (step: UInt32, weights: [Int16]) {
        let whole = Double(sign: .plus, exponent: 56, significand: 1)
        let largest = weights.reduce(0) { max($0, abs($1)) }
        let step = min(
            (largest / 32_767 / Double(Embedding.one) * whole).rounded(.up), Double(UInt32.max))
        let unit = Double(Embedding.one) * step / whole
        return (
            UInt32(step),
            weights.map { value in
                step == 0 ? 0 : Int16(min(max((value / unit).rounded(), -32_767), 32_767))
            }
        )
    }

    /// The weights of the trained topics by bucket; buckets without any are left out.
    private func fillRows(_ head: inout TopicHead, _ decision: Decision) {
        let columns = trained.indices.map { place in
            // A factor below 0 turns the margin round: the step has no sign.
            (fits[place]?.weights ?? [], decision.scalings[place].factor < 0)
        }
        for bucket in 0..<(columns.first?.0.count ?? 0) {
            guard columns.contains(where: { $0.0[bucket] != 0 }) else { continue }
            head.buckets.append(UInt32(bucket))
            for (weights, isTurned) in columns {
                head.rows.append(isTurned ? -weights[bucket] : weights[bucket])
            }
        }
    }
}
