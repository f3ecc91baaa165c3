import Catalog
import Classification
import LedgerCore
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics

/// What is asked of topics.
public struct TopicRequest: Hashable, Sendable {
    /// Which responses, and how they are grouped.
    public var selection: Selection
    /// Under which frame; scores are the stated ones, whatever its basis says.
    public var lens: LensRequest

    /// A question.
    public init(_ selection: Selection = Selection(), _ lens: LensRequest = LensRequest()) {
        self.selection = selection
        self.lens = lens
    }
}

/// What texts are about, and how those who say so score.
public struct TopicAnswer: Sendable {
    /// One topic in one segment.
    public struct Row: Sendable {
        /// The topic.
        public let topic: RegisteredTopic
        /// Its number in the model.
        public let number: Int
        /// Texts about it.
        public let responses: Int
        /// Their share of the texts read.
        public let share: Double?
        /// Stated scores of those who mention it.
        public let scores: NPSCounts
        /// Stated scores of the other texts read.
        public let others: NPSCounts
        /// Of the score of those who mention it, as a share; nil for a topic found by phrases, of which
        /// nobody knows how often it is right: an interval and a p would speak of that as if it were
        /// known.
        public let interval: Interval?
        /// From the others to those who mention it; nil for a topic found by phrases.
        public let difference: Difference?
        /// p of the difference over all rows (Benjamini and Hochberg 1995).
        public fileprivate(set) var adjustedP: Double?
    }

    /// The topics of one segment.
    public struct Group: Sendable {
        /// Values in the order of the dimensions grouped by.
        public let values: [String?]
        /// The sums.
        public let tally: TopicTally
        /// The commonest topic first.
        public fileprivate(set) var rows: [Row]

        fileprivate var name: String { values.map { $0 ?? "—" }.joined(separator: " · ") }
    }

    /// Under which frame; its basis is the stated one.
    public let frame: AnswerFrame
    /// The version that found the topics.
    public let model: ModelVersion
    /// Its topics by number.
    public let topics: [RegisteredTopic]
    /// Dimensions grouped by.
    public let by: [String]
    /// The largest first.
    public private(set) var groups: [Group]

    /// Texts that the version has not read.
    public var unread: Int { groups.reduce(0) { $0 + $1.tally.unread } }

    init(
        _ frame: AnswerFrame, _ model: ModelVersion, _ topics: [RegisteredTopic], by: [String],
        _ groups: [(values: [String?], tally: TopicTally)]
    ) {
        self.frame = frame
        self.model = model
        self.topics = topics
        self.by = by
        self.groups = groups.map { values, tally in
            let rows = topics.enumerated().map { Self.row($0, $1, tally, frame) }.sorted {
                $0.responses != $1.responses
                    ? $0.responses > $1.responses : $0.number < $1.number
            }
            return Group(values: values, tally: tally, rows: rows)
        }.sorted {
            $0.tally.read != $1.tally.read ? $0.tally.read > $1.tally.read : $0.name < $1.name
        }
        adjust()
    }

    private static func row(
        _ number: Int, _ topic: RegisteredTopic, _ tally: TopicTally, _ frame: AnswerFrame
    ) -> Row {
        let scores = tally.mentioned[number]
        let others = tally.scores - scores
        let isMeasured = !topic.isPrototype
        return Row(
            topic: topic, number: number, responses: tally.mentions[number],
            share: tally.read > 0 ? Double(tally.mentions[number]) / Double(tally.read) : nil,
            scores: scores, others: others,
            interval: isMeasured ? frame.interval(of: scores) : nil,
            difference: isMeasured ? .independent(scores, others) : nil)
    }

    /// p over all rows that are looked at.
    private mutating func adjust() {
        let places = groups.indices.flatMap { group in
            groups[group].rows.indices.map { (group, $0) }
        }.filter { groups[$0.0].rows[$0.1].difference != nil }
        let adjusted = MultipleComparisons.benjaminiHochberg(
            places.map { groups[$0.0].rows[$0.1].difference?.pValue ?? 1 })
        for ((group, row), p) in zip(places, adjusted) { groups[group].rows[row].adjustedP = p }
    }
}

extension OpenLedger {
    /// The topics that a version finds.
    ///
    /// - Throws: `LedgerError` with code `not-found` for an unknown version, `refused` for one that
    ///   finds none.
    public func taxonomy(
        of version: ModelVersion, for viewer: Viewer = .everything
    ) throws -> TopicTaxonomy {
        guard let taxonomy = try models.file(try models.model(version)).taxonomy else {
            throw LedgerError(.refused, "model \(version) finds no topics")
        }
        return taxonomy
    }

