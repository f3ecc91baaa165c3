import Classification
import LedgerCore
import NPSLedger
import NPSStatistics
import Presentation

/// What texts are about, ready to be written.
struct TopicReport {
    /// One topic in one segment.
    struct Row {
        let topic: RegisteredTopic
        let number: Int
        let responses: Int
        let share: Double?
        /// Stated scores of those who mention it.
        let scores: NPSCounts
        /// Stated scores of the other texts read.
        let others: NPSCounts
        let interval: Interval?
        let difference: Difference?
        var adjustedP: Double?
    }

    struct Group {
        let values: [String?]
        let tally: TopicTally
        /// The commonest first.
        var rows: [Row]
    }

    let frame: ResultFrame
    let model: ModelVersion
    let topics: [RegisteredTopic]
    let by: [String]
    /// The largest first.
    private(set) var groups: [Group]

    var confidence: Double { frame.options.confidence / 100 }

    init(
        frame: ResultFrame, model: ModelVersion, topics: [RegisteredTopic], by: [String],
        groups: [(values: [String?], tally: TopicTally)]
    ) {
        self.frame = frame
        self.model = model
        self.topics = topics
        self.by = by
        self.groups = groups.map { values, tally in
            let rows = topics.enumerated().map { number, topic in
                Self.row(number, topic, tally, frame.options)
            }.sorted {
                $0.responses != $1.responses
                    ? $0.responses > $1.responses : $0.number < $1.number
            }
            return Group(values: values, tally: tally, rows: rows)
        }.sorted {
            $0.tally.read != $1.tally.read
                ? $0.tally.read > $1.tally.read
                : DifferenceReport.name($0.values) < DifferenceReport.name($1.values)
        }
        adjust()
    }

    private static func row(
        _ number: Int, _ topic: RegisteredTopic, _ tally: TopicTally, _ options: LensOptions
    ) -> Row {
        let scores = tally.mentioned[number]
        let others = tally.scores - scores
        return Row(
            topic: topic, number: number, responses: tally.mentions[number],
            share: tally.read > 0 ? Double(tally.mentions[number]) / Double(tally.read) : nil,
            scores: scores, others: others,
            interval: scores.interval(options.interval, confidence: options.confidence / 100),
            difference: .independent(scores, others))
    }

    /// p over all rows that are looked at (Benjamini and Hochberg).
    private mutating func adjust() {
        let places = groups.indices.flatMap { group in
            groups[group].rows.indices.map { (group, $0) }
        }.filter { groups[$0.0].rows[$0.1].difference != nil }
        let adjusted = MultipleComparisons.benjaminiHochberg(
            places.map { groups[$0.0].rows[$0.1].difference?.pValue ?? 1 })
        for ((group, row), p) in zip(places, adjusted) { groups[group].rows[row].adjustedP = p }
    }

    var unread: Int { groups.reduce(0) { $0 + $1.tally.unread } }
}
