import CLMDB
import Glibc

/// A failure of the store: what failed, in which environment, and what to do next.
public struct LMDBError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is; stable, to be compared by callers.
    public let code: Code
    /// The status LMDB answered with: negative for LMDB's own, positive for an `errno`.
    public let status: Int32
    /// What was being done, for example `put` or `commit`.
    public let operation: String
    /// The environment's directory, or the file that was at fault.
    public let path: String

    /// What happened, without where, the code, and what to do.
    package let detail: String

    /// Describes a failure.
    ///
    /// `detail` replaces the text LMDB or the C library has for `status`.
    public init(
        code: Code, status: Int32, operation: String, path: String, detail: String? = nil
    ) {
        self.code = code
        self.status = status
        self.operation = operation
        self.path = path
        self.detail = detail ?? Self.text(of: status)
    }

    init(status: Int32, operation: String, path: String, detail: String? = nil) {
        self.init(
            code: Code(status: status), status: status, operation: operation, path: path,
            detail: detail)
    }

    /// One sentence on what failed where, and one on what to do about it.
    public var description: String {
        let failure = "\(operation) failed in \(path): \(detail) (\(code.rawValue), \(status))."
        guard let advice = code.advice else { return failure }
        return "\(failure) \(advice)"
    }

    /// Whether it says that something cannot be written, which can be read all the same.
    public var isRefusal: Bool {
        [.permissionDenied, .readOnlyFileSystem, .diskFull, .writerBusy, .lockReplaced].contains(
            code)
    }

    /// The kind of a failure; open, so that a new one breaks no caller.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The stable name, in camel case.
        public let rawValue: String

        /// Names a kind of failure.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }
    }
}

extension LMDBError.Code {
    /// The key is absent where it must be present.
    public static let notFound = Self(rawValue: "notFound")
    /// The map has reached the largest size the configuration allows.
    public static let mapFull = Self(rawValue: "mapFull")
    /// Another process grew the map and this one could not follow.
    public static let mapResized = Self(rawValue: "mapResized")
    /// The data file contradicts itself or has lost pages.
    public static let corrupted = Self(rawValue: "corrupted")
    /// A page the tree points to is not there.
    public static let pageNotFound = Self(rawValue: "pageNotFound")
    /// The file is not an LMDB file.
    public static let invalidFile = Self(rawValue: "invalidFile")
    /// The file was written by another format version of LMDB.
    public static let versionMismatch = Self(rawValue: "versionMismatch")
    /// Every reader slot is taken.
    public static let readersFull = Self(rawValue: "readersFull")
    /// The file system refuses access, or the environment was opened read only.
    public static let permissionDenied = Self(rawValue: "permissionDenied")
    /// The file system is mounted read only.
    public static let readOnlyFileSystem = Self(rawValue: "readOnlyFileSystem")
    /// Somebody wrote over pages of a snapshot that was read without a reader's slot; what was read
    /// may be anything.
    public static let snapshotLost = Self(rawValue: "snapshotLost")
    /// The device takes no more bytes: full, or over quota.
    public static let diskFull = Self(rawValue: "diskFull")
    /// The device failed.
    public static let inputOutput = Self(rawValue: "inputOutput")
    /// Somebody else, or this thread, already holds what was asked for.
    public static let lockHeld = Self(rawValue: "lockHeld")
    /// Another process has been writing for longer than this one waits.
    public static let writerBusy = Self(rawValue: "writerBusy")
    /// The lock file was taken away or replaced while it was in use, so that writers and readers no
    /// longer know of each other.
    public static let lockReplaced = Self(rawValue: "lockReplaced")
    /// The directory or file does not exist.
    public static let noSuchFile = Self(rawValue: "noSuchFile")
    /// The key exists, or an appended key is not above the last one.
    public static let keyExists = Self(rawValue: "keyExists")
    /// A key is empty or longer than 511 bytes, or a value is 4 GiB or longer.
    public static let badValueSize = Self(rawValue: "badValueSize")
    /// LMDB gave the environment up after a failed meta page write, and reopening failed too.
    public static let panic = Self(rawValue: "panic")
    /// The environment was closed.
    public static let closed = Self(rawValue: "closed")
    /// The database exists with the other kind of keys.
    public static let kindMismatch = Self(rawValue: "kindMismatch")
    /// More databases were asked for than the configuration allows.
    public static let databasesFull = Self(rawValue: "databasesFull")
    /// One transaction touched more pages than LMDB can hold.
    public static let transactionFull = Self(rawValue: "transactionFull")
    /// A copy was asked for where a data file already is.
    public static let fileExists = Self(rawValue: "fileExists")
    /// Descriptor 0, 1 or 2 is closed, so that a file of the store could become a standard stream.
    public static let standardStreamClosed = Self(rawValue: "standardStreamClosed")
    /// Anything else; `status` says what.
    public static let other = Self(rawValue: "other")

