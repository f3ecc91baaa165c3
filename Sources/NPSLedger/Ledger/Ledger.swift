import Crypto
import Foundation
import Glibc
import LMDB
import LedgerCore
import LedgerProof
import LedgerStore
import LedgerVault
import Synchronization

/// An open ledger: its log, and its vault once it is needed.
public final class Ledger: Sendable {
    /// Name and version of this software, as `ledger.opened` records it.
    public static let program = "npsledger 0.1.0"

    /// Where it lies.
    public let paths: LedgerPaths
    /// What it is.
    public let manifest: LedgerManifest
    /// The log.
    public let log: EventLog
    /// Wall-clock time.
    public let clock: @Sendable () -> Microseconds
    private let openedVault: Mutex<Vault?>
    let lazyEmbeddings = LazyEmbeddingCache()

    /// Opens the ledger at `paths`.
    ///
    /// - Parameter acceptsClock: records at the clock's time however far ahead of the last event it
    ///   is; see ``LedgerStore/ClockCheck``.
    ///
    /// The vault is opened when it is first needed, so that whoever has no master key can still
    /// ask for every number.
    public init(
        at paths: LedgerPaths, acceptsClock: Bool = false,
        clock: @escaping @Sendable () -> Microseconds = WallClock.now
    ) throws {
        manifest = try LedgerManifest(at: paths)
        self.paths = paths
        self.clock = clock
        do {
            log = try EventLog(
                path: paths.log, readsWhenUnwritable: true, acceptsClock: acceptsClock,
                clock: clock)
        } catch let error as LedgerError where error.code == .notALedger {
            throw Self.lostLog(at: paths, error)
        }
        openedVault = Mutex(nil)
        askForProof()
    }

    /// A ledger without its log is no mistyped path, and one that cannot be read is damaged.
    private static func lostLog(at paths: LedgerPaths, _ error: LedgerError) -> LedgerError {
        let file = paths.log + "/data.mdb"
        let attributes = try? FileManager.default.attributesOfItem(atPath: file)
        let state: String
        switch (attributes?[.size] as? NSNumber)?.intValue {
        case nil: state = "\(file) is missing"
        case 0: state = "\(file) is empty"
        default:
            return LedgerError(
                .corrupt,
                "the log of \(paths.directory) is damaged: \(error.message) Restore log and vault "
                    + "from one backup; keep these files")
        }
        return LedgerError(
            .notALedger,
            "\(state): \(paths.directory) has lost its log. Restore log and vault from one backup; "
                + "a new log beside the old vault would be another ledger")
    }

    /// What goes together is proven before anything is appended.
    private func askForProof() {
        log.admit { [weak self] in try self?.proveParts() }
    }

    private init(
        _ paths: LedgerPaths, _ manifest: LedgerManifest, _ log: EventLog, _ vault: Vault,
        _ clock: @escaping @Sendable () -> Microseconds
    ) {
        self.paths = paths
        self.manifest = manifest
        self.log = log
        self.clock = clock
        openedVault = Mutex(vault)
        askForProof()
    }

    /// Creates a ledger: directory, master key, vault, log with its first event.
    ///
    /// Where only the manifest is missing it is written again, and nothing else is changed.
    /// - Parameter bootstrap: what belongs to a complete ledger, such as its first model; the manifest
    ///   is written after it, so an interrupted creation is gone on with by creating again.
    /// - Throws: `LedgerError` with code `exists` where there is one already.
    public static func create(
        at paths: LedgerPaths, origin: String, actor: Actor, acceptsClock: Bool = false,
        clock: @escaping @Sendable () -> Microseconds = WallClock.now,
        bootstrap: (Ledger) throws -> Void = { _ in }
    ) throws -> Ledger {
        // Before there is a directory: what a wrong clock refuses must not be half a ledger.
        try ClockCheck.requireSet(clock())
        if !acceptsClock { try ClockCheck.check(clock(), after: 0) }
        guard isOrigin(origin) else {
            throw LedgerError(
                .invalidName,
                "“\(origin)” cannot name a ledger: a name has 1 to 200 characters, no spaces, no "
                    + "control characters and no “+”, such as ledger.example/nps")
        }
        try makeDirectory(paths)
        // An interrupted creation has made the vault first, left it unbound, and the log next.
        let hasLog = hasData(paths.log)
        if hasLog, !hasData(paths.vault) { throw loss(of: "vault", paths) }
        let vault = try Vault(
            path: paths.vault, master: try MasterKey(file: paths.masterKey), create: true)
        if try !hasLog && (vault.identity() != nil || vault.nextNumber() > 1) {
            vault.close()
            throw loss(of: "log", paths)
        }
        let log = try EventLog(
            path: paths.log, create: true, acceptsClock: acceptsClock, clock: clock)
        if try log.head().size == 0 {
            var batch = EventBatch()
            try batch.append(
                EventDraft(
                    LedgerOpened(origin: origin, program: program), occurredAt: clock(),
                    actor: actor),
                key: .ledgerOpening)
            _ = try log.append(batch)
        }
        let identity = try log.leafHash(at: 0).bytes
        let manifest = LedgerManifest(
            origin: origin,
            publicKey: vault.signingKey.publicKey.rawRepresentation.base64EncodedString(),
            identity: identity)
        let ledger = Ledger(paths, manifest, log, vault, clock)
        let opened = try ledger.opening()?.origin
        guard opened == origin else {
            throw LedgerError(
                .exists,
                "\(paths.directory) holds the ledger \(opened ?? "of another name")",
                remedy: .nameOriginOrNewDirectory)
        }
        if try vault.identity() == nil { try vault.bind(to: identity) }
        try ledger.proveParts()
        try bootstrap(ledger)
        try manifest.write(to: paths.manifest)
        return ledger
    }

