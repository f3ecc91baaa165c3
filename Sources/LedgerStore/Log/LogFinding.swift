import LedgerCore

/// Something that is wrong with a log, and where.
public struct LogFinding: Hashable, Sendable, CustomStringConvertible {
    /// What was checked.
    public enum Check: String, Sendable {
        /// The file's own structure; nothing else is looked at where it is damaged.
        case pages
        /// Entries: gapless, well-formed, known.
        case entries
        /// Times never go backwards.
        case time
        /// Leaf hashes, tree nodes, root.
        case tree
        /// Sealed parts and their commitments.
        case sealed
        /// Idempotency keys and subjects.
        case keys
        /// The type index.
        case types
    }

    /// What was checked.
    public let check: Check
    /// The position concerned, where one is.
    public let position: Position?
    /// What is wrong.
    public let problem: String

    /// A finding.
    public init(_ check: Check, _ position: Position?, _ problem: String) {
        self.check = check
        self.position = position
        self.problem = problem
    }

    /// Position and problem.
    public var description: String {
        position.map { "position \($0): \(problem)" } ?? problem
    }
}