    init(status: Int32) {
        switch status {
        case MDB_NOTFOUND: self = .notFound
        case MDB_MAP_FULL: self = .mapFull
        case MDB_MAP_RESIZED: self = .mapResized
        case MDB_CORRUPTED: self = .corrupted
        case MDB_PAGE_NOTFOUND: self = .pageNotFound
        case MDB_INVALID, ENOTDIR: self = .invalidFile
        case MDB_VERSION_MISMATCH: self = .versionMismatch
        case MDB_READERS_FULL: self = .readersFull
        case MDB_KEYEXIST: self = .keyExists
        case MDB_BAD_VALSIZE: self = .badValueSize
        case MDB_PANIC: self = .panic
        case MDB_INCOMPATIBLE: self = .kindMismatch
        case MDB_DBS_FULL: self = .databasesFull
        case MDB_TXN_FULL: self = .transactionFull
        case EACCES, EPERM: self = .permissionDenied
        case EROFS: self = .readOnlyFileSystem
        case ENOSPC, EDQUOT: self = .diskFull
        case EIO: self = .inputOutput
        case EAGAIN, EBUSY, EDEADLK: self = .lockHeld
        case ENOENT: self = .noSuchFile
        case EEXIST: self = .fileExists
        case EBADF: self = .closed
        default: self = .other
        }
    }

    /// What somebody who sees the failure can do, where there is something to say.
    var advice: String? {
        switch self {
        case .mapFull: "Raise mapSizeMaxBytes, or remove data."
        case .mapResized: "End this process's open transactions and try again."
        case .corrupted, .pageNotFound: "Stop writing, keep the files, restore a backup."
        case .invalidFile: "Check the path; the directory must hold LMDB's data.mdb."
        case .versionMismatch: "Export with the LMDB version that wrote it, then import."
        case .readersFull: "End idle readers, reap dead ones, or raise maxReaders."
        case .permissionDenied: "Check owner and mode of the directory and its files."
        case .readOnlyFileSystem: "It can be read; to write, mount the file system writable."
        case .snapshotLost: "Ask again, or ask a copy, or where lock.mdb may be written."
        case .diskFull: "Free space, then write again."
        case .inputOutput: "Check the device; what was committed before is still readable."
        case .lockHeld: "Use the one that is open, or wait for it to end."
        case .writerBusy:
            "Wait for it, or end it where it hangs: `fuser -v` on data.mdb says which it is."
        case .lockReplaced:
            "Nothing of this commit was written. End every process that has it open, then try again."
        case .noSuchFile: "Check the path, or open it writable so that it is created."
        case .keyExists: "Append only above the last key."
        case .badValueSize: "Keep keys within 1 to 511 bytes and values below 4 GiB."
        case .panic: "Close and reopen the environment once the device is well."
        case .databasesFull: "Raise maxDatabases."
        case .transactionFull: "Split the work over several transactions."
        case .fileExists: "Copy into an empty directory."
        case .standardStreamClosed:
            "Start the process with standard input, output and error open, if need be on /dev/null."
        default: nil
        }
    }
}

extension LMDBError {
    static func text(of status: Int32) -> String {
        guard let text = unsafe mdb_strerror(status) else { return "unknown failure" }
        return unsafe String(cString: text)
    }
}
