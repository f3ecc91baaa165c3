import LMDB
import LedgerCore

/// A failure of the ledger: what failed, where, and what to do next.
public struct LedgerError: Error, Sendable, CustomStringConvertible {
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

    static func notALedger(_ path: String, _ why: String) -> LedgerError {
        LedgerError(
            .notALedger,
            "\(path) is not a ledger: \(why). "
                + "Name the ledger with --ledger, or create one with `npsledger init`.")
    }

    static func corrupt(_ what: String) -> LedgerError {
        LedgerError(.corrupt, "\(what). Run `npsledger verify` and restore from a backup.")
    }

    /// Puts a storage error in the ledger's terms.
    public init(_ error: LMDBError) {
        switch error.code {
        case .permissionDenied, .readOnlyFileSystem: self.init(.permission, error.description)
        case .snapshotLost: self.init(.snapshotLost, error.description)
        case .diskFull: self.init(.diskFull, error.description)
        case .corrupted, .pageNotFound: self.init(.corrupt, error.description)
        case .invalidFile, .noSuchFile, .kindMismatch:
            self.init(.notALedger, error.description)
        case .lockHeld: self.init(.lockHeld, error.description)
        case .writerBusy, .lockReplaced: self.init(.busy, error.description)
        case .versionMismatch: self.init(.newerFormat, error.description)
        default: self.init(.storage, error.description)
        }
    }
}
