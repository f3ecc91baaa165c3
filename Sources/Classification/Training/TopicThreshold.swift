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
