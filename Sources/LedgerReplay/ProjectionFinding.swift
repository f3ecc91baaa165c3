import LedgerCore

/// Something that is wrong with a projection's state or its commitments.
public struct ProjectionFinding: Hashable, Sendable, CustomStringConvertible {
    /// What was checked.
    public enum Check: String, Sendable {
        /// The file's own structure; nothing else is looked at where it is damaged.
        case pages
        /// Whether the state can be read and folded on.
        case state
        /// Whether the log has all that the state has seen.
        case witness
        /// The live state against a replay.
        case replay
        /// A commitment against a replay.
        case commitment
    }

    /// What was checked.
    public let check: Check
    /// The event concerned, where one is.
    public let position: Position?
    /// What is wrong, and what to do.
    public let problem: String

    /// A finding.
    public init(_ check: Check, _ position: Position?, _ problem: String) {
        self.check = check
        self.position = position
        self.problem = problem
    }

    /// What is wrong; the position stands in it.
    public var description: String { problem }
}
