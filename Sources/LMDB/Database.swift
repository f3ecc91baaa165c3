/// One named table of an environment: a number for LMDB, with the kind of its keys.
///
/// Valid for the life of the `Environment` that returned it, and only with its transactions.
public struct Database: Sendable, Hashable {
    /// How the keys of a database look and sort.
    public enum Kind: Sendable, Hashable {
        /// `UInt64`, sorted by value (MDB_INTEGERKEY); stored in the machine's byte order.
        case integerKeys
        /// 1 to 511 bytes, sorted as unsigned bytes, a prefix before what it begins.
        case bytes
    }

    /// The name it was opened under.
    public let name: String
    /// The kind of its keys.
    public let kind: Kind

    @usableFromInline let identifier: UInt32
}
