/// The configured shares as bounds for draws of 32 bits, so that whole numbers decide.
struct SimulationShares: Sendable {
    let commentByChannel: [UInt64]
    let commentOnly: UInt64
    let mismatch: UInt64
    let late: UInt64
    let lateOrDuplicate: UInt64
    let lateDuplicateOrConflict: UInt64
    let bad: UInt64
    let plantedWording: UInt64
    let products: WeightedChoice
    let channels: WeightedChoice

    init(_ configuration: SimulationConfiguration) {
        let scored = Swift.max(1 - configuration.commentOnlyShare, 0)
        commentByChannel = Self.commentBounds(configuration, scored: scored)
        commentOnly = Self.bound(configuration.commentOnlyShare)
        mismatch = Self.bound(configuration.mismatchShare)
        late = Self.bound(configuration.lateCommentShare)
        lateOrDuplicate = Self.bound(
            configuration.lateCommentShare + configuration.duplicateShare)
        lateDuplicateOrConflict = Self.bound(
            configuration.lateCommentShare + configuration.duplicateShare
                + configuration.conflictingDuplicateShare)
        bad = Self.bound(configuration.badRowShare)
        plantedWording = Self.bound(configuration.plantedWording?.share ?? 0)
        products = WeightedChoice(configuration.products.map(\.weight))
        channels = WeightedChoice(configuration.channels.map(\.weight))
    }

    /// A product with a power of two is exact, hence the same everywhere.
    static func bound(_ share: Double) -> UInt64 {
        UInt64(Swift.min(Swift.max(share, 0), 1) * 4_294_967_296)
    }

    /// Each channel's bound, such that the overall share comes out as configured; a channel
    /// that would need more than everybody's comments gets everybody's.
    private static func commentBounds(
        _ configuration: SimulationConfiguration, scored: Double
    ) -> [UInt64] {
        let weights = configuration.channels.map(\.weight).reduce(0, +)
        let weighted = configuration.channels.map { $0.weight * $0.commentWillingness }
            .reduce(0, +)
        // Late comments belong to the share, and have rows of their own.
        let late = scored * configuration.lateCommentShare
        let early = Swift.max(configuration.commentShare - late, 0)
        // Responses with a late comment have none at first: the others make up for them.
        let base = early / Swift.max(scored - late, 0.000_001)
        return configuration.channels.map { channel in
            bound(base * Double(channel.commentWillingness * weights) / Double(weighted))
        }
    }
}

extension SeededGenerator {
    /// Whether a draw of 32 bits falls below a bound; a bound of 2^32 always holds.
    mutating func isBelow(_ bound: UInt64) -> Bool {
        next() >> 32 < bound
    }
}
