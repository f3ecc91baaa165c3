extension TopicTrainer {
    /// What makes findings of margins: by trained topic, how a margin becomes a probability, and
    /// from which one on the topic is found.
    struct Decision {
        var scalings: [PlattScaling]
        var thresholds: [Int]

        /// Of the topics found, the only one if they exclude each other: bits by trained topic.
        func found(_ points: [Int], isExclusive: Bool) -> UInt64 {
            var bits: UInt64 = 0
            var best: Int?
            for place in points.indices where points[place] >= thresholds[place] {
                bits |= 1 << UInt64(place)
                if let known = best,
                    points[place] * thresholds[known] <= points[known] * thresholds[place]
                {
                    continue
                }
                best = place
            }
            guard isExclusive, let best else { return bits }
            return 1 << UInt64(best)
        }
    }

    /// Fitted to the out-of-fold margins of all entries but those of one fold.
    func decision(without fold: Int? = nil) -> Decision {
        let entries = positions.indices.filter { fold == nil || folds[$0] != fold }
        var decision = Decision(scalings: [], thresholds: [])
        var points: [[Int]] = []
        for (place, topic) in trained.enumerated() {
            let margins = entries.map { self.margins[place][$0] }
            let scaling = PlattScaling.fitted(margins, entries.map { holds(topic, at: $0) })
            decision.scalings.append(scaling)
            points.append(margins.map { scaling.points($0) })
        }
        if taxonomy.isExclusive {
            decision.thresholds = TopicThreshold.exclusive(
                points,
                entries.map { entry in trained.firstIndex { holds($0, at: entry) } })
        } else {
            decision.thresholds = trained.indices.map { place in
                TopicThreshold.best(points[place], entries.map { holds(trained[place], at: $0) })
            }
        }
        return decision
    }

    /// By entry: the points of the trained topics, and which of them were found. Neither model,
    /// calibration nor threshold were made on the entry's fold.
    func outOfFold() -> (points: [[Int]], found: [UInt64]) {
        var points = [[Int]](repeating: [], count: positions.count)
        var found = [UInt64](repeating: 0, count: positions.count)
        for fold in 0..<foldCount where folds.contains(fold) {
            let decision = decision(without: fold)
            for entry in positions.indices where folds[entry] == fold {
                points[entry] = trained.indices.map {
                    decision.scalings[$0].points(margins[$0][entry])
                }
                found[entry] = decision.found(points[entry], isExclusive: taxonomy.isExclusive)
            }
        }
        return (points, found)
    }
}
