import Crypto
import Encoders
import Glibc
import LMDB
import LedgerCore
import LedgerStore
import LedgerVault
import Synchronization

/// The embeddings of a ledger's texts, kept so that another model on the same encoder runs none.
///
/// Sealed under the key of the subject whose text each comes from: who forgets the subject forgets
/// them. An entry that is damaged, or whose subject has no key, counts as absent. Deleting the
/// folder loses nothing but the time to encode again. It is open once in a process; other processes
/// may read and write meanwhile.
public final class EmbeddingCache: Sendable {
    /// Bytes of an encoder's digest.
    static let encoderDigestBytes = 32
    /// Numbers of a vector: far more than any encoder of texts gives.
    static let dimensionsMax = 16_384
    /// Bytes of the file: room for some 25 million texts of 384 numbers. What is encoded beyond them
    /// is not kept, and pages that were cleared are used again.
    public static let bytesMax = 1 << 35

    let environment: Environment
    let pages: Database
    let vault: Vault
    /// What was wrong with a file that was thrown away when this was opened; nil where none was.
    public let discardedDamage: String?
    let problems = EmbeddingProblems()
    /// What went wrong with the files since this was opened, so that something was encoded again or
    /// not kept; nil where nothing did.
    public var problem: String? { problems.first }

    /// Opens the cache of a ledger, making it where there is none.
    ///
    /// - Parameter checksPages: whether to read the whole file first, and to throw it away where a
    ///   page is damaged. Without it only what opening needs is looked at.
    /// - Throws: `LedgerError`; `VaultError` without the master key.
    public convenience init(_ ledger: Ledger, checksPages: Bool = false) throws {
        try self.init(ledger, checksPages: checksPages, mapSizeBytes: 1 << 28)
    }

    init(
        _ ledger: Ledger, checksPages: Bool = false, mapSizeBytes: Int, bytesMax: Int = bytesMax
    ) throws {
        vault = try ledger.vault()
        var configuration = Environment.Configuration()
        configuration.mapSizeBytes = mapSizeBytes
        configuration.mapSizeMaxBytes = bytesMax
        // Losing the last commit is harmless: its texts are encoded again.
        configuration.durability = .allButLast
        do {
            // Nothing is lost with a damaged one: the texts are there, and are encoded again.
            (environment, discardedDamage) = try Environment.disposable(
                path: ledger.paths.embeddings, configuration: configuration,
                damage: { environment in
                    if checksPages { try environment.checkPages() }
                    return nil
                })
            guard let pages = try environment.database("pages", .bytes) else {
                throw LedgerError(
                    .corrupt, "\(environment.path) has no table of embeddings: delete it")
            }
            self.pages = pages
        } catch let error as LMDBError {
            throw LedgerError(error)
        }
    }

    /// Runs `body`, with storage errors in the ledger's terms.
    func translating<R>(_ body: () throws -> R) throws -> R {
        do {
            return try body()
        } catch let error as LMDBError {
            throw LedgerError(error)
        }
    }

    func check(_ encoder: any TextEncoder) {
        precondition(
            encoder.digest.count == Self.encoderDigestBytes
                && (1...Self.dimensionsMax).contains(encoder.dimensions),
            "an encoder is named by a SHA-256 and has some dimensions")
    }

    /// The key of a subject; nil where nothing of it is kept: it was forgotten, or is none.
    func key(of subject: UInt64) throws -> SymmetricKey? {
        // Number 0 marks “no subject”.
        guard subject != 0 else { return nil }
        do {
            return try vault.key(of: subject)
        } catch let error as VaultError where error.code == .keysDamaged {
            // Nothing can be kept under a key that is lost; the texts say so themselves.
            return nil
        }
    }

    /// Closes the environment.
    public func close() { environment.close() }
}

/// A ledger's cache, opened when it is first needed, and why it cannot be used.
final class LazyEmbeddingCache: Sendable {
    private enum State {
        case unopened
        case open(EmbeddingCache)
        case unusable(LedgerError)
        case closed
    }

    private let state = Mutex(State.unopened)

    /// The cache; throws the same again where it could not be opened.
    func cache(of ledger: Ledger) throws -> EmbeddingCache {
        try state.withLock { state in
            switch state {
            case .open(let cache): return cache
            case .unusable(let error): throw error
            case .closed: throw LedgerError(.storage, "\(ledger.paths.embeddings) was closed")
            case .unopened:
                do {
                    // A damaged page would end the process within LMDB.
                    let cache = try EmbeddingCache(ledger, checksPages: true)
                    state = .open(cache)
                    return cache
                } catch let error as LedgerError {
                    state = .unusable(error)
                    throw error
                }
            }
        }
    }

