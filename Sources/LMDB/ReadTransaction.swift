/// A snapshot of an environment: it sees what was committed when it began, and nothing later.
///
/// It pins the pages it can see, so that the file grows while it stays open: keep it short.
public struct ReadTransaction: ~Copyable, ReadableTransaction {
    /// What the transaction stands on.
    public let handle: TransactionHandle

    // Not inlined: Swift 6.3 crashes when it optimises the making of a struct that cannot be
    // copied from a reference that its caller keeps.
    @inline(never)
    init(handle: consuming TransactionHandle) {
        self.handle = handle
    }
}
