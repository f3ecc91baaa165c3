import CLMDB

/// The one transaction that may change an environment; all of it is committed, or none.
///
/// It sees its own changes. It belongs to the thread that began it.
public struct WriteTransaction: ~Copyable, ReadableTransaction {
    /// What the transaction stands on.
    public let handle: TransactionHandle
}
