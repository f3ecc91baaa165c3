import LedgerCore
import NPSStatistics

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