    /// Why nothing, or not everything, was kept or found; nil where nothing is wrong.
    var problem: String? {
        let why = state.withLock { state -> (damage: String?, problem: String?) in
            switch state {
            case .unopened, .closed: (nil, nil)
            case .open(let cache): (cache.discardedDamage, cache.problem)
            case .unusable(let error): (nil, error.message)
            }
        }
        if let problem = why.problem {
            return "what encoders make of texts is not kept, and made again each time: \(problem)"
        }
        return why.damage.map {
            "the file of kept embeddings was damaged and is thrown away; texts are encoded anew "
                + "(\($0))"
        }
    }

    func close() {
        state.withLock { state in
            if case .open(let cache) = state { cache.close() }
            state = .closed
        }
    }
}

extension Ledger {
    /// The cache of the embeddings of this ledger's texts, opened and its pages checked when it is
    /// first asked for, and closed with the ledger.
    ///
    /// - Throws: `LedgerError` where its files cannot be used; `VaultError` without the master key.
    public func embeddingCache() throws -> EmbeddingCache {
        try lazyEmbeddings.cache(of: self)
    }

    /// Why embeddings were not kept, or not found; nil where the cache works or was not needed.
    ///
    /// It only ever costs time: what is not kept is encoded again.
    public var embeddingProblem: String? { lazyEmbeddings.problem }

    /// The embeddings of texts that this ledger holds, in their order: from the cache, and the
    /// others encoded now and kept. Where the cache cannot be used, all are encoded.
    ///
    /// - Throws: `EncoderError`; `VaultError` where the keys of the texts cannot be had.
    public func embeddings(
        of texts: [EmbeddingCache.SubjectText], by encoder: any TextEncoder, threads: Int,
        progress: (Int, Int) throws -> Void = { _, _ in }
    ) throws -> [Embedding] {
        guard !texts.isEmpty else { return [] }
        if let cache = try usableCache() {
            return try cache.embeddings(
                of: texts, by: encoder, threads: threads, progress: progress)
        }
        var vectors: [Embedding] = []
        vectors.reserveCapacity(texts.count)
        while vectors.count < texts.count {
            let batch = texts[vectors.count...].prefix(EmbeddingCache.batchTexts)
            vectors += try encoder.encode(batch: batch.map(\.text), threads: threads)
            try progress(vectors.count, texts.count)
        }
        return vectors
    }

    /// Nil where its files cannot be used, which `embeddingProblem` says: what only saves time
    /// stops nobody.
    private func usableCache() throws -> EmbeddingCache? {
        do {
            return try embeddingCache()
        } catch is LedgerError {
            return nil
        }
    }

    /// Keeps embeddings of texts that this ledger has come to hold, where the cache can be used.
    ///
    /// - Throws: `VaultError` where the keys of the texts cannot be had.
    func keep(
        _ embeddings: [(text: EmbeddingCache.SubjectText, embedding: Embedding)],
        by encoder: any TextEncoder
    ) throws {
        guard !embeddings.isEmpty else { return }
        try usableCache()?.keep(embeddings, by: encoder)
    }

    /// A text that was sealed at a position, and whose it is; nil where there is none, or it was
    /// erased.
    ///
    /// - Throws: as `personalData(at:)`.
    public func text(at position: Position) throws -> EmbeddingCache.SubjectText? {
        try subjectData(at: position).flatMap { subject, data in
            data.text.map { (subject, [UInt8]($0.utf8)) }
        }
    }
}

/// What went wrong with the files of a cache while it was in use.
final class EmbeddingProblems: Sendable {
    private let state = Mutex<(first: String?, endsStoring: Bool)>((nil, false))

    /// The first that went wrong, and what to do.
    var first: String? { state.withLock(\.first) }

    /// Whether storing is given up: a full disk stays full, and trying takes time.
    var endsStoring: Bool { state.withLock(\.endsStoring) }

    /// To be called when room was made.
    func forget() { state.withLock { $0 = (nil, false) } }

    func note(_ error: LMDBError, endsStoring: Bool = false) {
        let message =
            error.code == .mapFull
            ? "the cache is as large as it may become, and has to be cleared to make room"
            : error.description
        state.withLock { state in
            state.first = state.first ?? message
            state.endsStoring = state.endsStoring || endsStoring
        }
    }
}
