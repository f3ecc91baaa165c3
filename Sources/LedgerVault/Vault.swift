import Crypto
import Foundation
import LMDB
import LedgerCore
import Synchronization

/// The keys of the data subjects, each kept wrapped under a master key that lives elsewhere.
///
/// Keys are made in numbered blocks ahead of use, so that appending to the log commits one
/// environment only. A subject is forgotten by destroying its key.
public final class Vault: Sendable {
    /// Keys of one block: 32 KiB, one unwrapping.
    static let blockKeys: UInt64 = 1024
    static let keyBytes = 32
    /// Unwrapped blocks kept, 32 MiB: reading texts in log order touches blocks in order, and those
    /// of people who answer again.
    private static let cachedBlocksMax = 1024

    let environment: Environment
    let blocks: Database
    let meta: Database
    let master: MasterKey
    /// Why nothing can be written; nil where it can.
    public var readOnlyReason: String? { refusal?.description }
    private let refusal: LMDBError?
    private let respondentCode: KeyedHash
    private let contentCode: KeyedHash
    private let textCode: KeyedHash
    private let textsCode: KeyedHash
    /// The key that signs this ledger's checkpoints.
    public let signingKey: Curve25519.Signing.PrivateKey
    private let cache = Mutex<[UInt64: SecretBytes]>([:])

    static let secretsKey = [UInt8]("secrets".utf8)

    /// Opens the vault in `path`.
    ///
    /// - Parameters:
    ///   - create: makes an empty vault where there is none.
    ///   - readsWhenUnwritable: whether to open it for reading where it cannot be written, as
    ///     `readOnlyReason` then says.
    /// - Throws: `VaultError`.
    public init(
        path: String, master: MasterKey, create: Bool = false, readsWhenUnwritable: Bool = false
    ) throws {
        var configuration = Environment.Configuration()
        configuration.mapSizeBytes = 1 << 28
        configuration.createsDirectory = create
        do {
            if !create { try Self.requireVault(path, configuration) }
            let environment: Environment
            (environment, refusal) = try Environment.open(
                path: path, configuration: configuration, readsWhenUnwritable: readsWhenUnwritable)
            guard let blocks = try environment.database("blocks", .integerKeys),
                let meta = try environment.database("meta", .bytes)
            else { throw Self.notAVault(path) }
            self.environment = environment
            self.blocks = blocks
            self.meta = meta
            self.master = master
            let secrets = try Self.secrets(environment, meta, master, create: create)
            let key = SymmetricKey(data: secrets[..<32])
            respondentCode = KeyedHash(key: key, purpose: Self.respondentPurpose)
            contentCode = KeyedHash(key: key, purpose: DigestPurpose.content.rawValue)
            textCode = KeyedHash(key: key, purpose: DigestPurpose.text.rawValue)
            textsCode = KeyedHash(key: key, purpose: DigestPurpose.texts.rawValue)
            signingKey = try Curve25519.Signing.PrivateKey(rawRepresentation: secrets[32...])
        } catch let error as LMDBError {
            throw VaultError(error)
        }
    }

    /// Looks at the directory without writing: opening it for writing would leave files and tables
    /// in what is not a vault.
    private static func requireVault(
        _ path: String, _ configuration: Environment.Configuration
    ) throws {
        var configuration = configuration
        configuration.readOnly = true
        let environment = try Environment(path: path, configuration: configuration)
        defer { environment.close() }
        guard try environment.database("blocks", .integerKeys) != nil,
            try environment.database("meta", .bytes) != nil
        else { throw notAVault(path) }
    }

    private static func notAVault(_ path: String) -> VaultError {
        VaultError(
            .notAVault, "\(path) is not a vault: name the right ledger, or restore a backup"
        )
    }

