/// The one transaction that may change an environment; all of it is committed, or none.
///
/// It sees its own changes. It belongs to the thread that began it.
public struct WriteTransaction: ~Copyable, ReadableTransaction {
    /// What the transaction stands on.
    public let handle: TransactionHandle

    // Not inlined: Swift 6.3 crashes when it optimises the making of a struct that cannot be
    // copied from a reference that its caller keeps.
    @inline(never)
    init(handle: consuming TransactionHandle) {
        self.handle = handle
    }
}
