/// One commitment, held against a replay of the log.
public struct CommitmentCheck: Hashable, Sendable {
    /// What came of it.
    public enum Result: Hashable, Sendable {
        /// The replay gives the digest committed to.
        case equal
        /// The replay gives this digest instead.
        case different(replayed: [UInt8])
        /// Another version of the projection made it, whose states this program cannot fold.
        case notComparable
        /// It commits to events that came after itself.
        case ahead
    }

    /// The commitment.
    public let commitment: ProjectionCommitment
    /// What came of it.
    public let result: Result
}