    private static func secrets(
        _ environment: Environment, _ meta: Database, _ master: MasterKey, create: Bool
    ) throws -> [UInt8] {
        var stored = try environment.read { try $0.value(meta, bytes: secretsKey) }
        if stored == nil, create {
            let fresh =
                SymmetricKey(size: .bits256).withUnsafeBytes { [UInt8]($0) }
                + [UInt8](Curve25519.Signing.PrivateKey().rawRepresentation)
            let wrapped = try master.wrap(fresh, context: secretsKey)
            // Another process may have been faster: the first secrets are the vault's.
            stored = try environment.write { transaction in
                if let first = try transaction.value(meta, bytes: secretsKey) { return first }
                try transaction.put(meta, bytes: secretsKey, wrapped)
                return wrapped
            }
        }
        guard let stored else {
            throw VaultError(
                .corrupt, "the vault \(environment.path) has no secrets: restore a backup")
        }
        let secrets = try master.unwrap(stored, context: secretsKey)
        guard secrets.count == 64 else {
            throw VaultError(
                .corrupt, "the vault \(environment.path) is damaged: restore a backup")
        }
        return secrets
    }

    /// Runs `body`, with storage errors in the vault's terms.
    func translating<R>(_ body: () throws -> R) throws -> R {
        do {
            return try body()
        } catch let error as LMDBError {
            throw VaultError(error)
        }
    }

    private static func context(block: UInt64) -> [UInt8] {
        withUnsafeBytes(of: block.bigEndian) { [UInt8]($0) }
    }

    /// Throws why nothing can be written, where that is so.
    public func requireWritable() throws(VaultError) {
        guard let refusal else { return }
        throw VaultError(
            VaultError(refusal).code,
            "\(environment.path) can only be read here: \(refusal.description)")
    }

    /// Reserves `count` subject numbers and makes their keys, durably.
    public func reserve(_ count: Int) throws -> SubjectKeys {
        precondition(count > 0, "at least one subject")
        try requireWritable()
        let (first, keys) = try translating {
            try environment.write { try reserve(UInt64(count), $0) }
        }
        return SubjectKeys(first: first, keys: keys)
    }

    private func reserve(
        _ count: UInt64, _ transaction: borrowing WriteTransaction
    ) throws -> (first: UInt64, keys: [SymmetricKey]) {
        let next = try nextNumber(transaction)
        let end = next + count
        var reserved: [SymmetricKey] = []
        for block in (next / Self.blockKeys)...((end - 1) / Self.blockKeys) {
            let known = try self.block(block, transaction)
            // Keys are made once: in place of lost ones others would take the way back to them.
            guard known != nil || block * Self.blockKeys >= next || next == 1 else {
                throw Self.missing(block)
            }
            let keys = try known ?? Self.freshBlock()
            if known == nil {
                let wrapped = try keys.withBytes {
                    try master.wrap($0, context: Self.context(block: block))
                }
                try transaction.put(blocks, block, wrapped)
            }
            let start = max(next, block * Self.blockKeys) - block * Self.blockKeys
            let stop = min(end, (block + 1) * Self.blockKeys) - block * Self.blockKeys
            for index in start..<stop {
                reserved.append(
                    keys.withBytes { SymmetricKey(data: Self.key(Int(index), in: $0)) })
            }
        }
        try putNext(end, transaction)
        return (next, reserved)
    }

    private static func freshBlock() throws -> SecretBytes {
        try SecretBytes(count: Int(blockKeys) * keyBytes) { try SecretBytes.fillRandomly($0) }
    }

