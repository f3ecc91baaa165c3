import Crypto
import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import NPSLedger

@testable import LedgerVault

/// A ledger with subjects, and what tests do to its cache behind its back.
final class EmbeddingFixture {
    typealias Texts = [EmbeddingCache.SubjectText]

    private let scratch: Scratch
    let paths: LedgerPaths
    private(set) var ledger: Ledger
    /// Subjects with a key: 1 to this.
    let subjects: UInt64

    init(subjects: Int = 200) throws {
        scratch = try Scratch()
        paths = LedgerPaths(directory: scratch.path + "/ledger")
        ledger = try Ledger.create(
            at: paths, origin: "test.example/nps", actor: TestLedger.actor,
            clock: { TestLedger.start })
        let keys = try ledger.vault().reserve(subjects)
        self.subjects = keys.range.upperBound - 1
    }

    deinit { ledger.close() }

    /// A text each.
    func texts(_ range: ClosedRange<UInt64>) -> Texts {
        range.map { (subject: $0, text: CountingEncoder.text(of: $0)) }
    }

    /// Calls `body` with the cache open.
    @discardableResult
    func withCache<R>(
        checksPages: Bool = false, _ body: (EmbeddingCache) throws -> R
    ) throws -> R {
        let cache = try EmbeddingCache(ledger, checksPages: checksPages)
        defer { cache.close() }
        return try body(cache)
    }

    /// Calls `body` with the stored pages in the order of their keys.
    @discardableResult
    func withPages<R>(
        _ body: (borrowing WriteTransaction, Database, [[UInt8]]) throws -> R
    ) throws -> R? {
        let environment = try Environment(path: paths.embeddings)
        defer { environment.close() }
        guard let table = try environment.database("pages", .bytes) else { return nil }
        return try environment.write { transaction in
            var keys: [[UInt8]] = []
            try transaction.forEach(table, fromBytes: []) { key, _ in
                keys.append(key.withUnsafeBytes { [UInt8]($0) })
                return true
            }
            return try body(transaction, table, keys)
        }
    }

    /// Destroys the key of a subject, which must be of the first block, and opens the ledger anew.
    func forget(_ subject: UInt64) throws {
        ledger.close()
        let master = try MasterKey(file: paths.masterKey)
        let environment = try Environment(path: paths.vault)
        if let blocks = try environment.database("blocks", .integerKeys) {
            let context = [UInt8](repeating: 0, count: 8)
            try environment.write { transaction in
                let wrapped = try transaction.value(blocks, 0) ?? []
                var block = try master.unwrap(wrapped, context: context)
                for at in 0..<Vault.keyBytes { block[Int(subject) * Vault.keyBytes + at] = 0 }
                try transaction.put(blocks, 0, try master.wrap(block, context: context))
            }
        }
        environment.close()
        ledger = try Ledger(at: paths, clock: { TestLedger.start })
    }

    /// The bytes of the cache's data file.
    func fileBytes() throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: paths.embeddings + "/data.mdb"))
    }
}
