/// A transaction that can be read from: what `ReadTransaction` and `WriteTransaction` share.
///
/// Both are bound to the closure they are handed to. A function that reads from either takes
/// `borrowing some ReadableTransaction & ~Copyable`.
public protocol ReadableTransaction: ~Copyable {
    /// What the transaction stands on.
    var handle: TransactionHandle { get }
}
