import Foundation

extension TopicTrainer {
    /// Figures of the topics, out of fold; of those that were not trained only how many examples
    /// have them.
    func metrics(_ head: TopicHead) -> TrainingMetrics {
        let (points, found) = outOfFold()
        var labels = taxonomy.topics.enumerated().map { topic, description in
            TrainingMetrics.Label(
                name: description.name, examples: positions.indices.count { holds(topic, at: $0) },
                precision: 0, recall: 0, f1: 0, origin: head.labels[topic].origin.name,
                threshold: head.labels[topic].origin == .absent
                    ? nil : Int(head.labels[topic].threshold))
        }
        for (place, topic) in trained.enumerated() {
            let given = found.count { $0 & (1 << UInt64(place)) != 0 }
            let right = positions.indices.count {
                found[$0] & (1 << UInt64(place)) != 0 && holds(topic, at: $0)
            }
            let held = labels[topic].examples
            labels[topic].precision = Self.points(right, given)
            labels[topic].recall = Self.points(right, held)
            labels[topic].f1 = Self.points(2 * right, given + held)
        }
        let (right, majority, decisions) = decided(found)
        let sum = trained.reduce(0) { $0 + labels[$1].f1 }
        let (error, loss) = calibration(points)
        let origins = head.labels.map(\.origin)
        return TrainingMetrics(
            head: "topics",
            origin: (origins.contains(.trained)
                ? TopicOrigin.trained : origins.contains(.prototype) ? .prototype : .absent).name,
            examples: positions.count, folds: trained.isEmpty ? 0 : foldCount,
            accuracy: Self.points(right, decisions), majority: Self.points(majority, decisions),
            macroF1: trained.isEmpty ? 0 : (sum + trained.count / 2) / trained.count,
            calibrationError: error, logLoss: loss, labels: labels)
    }

    /// Decisions that were right, how many always saying the same would get right, and all.
    private func decided(_ found: [UInt64]) -> (right: Int, majority: Int, all: Int) {
        guard !trained.isEmpty else { return (0, 0, 0) }
        var counts = [Int](repeating: 0, count: trained.count)
        var (right, none) = (0, 0)
        for entry in positions.indices {
            var truth: UInt64 = 0
            for (place, topic) in trained.enumerated() where holds(topic, at: entry) {
                truth |= 1 << UInt64(place)
                counts[place] += 1
            }
            if truth == 0 { none += 1 }
            right +=
                taxonomy.isExclusive
                ? (truth == found[entry] ? 1 : 0)
                : trained.count - (truth ^ found[entry]).nonzeroBitCount
        }
        if taxonomy.isExclusive { return (right, max(none, counts.max() ?? 0), positions.count) }
        let each = positions.count
        return (
            right, counts.reduce(0) { $0 + max($1, each - $1) }, each * trained.count
        )
    }

    /// Calibration error over 15 bins and log loss of the trained topics' probabilities.
    private func calibration(_ points: [[Int]]) -> (error: Int, loss: Int) {
        let bins = 15
        var said = [Int](repeating: 0, count: bins)
        var right = said
        var loss = 0.0
        for entry in positions.indices {
            for (place, topic) in trained.enumerated() {
                let point = points[entry][place]
                let bin = min(bins - 1, point * bins / 10_000)
                said[bin] += point
                let holds = self.holds(topic, at: entry)
                if holds { right[bin] += 10_000 }
                loss -= log(Double(max(1, holds ? point : 10_000 - point)) / 10_000)
            }
        }
        let decisions = max(1, positions.count * trained.count)
        let error = zip(said, right).reduce(0) { $0 + abs($1.0 - $1.1) }
        return (
            (error + decisions / 2) / decisions, Int((loss / Double(decisions) * 10_000).rounded())
        )
    }

    /// part / whole in basis points, rounded to nearest; 0 of nothing.
    private static func points(_ part: Int, _ whole: Int) -> Int {
        whole > 0 ? (part * 10_000 + whole / 2) / whole : 0
    }
}
