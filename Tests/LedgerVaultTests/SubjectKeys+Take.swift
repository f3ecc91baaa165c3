import Crypto
import LedgerVault

extension SubjectKeys {
    struct UsedUp: Error {}

    /// The next number and key, which must be there.
    mutating func take() throws -> (subject: UInt64, key: SymmetricKey) {
        guard let next = next() else { throw UsedUp() }
        return next
    }
}
