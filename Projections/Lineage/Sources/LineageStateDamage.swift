import LedgerCore

/// The lineage state holds bytes that the fold never writes.
public struct LineageStateDamage: StateDamage, Hashable {
    /// The response whose links were read.
    public let response: Position
    /// What is wrong.
    public let reason: String

    /// What is wrong and what to do.
    public var description: String {
        "the lineage of response \(response) is damaged (\(reason)): rebuild the projection "
            + "“lineage”; the log is not concerned"
    }
}
