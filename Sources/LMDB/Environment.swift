import CLMDB
import Glibc
import Synchronization

/// An LMDB environment: one directory with one data file, open once in this process.
///
/// Other processes may have it open too. Readers see snapshots and never wait for the writer;
/// there is one writer at a time among all processes.
public final class Environment: Sendable {
    /// The directory.
    public let path: String
    /// How it was opened.
    public let configuration: Configuration

    let gate = TransactionGate()
    let opened: OpenedEnvironment
    let databases = Mutex<[String: Database]>([:])
    /// Held while a database is opened: LMDB forbids two transactions that do.
    let opening = Mutex<Void>(())
    private let identity: OpenDirectories.Identity

    /// Opens the environment in a directory, making both where the configuration says so.
    ///
    /// Dead readers are reaped. Errors: `standardStreamClosed`, before anything is opened, while
    /// descriptor 0, 1 or 2 is closed; `lockHeld` when this process has it open already;
    /// `noSuchFile`, `permissionDenied`, `diskFull`, `invalidFile` for a file that is not
    /// LMDB's, `corrupted` for one that has lost pages, `versionMismatch`.
    public init(path: String, configuration: Configuration = Configuration()) throws(LMDBError) {
        if configuration.createsDirectory && !configuration.readOnly {
            try DataDirectory.create(path, mode: configuration.directoryMode)
        }
        let identity = try OpenDirectories.claim(path)
        do throws(LMDBError) {
            opened = try OpenedEnvironment(path: path, configuration: configuration)
        } catch {
            OpenDirectories.release(identity)
            throw error
        }
        self.path = path
        self.configuration = configuration
        self.identity = identity
        // Not worth failing an open for: a slot that cannot be reaped now is reaped later.
        _ = try? reapDeadReaders()
    }

    deinit {
        close()
    }

    /// Ends the use of the environment, once every open transaction has ended.
    ///
    /// Whatever comes later throws `closed`. Closing twice does nothing. Never call it inside a
    /// transaction.
    public func close() {
        switch gate.enterExclusive() {
        case .closed: return
        case .nested: preconditionFailure("close() inside a transaction of the environment")
        case .admitted: break
        }
        for reader in gate.takeIdleReaders() { unsafe mdb_txn_abort(reader.transaction) }
        opened.close()
        OpenDirectories.release(identity)
        gate.leaveExclusive(closing: true)
    }

    func failure(
        _ status: Int32, _ operation: StaticString, detail: String? = nil
    ) -> LMDBError {
        LMDBError(status: status, operation: "\(operation)", path: path, detail: detail)
    }

    func closedFailure(_ operation: StaticString) -> LMDBError {
        failure(EBADF, operation, detail: "the environment is closed")
    }
}
