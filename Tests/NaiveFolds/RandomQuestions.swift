import LedgerCore
import NPSBySegmentProjection
import NPSStatistics

/// Questions drawn by a seeded generator.
package struct RandomQuestions {
    package var numbers: SeededGenerator
    /// Response times to cut windows at, so that they do not all fall outside.
    package let times: [Microseconds]
    package let size: Position

    package init(numbers: SeededGenerator, times: [Microseconds], size: Position) {
        self.numbers = numbers
        self.times = times
        self.size = size
    }

    private mutating func below(_ bound: Int) -> Int {
        Int.random(in: 0..<bound, using: &numbers)
    }

    private mutating func time() -> Microseconds? {
        guard below(3) == 0, !times.isEmpty else { return nil }
        // On a response's time and one beside it: the first bound is inside, the second is not.
        return times[below(times.count)] + Microseconds(below(3) - 1)
    }

    package mutating func position() -> Position {
        switch below(8) {
        case 0: 0
        case 1: .max
        case 2...4: size
        default: Position(below(Int(size) + 2))
        }
    }

    package mutating func lens() -> Lens {
        Lens(
            asOf: position(),
            model: below(2) == 0 ? .asActivated : .pinned(ModelVersion(1 + below(4))),
            thresholds: below(2) == 0 ? .asEdited : .pinned(UInt32(1 + below(4))),
            basis: Lens.Basis.allCases[below(3)],
            duplicates: below(2) == 0 ? .all : Lens.Duplicates.allCases[below(3)],
            reviews: below(4) == 0 ? .ignored : .applied, from: time(), to: time())
    }

    /// A lens whose pinned model and thresholds may be later than its responses.
    package mutating func restatingLens() -> Lens {
        var lens = lens()
        lens.pinnedAsOf = position()
        return lens
    }

    package mutating func selection() -> SegmentSelection {
        let dimensions = ["region", "channel", "language", "no such dimension"]
        let by = dimensions.shuffled(using: &numbers).prefix(below(4))
        var keeping: [String: Set<String>] = [:]
        if below(2) == 0 {
            // The empty value keeps responses without the dimension.
            let values = [
                "region": ["EMEA", "APAC", "Île-de-France", "Mars", ""],
                "channel": ["app", "web", "phone", ""], "language": ["en", "fr", ""],
            ]
            for _ in 0...below(2) {
                guard
                    let (dimension, all) = values.sorted(by: { $0.key < $1.key }).randomElement(
                        using: &numbers)
                else { continue }
                keeping[dimension] = Set(all.shuffled(using: &numbers).prefix(1 + below(2)))
            }
        }
        return SegmentSelection(by: Array(by), keeping: keeping)
    }

    package mutating func spans() -> TimeSpans? {
        guard below(2) == 0, let first = times.min(), let last = times.max() else { return nil }
        let day: Microseconds = 86_400_000_000
        // Sometimes fewer than the responses span, so that some fall outside.
        let to = below(2) == 0 ? last + 1 : first + (last - first) / 2 + 1
        let days = stride(
            from: first + Microseconds(below(2)) * day, through: to + day, by: Int(day))
        // Days of different length, as a calendar has them.
        return TimeSpans(between: days.map { $0 + Microseconds(below(2)) * day / 24 })
    }
}
