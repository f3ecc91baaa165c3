import LedgerCore
import LedgerStore

/// A version that reads along without counting, ready to read.
public struct ShadowReader: Sendable {
    /// The version.
    public let version: ModelVersion
    /// What reads.
    public let reader: ModelReader
    /// Of what comes in, the share it reads, in basis points; nil for all of it.
    public let share: UInt16?

    /// A shadow.
    public init(version: ModelVersion, reader: ModelReader, share: UInt16? = nil) {
        self.version = version
        self.reader = reader
        self.share = share
    }

    /// Whether it reads a response: as good as drawn by lot, another lot for each version, and the
    /// same whenever a response comes again.
    func takes(_ response: IdempotencyKey) -> Bool {
        guard let share else { return true }
        // The key is a hash already; the multiplication (splitmix64) keeps two versions apart.
        var lot = response.hash.low ^ UInt64(version) &* 0x9E37_79B9_7F4A_7C15
        lot = (lot ^ (lot >> 30)) &* 0xBF58_476D_1CE4_E5B9
        lot = (lot ^ (lot >> 27)) &* 0x94D0_49BB_1331_11EB
        return (lot ^ (lot >> 31)) % 10_000 < UInt64(share)
    }
}