    /// What is said where a part is to be made of which the other part shows that it was lost.
    private static func loss(of part: String, _ paths: LedgerPaths) -> LedgerError {
        LedgerError(
            .mismatch,
            "\(paths.directory) has lost its \(part): restore log and vault from one backup. Nothing "
                + "was written")
    }

    private static func hasData(_ part: String) -> Bool {
        var status = stat()
        return stat(part + "/data.mdb", &status) == 0 && status.st_size > 0
    }

    /// Makes the directory and the master key, unless an interrupted creation has.
    private static func makeDirectory(_ paths: LedgerPaths) throws {
        let files = FileManager.default
        var isDirectory: ObjCBool = false
        if files.fileExists(atPath: paths.directory, isDirectory: &isDirectory),
            !isDirectory.boolValue
        {
            throw LedgerError(
                .exists, "\(paths.directory) is a file", remedy: .nameNewDirectory)
        }
        if files.fileExists(atPath: paths.manifest) {
            throw LedgerError(.exists, "there is a ledger at \(paths.directory) already")
        }
        if let content = try? files.contentsOfDirectory(atPath: paths.directory),
            !content.allSatisfy({ Self.partNames.contains($0) })
        {
            throw LedgerError(
                .exists, "\(paths.directory) is not empty", remedy: .nameNewDirectory)
        }
        do {
            try files.createDirectory(
                atPath: paths.models, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            let code = (error as? CocoaError)?.code
            let isForbidden = code == .fileWriteNoPermission || code == .fileWriteVolumeReadOnly
            throw LedgerError(
                isForbidden ? .permission : .cannotCreate,
                "\(paths.directory) cannot be created: "
                    + (isForbidden ? "you may not write there" : "check the path"))
        }
        // A key that is there is used: an interrupted creation goes on where it stopped. A vault
        // that is there has a key, and a new one would not open it.
        if !files.fileExists(atPath: paths.masterKey),
            !files.fileExists(atPath: paths.vault + "/data.mdb")
        {
            try MasterKey().write(to: paths.masterKey)
        } else {
            try MasterKey.makeDurable(at: paths.masterKey)
        }
    }

    /// What may stand in a ledger's directory besides its manifest.
    private static let partNames: Set = ["log", "vault", "models", "projections", "embeddings"]

    /// What the first event says; nil where it is none of a ledger.
    public func opening() throws -> LedgerOpened? {
        try log.withEvent(0) { event in
            event.name == .ledgerOpened ? try LedgerOpened(event) : nil
        } ?? nil
    }

    /// A checkpoint's key name is the origin, so its rules are those of signed notes.
    private static func isOrigin(_ text: String) -> Bool {
        !text.isEmpty && text.count <= 200
            && text.unicodeScalars.allSatisfy {
                $0.value > 0x20 && !(0x7F...0x9F).contains($0.value) && $0 != "+"
                    && !$0.properties.isWhitespace
            }
    }

    /// The vault, opened with the master key at `paths.masterKey`.
    public func vault() throws -> Vault {
        try openedVault.withLock { opened in
            if let opened { return opened }
            let master = try MasterKey(file: paths.masterKey)
            let file = paths.vault + "/data.mdb"
            if case .hidden(let number) = PathState(file) {
                throw VaultError(
                    number == EACCES ? .permission : .storage,
                    "\(file) cannot be looked at (\(String(cString: strerror(number))))")
            }
            if case .missing = PathState(file) {
                throw VaultError(
                    .notAVault,
                    "the vault \(paths.vault) is missing: numbers can be asked for, what is sealed "
                        + "stays sealed, and nothing can be added. Restore it from the backup that "
                        + "the log is from")
            }
            let vault = try Vault(path: paths.vault, master: master, readsWhenUnwritable: true)
            opened = vault
            return vault
        }
    }

    /// What was sealed beside the entry at `position`; nil where nothing was, or it was erased.
    ///
    /// - Throws: `LedgerError` with code `corrupt` where the sealed bytes are not those that the
    ///   entry commits to.
    public func personalData(at position: Position) throws -> PersonalData? {
        try subjectData(at: position)?.data
    }

    /// The same, with the subject under whose key it is sealed.
    func subjectData(at position: Position) throws -> (subject: UInt64, data: PersonalData)? {
        guard let sealed = try log.sealed(position) else { return nil }
        let digest = SHA256.hash(data: sealed.bytes)
        let matches = try log.withEvent(position) { event in
            event.sealedCommitment.map { digest.elementsEqual($0) } ?? false
        }
        guard matches == true else {
            throw LedgerError(
                .corrupt,
                "the sealed part of position \(position) is not what its entry commits to",
                remedy: .verify)
        }
        return try vault().open(sealed).map { (sealed.subject, $0) }
    }

    /// Closes log, vault and cache.
    public func close() {
        lazyEmbeddings.close()
        log.close()
        openedVault.withLock { vault in
            vault?.close()
            vault = nil
        }
    }
}

/// The system's wall clock.
public enum WallClock {
    /// Microseconds since 1970.
    ///
    /// A clock that says more than a number holds (it does from the year 294,247 on) gives the
    /// largest: the log refuses every time beyond the year 9999, and says so.
    @Sendable public static func now() -> Microseconds {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return microseconds(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
    }

    static func microseconds(seconds: Int, nanoseconds: Int) -> Microseconds {
        let (whole, isBeyond) = Microseconds(seconds).multipliedReportingOverflow(by: 1_000_000)
        let (sum, isBeyondStill) = whole.addingReportingOverflow(Microseconds(nanoseconds) / 1_000)
        guard isBeyond || isBeyondStill else { return sum }
        return seconds < 0 ? .min : .max
    }
}
