import LedgerCore

/// Something that is wrong with a ledger: what, where, since when, what it touches, what to do.
public struct VerificationFinding: Sendable {
    /// The part that is wrong: `log`, `vault`, `manifest`, `models`, or a projection's id.
    public var part: String
    /// What was checked: a case of `LogFinding.Check` or `ProjectionFinding.Check`, or the part.
    public var check: String
    /// The position concerned, where one is.
    public var position: Position?
    /// When the entry there was recorded: since then what is wrong may have been believed. Nil where
    /// that cannot be told.
    public var since: Microseconds?
    /// What is wrong.
    public var problem: String
    /// What answers depend on it.
    public var affects: String
    /// What to do.
    public var remedy: String

    /// A finding.
    public init(
        part: String, check: String, position: Position? = nil, since: Microseconds? = nil,
        problem: String, affects: String, remedy: String
    ) {
        self.part = part
        self.check = check
        self.position = position
        self.since = since
        self.problem = problem
        self.affects = affects
        self.remedy = remedy
    }
}