    /// A key within its block.
    static func key(_ index: Int, in block: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: block[(index * keyBytes)..<((index + 1) * keyBytes)])
    }

    func block(
        _ number: UInt64, _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> SecretBytes? {
        guard let wrapped = try transaction.value(blocks, number) else { return nil }
        let keys: SecretBytes
        do {
            keys = try master.unwrapSecret(wrapped, context: Self.context(block: number))
        } catch let error as VaultError where error.code == .wrongKey {
            // The vault opened with this key: it is the block that is wrong.
            throw Self.damaged(number)
        }
        guard keys.count == Int(Self.blockKeys) * Self.keyBytes else {
            throw Self.damaged(number)
        }
        return keys
    }

    /// The keys of a block in words; whoever asks may have read any number.
    private static func keys(of block: UInt64) -> String {
        let first = block * blockKeys
        return "the keys of subjects \(max(1, first)) to \(first | (blockKeys - 1))"
    }

    private static func damaged(_ block: UInt64) -> VaultError {
        VaultError(
            .keysDamaged,
            "\(keys(of: block)) are "
                + "damaged: restore a backup of the vault as new as the log")
    }

    private static func missing(_ block: UInt64) -> VaultError {
        VaultError(
            .keysDamaged,
            "\(keys(of: block)) are "
                + "missing: restore a backup of the vault as new as the log")
    }

    /// The key of a subject; nil where it was destroyed.
    ///
    /// - Throws: `VaultError` with code `keys-damaged` where it was made and is lost, or where this
    ///   vault, which is then older than who asks, never made it.
    public func key(of subject: UInt64) throws -> SymmetricKey? {
        let number = subject / Self.blockKeys
        let known = cache.withLock { $0[number] }
        let keys: SecretBytes
        if let known {
            keys = known
        } else {
            let read = try translating {
                try environment.read { transaction in
                    let read = try block(number, transaction)
                    guard let read else { throw Self.missing(number) }
                    return read
                }
            }
            keys = read
            cache.withLock { cache in
                if cache.count >= Self.cachedBlocksMax { cache.removeAll() }
                cache[number] = read
            }
        }
        return keys.withBytes { block in
            let key = Self.key(Int(subject % Self.blockKeys), in: block)
            // A key that was destroyed is zeros.
            return key.allSatisfy { $0 == 0 } ? nil : SymmetricKey(data: key)
        }
    }

    /// A respondent's identifier as the log's subject table knows it: HMAC-SHA-256 under the
    /// vault's secret, 128 bits.
    public func pseudonym(of respondent: String) -> Hash128 {
        var respondent = respondent
        return respondent.withUTF8 { pseudonym(of: UnsafeRawBufferPointer($0)) }
    }

    /// The pseudonym of an identifier whose UTF-8 lies elsewhere.
    public func pseudonym(of respondent: UnsafeRawBufferPointer) -> Hash128 {
        respondentCode.code(of: respondent)
    }

    /// What a digest is of: the same bytes as something else have another digest.
    public enum DigestPurpose: String, Sendable, CaseIterable {
        /// A row that was delivered.
        case content
        /// A text that was learnt from.
        case text
        /// A list of digests of texts, so that nobody else can write one.
        case texts
    }

    /// A digest of content that may be personal: without the vault's secret, guessing the content
    /// cannot be confirmed.
    public func digest(_ content: [UInt8], of purpose: DigestPurpose = .content) -> Hash128 {
        content.withUnsafeBytes { digest($0, of: purpose) }
    }

    /// The digest of content that lies elsewhere.
    public func digest(
        _ content: UnsafeRawBufferPointer, of purpose: DigestPurpose = .content
    ) -> Hash128 {
        switch purpose {
        case .content: contentCode.code(of: content)
        case .text: textCode.code(of: content)
        case .texts: textsCode.code(of: content)
        }
    }

    private static let respondentPurpose = "respondent"

    /// Closes the environment.
    public func close() { environment.close() }
}

extension Vault {
    /// Seals what was reckoned from a subject's texts and may live only as long as they do:
    /// AES-256-GCM under the subject's key, random nonce, its place authenticated.
    ///
    /// - Parameter place: what it is, whose, and where it is kept, so that it opens there alone;
    ///   longer than the eight bytes that stand for this with personal data.
    public static func seal(
        derived content: [UInt8], key: SymmetricKey, place: [UInt8]
    ) throws(VaultError) -> [UInt8] {
        precondition(place.count > 8, "a place is not taken for that of personal data")
        do {
            let box = try AES.GCM.seal(content, using: key, authenticating: place)
            guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
            return [UInt8](combined)
        } catch {
            throw VaultError(.sealing, "what was derived could not be sealed: \(error)")
        }
    }

    /// Opens what `seal(derived:…)` sealed; nil where it does not open: it was changed or cut, or
    /// belongs elsewhere. What is derived can be reckoned again.
    public static func open(
        derived sealed: UnsafeRawBufferPointer, key: SymmetricKey, place: [UInt8]
    ) -> Data? {
        try? plaintext(of: sealed, key: key, authenticating: place)
    }
}