    /// How often each topic comes up, and with what score.
    ///
    /// - Throws: `LedgerError` as ``score(_:for:)`` does, and with code `refused` where no model was
    ///   active or the model finds no topics.
    public func topics(
        _ request: TopicRequest = TopicRequest(), for viewer: Viewer = .everything
    ) throws -> TopicAnswer {
        let chosen = request.selection.segments
        return try scores { state, horizon in
            let query = NPSBySegmentQuery(state, workers: workers)
            try check(chosen, query)
            // Classifications are looked up under any basis but the stated one: whether a text was read
            // is asked of them, the score is the stated one.
            var blended = request.lens
            blended.basis = .blended
            let lookup = try resolve(blended, request.selection, horizon: horizon, state)
            guard let version = lookup.model else {
                throw LedgerError(.refused, "no model was active", remedy: .nameModel)
            }
            let topics = try models.model(version).topics
            guard !topics.isEmpty else {
                throw LedgerError(
                    .refused, "model \(version) finds no topics", remedy: .trainTopics)
            }
            var unlearnt: [LanguageCode: Int] = [:]
            let counted = try counts(
                lookup, version, topics.count, chosen, query, unlearnt: &unlearnt)
            var stated = request.lens
            stated.basis = .stated
            let lens = try resolve(stated, request.selection, horizon: horizon, state)
            var frame = try frame(lens, stated)
            frame.unlearnt = unlearnt
            return TopicAnswer(frame, version, topics, by: chosen.by, counted)
        }
    }

    /// Texts by segment and topic.
    private func counts(
        _ lookup: ResolvedLens, _ version: ModelVersion, _ topics: Int,
        _ chosen: SegmentSelection, _ query: NPSBySegmentQuery<some StateReader>,
        unlearnt: inout [LanguageCode: Int]
    ) throws -> [(values: [String?], tally: TopicTally)] {
        let found = try topicsFound(by: version, before: lookup.lens.readAsOf)
        var groups = SegmentGroups(chosen, query)
        var tallies: [TopicTally] = []
        try query.forEachText(lookup, chosen) { text in
            guard let group = try groups.group(of: text.row.tuple) else { return }
            while tallies.count <= group { tallies.append(TopicTally(topics: topics)) }
            guard text.row.isClassified else {
                tallies[group].unread += 1
                if let language = text.row.unlearntLanguage { unlearnt[language, default: 0] += 1 }
                return
            }
            tallies[group].add(
                found[text.event] ?? 0,
                text.row.score.map { lookup.thresholds.classify(score: $0) })
        }
        // Without any text there is one group all the same: of nothing.
        guard !tallies.isEmpty || !chosen.by.isEmpty else {
            return [([], TopicTally(topics: topics))]
        }
        return zip(groups.values, tallies).map { ($0, $1) }
    }

    /// By position of the event whose text was read: the topics found, as bits.
    private func topicsFound(
        by version: ModelVersion, before end: Position
    ) throws -> [Position: UInt64] {
        var found: [Position: UInt64] = [:]
        try log.forEachEvent(in: 0..<end, named: [.topicsRecorded]) { event in
            let recorded = try TopicsRecorded(event)
            if recorded.model == version, let text = event.cause {
                found[text] = recorded.topics.reduce(0) { $0 | 1 << UInt64($1.topic) }
            }
            return true
        }
        return found
    }
}

/// Texts that a model has read, by topic, and the stated scores beside them.
public struct TopicTally: Sendable {
    /// Texts that the model has not read.
    public internal(set) var unread = 0
    /// Texts that it has read.
    public private(set) var read = 0
    /// Stated scores of those.
    public private(set) var scores = NPSCounts.zero
    /// Texts about nothing it knows.
    public private(set) var withoutTopic = 0
    /// Stated scores of those.
    public private(set) var scoresWithoutTopic = NPSCounts.zero
    /// Texts by topic.
    public private(set) var mentions: [Int]
    /// Stated scores of those.
    public private(set) var mentioned: [NPSCounts]

    init(topics: Int) {
        mentions = .init(repeating: 0, count: topics)
        mentioned = .init(repeating: .zero, count: topics)
    }

    /// - Parameters:
    ///   - topics: as bits.
    ///   - stated: class of the stated score, where there is one.
    mutating func add(_ topics: UInt64, _ stated: NPSClass?) {
        let score = stated.map {
            NPSCounts(
                detractors: $0 == .detractor ? 1 : 0, passives: $0 == .passive ? 1 : 0,
                promoters: $0 == .promoter ? 1 : 0)
        }
        read += 1
        if let score { scores = scores + score }
        if topics == 0 {
            withoutTopic += 1
            if let score { scoresWithoutTopic = scoresWithoutTopic + score }
        }
        for topic in mentions.indices where topics & (1 << UInt64(topic)) != 0 {
            mentions[topic] += 1
            if let score { mentioned[topic] = mentioned[topic] + score }
        }
    }
}
