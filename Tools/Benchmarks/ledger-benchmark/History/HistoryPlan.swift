import LedgerCore

/// What a history is made of: two with equal plans hold the same responses.
struct HistoryPlan: Codable, Hashable, Sendable {
    /// Raised where the making changes, so that a kept history is not taken for another.
    static let currentVersion = 1
    /// Responses of one import batch; the judgements of their texts follow it, as an import and as
    /// a model that reads history write them.
    static let cycleResponsesMax = 8_192
    /// Recorded-at and occurred-at begin here: 2024-01-01.
    static let start: Microseconds = 1_704_067_200_000_000
    /// All responses come within two years.
    static let span: Microseconds = 2 * 365 * 86_400_000_000
    /// The threshold set that lenses are asked about; it is not the one in force at the end.
    static let movedThresholds = Thresholds(
        passiveFrom: 600, promoterFrom: 800, confidenceMin: 4_000)
    /// Its number.
    static let movedThresholdsID: UInt32 = 2

    var version = currentVersion
    var responses: Int
    var seed: UInt64 = 7

    /// Responses of one batch; a small history has a few batches too.
    var cycleResponses: Int { min(Self.cycleResponsesMax, max(1, responses / 8)) }
}

/// What the writer of a history counted itself, to compare folds with.
struct HistoryTotals: Codable, Hashable, Sendable {
    /// Responses that count, in one group under one lens.
    struct Group: Codable, Hashable, Sendable {
        var region: String
        var plan: String
        var detractors: Int
        var passives: Int
        var promoters: Int
    }

    /// Events in the log.
    var size: Position = 0
    var texts = 0
    var judgements = 0
    var amendments = 0
    var exclusions = 0
    var rejections = 0
    /// Under the standard thresholds, on the stated basis, by region and plan.
    var stated: [Group] = []
    /// The same on the blended basis with model 1 pinned.
    var blended: [Group] = []
}
