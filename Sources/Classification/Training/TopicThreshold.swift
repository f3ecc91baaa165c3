/// From which probability on a topic is said to be found.
enum TopicThreshold {
    /// What a topic is found from where nothing can be measured: the logit 0.
    static let unmeasured = 5_000

    /// The threshold with the largest F1, in basis points (1…10,000).
    ///
    /// Of equal ones the highest: it claims least. Where no example has the topic nothing can be
    /// gained, and the highest of all is given.
    static func best(_ points: [Int], _ holds: [Bool]) -> Int {
        var given = [Int](repeating: 0, count: 10_001)
        var right = given
        for (point, holds) in zip(points, holds) {
            given[point] += 1
            if holds { right[point] += 1 }
        }
        let held = right.reduce(0, +)
        var best = (threshold: 10_000, right: 0, both: 1)
        var (allGiven, allRight) = (0, 0)
        for threshold in stride(from: 10_000, through: 1, by: -1) where given[threshold] > 0 {
            allGiven += given[threshold]
            allRight += right[threshold]
            // F1 = 2·right / (given + held), compared as fractions.
            let both = allGiven + held
            if allRight * best.both > best.right * both { best = (threshold, allRight, both) }
        }
        return best.threshold
    }
}

extension TopicThreshold {
    /// Rounds over all topics; after three nothing moves any more.
    private static let roundsMax = 4

    /// Thresholds of topics that exclude each other, with the largest mean of their F1.
    ///
    /// A text goes to the topic with the largest ratio of points to threshold, so each threshold
    /// takes texts from the others. From those that are best alone, one after the other is moved to
    /// where the mean is best while the others stand still (coordinate ascent).
    ///
    /// - Parameters:
    ///   - points: by topic, then by example, in basis points.
    ///   - truths: by example: its topic; nil if it has none of these.
    static func exclusive(_ points: [[Int]], _ truths: [Int?]) -> [Int] {
        var thresholds = points.enumerated().map { topic, points in
            best(points, truths.map { $0 == topic })
        }
        for _ in 0..<roundsMax {
            let before = thresholds
            for topic in points.indices {
                thresholds[topic] = best(topic, points, truths, thresholds)
            }
            if thresholds == before { break }
        }
        return thresholds
    }

    /// The threshold of one topic with the largest mean of all F1, the others given; of equal ones
    /// the highest.
    private static func best(
        _ topic: Int, _ points: [[Int]], _ truths: [Int?], _ thresholds: [Int]
    ) -> Int {
        var counts = Counts(topics: points.count)
        for truth in truths { if let truth { counts.held[truth] += 1 } }
        // By threshold: the examples that go to the topic from there down, and whose they were.
        var moving = [[(example: Int, from: Int?)]](repeating: [], count: 10_001)
        for example in truths.indices {
            let rival = strongest(example, points, thresholds, without: topic)
            if let rival { counts.give(rival, truths[example], 1) }
            let own = points[topic][example]
            var limit = own
            if let rival {
                let product = own * thresholds[rival]
                let theirs = points[rival][example]
                // Of equal ratios the lower number wins.
                limit = min(limit, (product - (topic < rival ? 0 : 1)) / theirs)
            }
            if limit > 0 { moving[limit].append((example, rival)) }
        }
        var best = (threshold: 10_000, mean: -1.0)
        for threshold in stride(from: 10_000, through: 1, by: -1) {
            for (example, rival) in moving[threshold] {
                if let rival { counts.give(rival, truths[example], -1) }
                counts.give(topic, truths[example], 1)
            }
            guard !moving[threshold].isEmpty else { continue }
            // The smallest difference there can be is far larger than what sums lose.
            if counts.meanF1 > best.mean + 1e-12 { best = (threshold, counts.meanF1) }
        }
        return best.threshold
    }

    private static func strongest(
        _ example: Int, _ points: [[Int]], _ thresholds: [Int], without topic: Int
    ) -> Int? {
        var best: Int?
        for place in points.indices
        where place != topic && points[place][example] >= thresholds[place] {
            if let known = best,
                points[place][example] * thresholds[known]
                    <= points[known][example] * thresholds[place]
            {
                continue
            }
            best = place
        }
        return best
    }

    /// Texts given to each topic, rightly given, and that have it.
    private struct Counts {
        var held: [Int]
        private var given: [Int]
        private var right: [Int]

        init(topics: Int) {
            held = .init(repeating: 0, count: topics)
            given = held
            right = held
        }

        mutating func give(_ topic: Int, _ truth: Int?, _ count: Int) {
            given[topic] += count
            if truth == topic { right[topic] += count }
        }

        /// The mean of the topics' F1.
        var meanF1: Double {
            var sum = 0.0
            for topic in held.indices where given[topic] + held[topic] > 0 {
                sum += Double(2 * right[topic]) / Double(given[topic] + held[topic])
            }
            return sum / Double(max(1, held.count))
        }
    }
}
