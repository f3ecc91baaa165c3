/// A failure of the ledger: what failed, where, and what to do next.
public struct LedgerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stable code; more may be added.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The code's text.
        public let rawValue: String
        /// A code.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The directory is not a ledger.
        public static let notALedger = Code(rawValue: "not-a-ledger")
        /// There is already a ledger.
        public static let exists = Code(rawValue: "exists")
        /// Written by a newer program.
        public static let newerFormat = Code(rawValue: "newer-format")
        /// What is stored contradicts itself.
        public static let corrupt = Code(rawValue: "corrupt")
        /// The key of the vault is missing or another ledger's.
        public static let key = Code(rawValue: "key")
        /// The storage layer failed.
        public static let storage = Code(rawValue: "storage")
        /// The file system refused.
        public static let permission = Code(rawValue: "permission")
        /// The device is full.
        public static let diskFull = Code(rawValue: "disk-full")
        /// Somebody else, or this process, holds what was asked for.
        public static let lockHeld = Code(rawValue: "lock-held")
        /// Another process writes, and has for longer than is waited for; ask again.
        public static let busy = Code(rawValue: "busy")
        /// Somebody wrote over what was being read; ask again.
        public static let snapshotLost = Code(rawValue: "snapshot-lost")
        /// What was asked for does not exist.
        public static let notFound = Code(rawValue: "not-found")
        /// The request contradicts the ledger's state.
        public static let refused = Code(rawValue: "refused")
        /// The request contradicts itself, whatever the ledger holds.
        public static let invalid = Code(rawValue: "invalid")
        /// A fault of this program.
        public static let `internal` = Code(rawValue: "internal")
        /// What was decided on changed before the decision could be recorded; the message says who
        /// changed it.
        public static let overtaken = Code(rawValue: "overtaken")
        /// The clock is so far ahead of the last event that it is probably wrong.
        public static let clock = Code(rawValue: "clock")
        /// A model's program was not approved on this machine.
        public static let notApproved = Code(rawValue: "not-approved")
        /// Log, vault, manifest and key do not belong together.
        public static let mismatch = Code(rawValue: "mismatch")
        /// The ledger's directory cannot be made.
        public static let cannotCreate = Code(rawValue: "cannot-create")
        /// What was given cannot name a ledger.
        public static let invalidName = Code(rawValue: "invalid-name")
    }

    /// What kind of failure.
    public let code: Code
    /// What failed, and where.
    public let message: String
    /// What would help, where a front has to word it.
    public let remedy: Remedy?

    /// A failure.
    public init(_ code: Code, _ message: String, remedy: Remedy? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    /// The message.
    public var description: String { message }
}
