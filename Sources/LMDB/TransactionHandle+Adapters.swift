extension ReadTransaction {
    /// The transaction again, for an adapter that cannot hold it because it cannot be copied.
    ///
    /// Unsafe: the handle must come from a transaction whose closure has not returned.
    public init(unsafeReusing handle: TransactionHandle) { self.init(handle: handle) }
}

extension WriteTransaction {
    /// The transaction again, for an adapter that cannot hold it because it cannot be copied.
    ///
    /// Unsafe: the handle must come from a write transaction whose closure has not returned.
    public init(unsafeReusing handle: TransactionHandle) { self.init(handle: handle) }
}
