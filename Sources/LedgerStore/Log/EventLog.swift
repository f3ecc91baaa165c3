import LMDB
import LedgerCore
import LedgerProof
import Synchronization

/// The append-only log of a ledger: one LMDB environment with entries, tree and indexes.
///
/// Appends from many callers share a transaction and a sync. Reads see a snapshot and never wait.
/// Other processes may read and write the same log at the same time.
public final class EventLog: Sendable {
    /// Address space set aside at first; the map grows from here.
    public static let mapSizeInitialBytes = 1 << 32

    let environment: Environment
    let schema: LogSchema
    let writer: LogWriter
    /// Why nothing can be appended; nil where it can.
    public var readOnlyReason: String? {
        refusal?.description ?? (isReadOnly ? "it was opened for reading" : nil)
    }
    private let refusal: LMDBError?
    private let isReadOnly: Bool
    private let admission: Admission

    /// What has to be proven before the first append of this process.
    private final class Admission: Sendable {
        private enum State {
            case asked(@Sendable () throws -> Void)
            case given
        }
        private let state = Mutex(State.given)

        func ask(_ proof: @escaping @Sendable () throws -> Void) {
            state.withLock { $0 = .asked(proof) }
        }

        /// Proves it; what failed is proven again the next time, for it may have been mended.
        func require() throws {
            guard case .asked(let proof) = state.withLock({ $0 }) else { return }
            try proof()
            state.withLock { $0 = .given }
        }
    }

    /// Opens the log in `path`.
    ///
    /// - Parameters:
    ///   - create: makes an empty log where there is none.
    ///   - readsWhenUnwritable: whether to open it for reading where it cannot be written, as
    ///     `readOnlyReason` then says.
    ///   - mapSizeBytes: address space at first; small only where growth itself is tried.
    ///   - acceptsClock: records at the clock's time however far ahead of the last event it is.
    ///   - clock: wall-clock time in microseconds; injected so that tests can turn it.
    public init(
        path: String, create: Bool = false, readOnly: Bool = false,
        readsWhenUnwritable: Bool = false,
        mapSizeBytes: Int = EventLog.mapSizeInitialBytes, acceptsClock: Bool = false,
        clock: @escaping @Sendable () -> Microseconds
    ) throws {
        var configuration = Environment.Configuration()
        configuration.mapSizeBytes = mapSizeBytes
        configuration.createsDirectory = create
        configuration.readOnly = readOnly
        do {
            if !create && !readOnly { try Self.requireLog(path) }
            let (environment, refusal) = try Environment.open(
                path: path, configuration: configuration, readsWhenUnwritable: readsWhenUnwritable)
            try Self.checkFormat(environment, create: create)
            let schema = try LogSchema(environment)
            self.environment = environment
            self.schema = schema
            self.refusal = refusal
            isReadOnly = readOnly
            admission = Admission()
            writer = LogWriter(environment, schema, acceptsClock: acceptsClock, clock)
        } catch let error as LMDBError {
            throw LedgerError(error)
        }
    }

    /// Looks at the directory without writing: opening it for writing would leave files and tables
    /// in what is not a log.
    private static func requireLog(_ path: String) throws {
        var configuration = Environment.Configuration()
        configuration.readOnly = true
        let environment = try Environment(path: path, configuration: configuration)
        defer { environment.close() }
        try checkFormat(environment, create: false)
    }

    private static func checkFormat(_ environment: Environment, create: Bool) throws {
        guard let meta = try environment.database("meta", .bytes) else {
            throw LedgerError.notALedger(environment.path, "it has no table “meta”")
        }
        let stored = try environment.read { try LogSchema.format(meta, $0) }
        if let stored {
            guard (LogSchema.formatOldest...LogSchema.formatVersion).contains(stored) else {
                throw LedgerError(
                    .newerFormat,
                    "\(environment.path) has log format \(stored), this program knows "
                        + "\(LogSchema.formatOldest) to \(LogSchema.formatVersion). Update npsledger."
                )
            }
        } else if create {
            try environment.write { try LogSchema.putFormat(meta, $0) }
        } else {
            throw LedgerError.notALedger(environment.path, "the log has no format record")
        }
    }

    /// Asks for a proof before the first append from here on. What it throws is thrown by the
    /// append, and nothing is appended.
    public func admit(after proof: @escaping @Sendable () throws -> Void) { admission.ask(proof) }

    private func requireWritable() throws {
        if let readOnlyReason {
            throw LedgerError(
                refusal.map { LedgerError($0).code } ?? .permission,
                "\(environment.path) can only be read here: \(readOnlyReason)")
        }
        try admission.require()
    }

    /// Runs `body` in a read transaction, with storage errors in the ledger's terms.
    func read<R>(_ body: (borrowing ReadTransaction) throws -> R) throws -> R {
        do {
            return try environment.read(body)
        } catch let error as LMDBError {
            throw LedgerError(error)
        }
    }

    /// Size, last recorded-at and tree edge as they are now.
    public func head() throws -> LogHead {
        try read { try schema.head($0) }
    }

    /// Appends a batch and waits until it is durable.
    ///
    /// Callers on several threads share transactions: one of them writes for all that wait. Inside a
    /// read of this log it throws `lockHeld`.
    @available(*, noasync, message: "it waits for the disk; use the async overload")
    public func append(_ batch: EventBatch) throws -> [AppendOutcome] {
        try requireWritable()
        guard !environment.isInsideTransaction else {
            throw LedgerError(
                .lockHeld,
                "an append inside a read of the same log would wait for the read to end: append after "
                    + "it")
        }
        return try writer.append(batch)
    }

    /// Appends a batch and suspends until it is durable; many callers share one commit.
    public func append(_ batch: EventBatch) async throws -> [AppendOutcome] {
        try await withCheckedThrowingContinuation { continuation in
            submit(batch) { continuation.resume(with: $0) }
        }
    }

    /// Hands a batch to the writer's thread and returns. For pipelines that prepare the next batch
    /// meanwhile.
    ///
    /// - Parameter completion: called once the batch is durable or has failed, on the thread that
    ///   wrote it; it may append, but what it does keeps that thread from writing.
    public func submit(
        _ batch: EventBatch,
        completion: @escaping @Sendable (Result<[AppendOutcome], any Error>) -> Void
    ) {
        do {
            try requireWritable()
        } catch {
            completion(.failure(error))
            return
        }
        writer.submit(batch, completion)
    }

    /// Bytes of the log's file that are in use.
    public var usedBytes: Int { environment.statistics.usedBytes }

    /// Ends the writer's thread and closes the environment.
    public func close() {
        writer.stop()
        environment.close()
    }

    deinit {
        // Only asked to end: this may be the writer's own thread.
        writer.retire()
    }
}
