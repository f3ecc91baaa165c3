import LedgerCore

/// What whoever has a model read, or count, should know beside the answer.
public enum ModelNotice: Hashable, Sendable {
    /// A version has read so many texts before it counts; what it read is recorded.
    case readBefore(ModelVersion, texts: Int)
    /// A version has read so many texts that came in while it was made to count.
    case readAfterwards(ModelVersion, texts: Int)
    /// What came in while a version was made to count is not read yet; the act counts.
    case notReadYet(reason: String)
    /// An act is recorded and counts, but what came of it cannot be told.
    case effectUnknown(position: Position, reason: String)
    /// So many events came in after a gate was measured; none is one that it depends on.
    case eventsAfterGate(Position, from: Position)
    /// A version that shadows is left out: what counts goes on.
    case shadowUnusable(ModelVersion, readsShare: Bool, reason: String)
    /// What a shadow missed of its share of an import stays unread.
    case shadowShareMissed(ModelVersion, reason: String)
    /// A version shadows from a position on, although it could not read all there is.
    case shadowsAllTheSame(ModelVersion, from: Position)
    /// A version outside this process is asked nothing before the policy allows it.
    case notAllowed(ModelVersion)
}

/// What whoever takes files in should know beside the answer.
public enum ImportNotice: Hashable, Sendable {
    /// Rows have no id of the source: they are told apart by what is taken in, by their number and
    /// by their content.
    case rowsWithoutID
    /// An import stopped after so many rows; what was recorded stays.
    case stopped(rows: Int)
    /// E-mail addresses are recorded in clear, or would be: how many by column.
    case addressesInClear(byColumn: [String: Int], isDryRun: Bool)
    /// The name of the source holds an e-mail address, which is recorded in clear.
    case sourceIsAddress
}

/// What whoever makes a ledger should know beside the answer.
public enum BootstrapNotice: Hashable, Sendable {
    /// The manifest was written again; what stood in it alone is lost.
    case manifestWrittenAgain
    /// The master key lies in the ledger's own directory.
    case keyWithinLedger
}
