/// A snapshot of an environment: it sees what was committed when it began, and nothing later.
///
/// It pins the pages it can see, so that the file grows while it stays open: keep it short.
public struct ReadTransaction: ~Copyable, ReadableTransaction {
    /// What the transaction stands on.
    public let handle: TransactionHandle
}
