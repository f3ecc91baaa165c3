import Crypto
import LedgerCore

/// Fresh subject numbers with their keys, reserved from the vault and used one after another.
///
/// A number that is reserved and never used is skipped; numbers mean nothing but themselves.
public struct SubjectKeys: Sendable {
    /// The numbers that are left.
    public private(set) var range: Range<UInt64>
    private let first: UInt64
    private let keys: [SymmetricKey]

    init(first: UInt64, keys: [SymmetricKey]) {
        self.first = first
        self.keys = keys
        range = first..<(first + UInt64(keys.count))
    }

    /// The next number and its key, or nil when all are used.
    public mutating func next() -> (subject: UInt64, key: SymmetricKey)? {
        guard let subject = range.first else { return nil }
        range = (subject + 1)..<range.upperBound
        return (subject, keys[Int(subject - first)])
    }
}
