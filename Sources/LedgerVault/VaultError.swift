import LMDB

/// A failure of the vault: what failed, where, and what to do next.
public struct VaultError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stable code; more may be added.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The code's text.
        public let rawValue: String
        /// A code.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// There is no master key where one was looked for.
        public static let keyMissing = Code(rawValue: "key-missing")
        /// The master key's file cannot be used.
        public static let keyUnreadable = Code(rawValue: "key-unreadable")
        /// The master key is not this vault's.
        public static let wrongKey = Code(rawValue: "wrong-key")
        /// Keys of subjects are lost or damaged, or were never made by this vault.
        public static let keysDamaged = Code(rawValue: "keys-damaged")
        /// The vault belongs to another ledger.
        public static let foreign = Code(rawValue: "foreign")
        /// Another process writes, and has for longer than is waited for; ask again.
        public static let busy = Code(rawValue: "busy")
        /// Somebody wrote over what was being read; ask again.
        public static let snapshotLost = Code(rawValue: "snapshot-lost")
        /// Encryption or decryption failed.
        public static let sealing = Code(rawValue: "sealing")
        /// The directory holds no vault.
        public static let notAVault = Code(rawValue: "not-a-vault")
        /// The file system refused.
        public static let permission = Code(rawValue: "permission")
        /// The device is full.
        public static let diskFull = Code(rawValue: "disk-full")
        /// The storage layer failed.
        public static let storage = Code(rawValue: "storage")
        /// What is stored contradicts itself.
        public static let corrupt = Code(rawValue: "corrupt")
    }

    /// What kind of failure.
    public let code: Code
    /// What failed, where, and what to do next.
    public let message: String

    /// A failure.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Puts a storage error in the vault's terms.
    init(_ error: LMDBError) {
        let code: Code =
            switch error.code {
            case .permissionDenied, .readOnlyFileSystem: .permission
            case .snapshotLost: .snapshotLost
            case .writerBusy, .lockReplaced: .busy
            case .diskFull: .diskFull
            case .corrupted, .pageNotFound, .versionMismatch: .corrupt
            case .invalidFile, .noSuchFile, .kindMismatch: .notAVault
            default: .storage
            }
        self.init(code, error.description)
    }

    /// The message.
    public var description: String { message }
}
