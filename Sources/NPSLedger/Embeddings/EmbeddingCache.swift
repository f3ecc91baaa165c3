import Crypto
import Encoders
import Glibc
import LMDB
import LedgerCore
import LedgerStore
import LedgerVault

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
