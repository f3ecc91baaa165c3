import LedgerCore

/// Who is told what happens while a ledger is asked or acted upon: a terminal, a log, nobody.
public protocol LedgerObserver: Sendable {
    /// Something that whoever asked should know, beside the answer.
    func notice(_ notice: Notice)
    /// A work begins that may take long.
    func begin(_ work: Work) -> any WorkProgress
}

/// Takes how far a work has come.
public protocol WorkProgress: Sendable {
    /// So much is done, of so much where that is known.
    func update(done: Int, total: Int?)
    /// The work is over, whichever way it ended.
    func finish()
}

extension WorkProgress {
    package func update(done: Position, total: Position) {
        update(done: Int(clamping: done), total: Int(clamping: total))
    }
}

/// Tells nobody.
public struct SilentObserver: LedgerObserver {
    /// An observer that tells nobody.
    public init() {}
    /// Passed over.
    public func notice(_ notice: Notice) {}
    /// Watched by nobody.
    public func begin(_ work: Work) -> any WorkProgress { Unwatched() }

    private struct Unwatched: WorkProgress {
        func update(done: Int, total: Int?) {}
        func finish() {}
    }
}
