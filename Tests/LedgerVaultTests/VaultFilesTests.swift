import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import LedgerStore
import Testing

@testable import LedgerVault

/// The vault's files, and what must not be found in any file.
@Suite struct VaultFilesTests {
    private static let comment = "Ring Agathe Brandstaetter before you deliver"
    private static let respondent = "agathe.brandstaetter@customer.example"

    private static func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    /// The key of a block changes by a bit, or the block is lost: nothing takes its place.
    @Test func aLostBlockOfKeysIsNotMadeAnew() throws {
        let scratch = try Scratch()
        let master = MasterKey()
        let made = try Vault(path: scratch("vault"), master: master, create: true)
        _ = try made.reserve(600)
        made.close()
        let environment = try Environment(path: scratch("vault"))
        let blocks = try #require(try environment.database("blocks", .integerKeys))
        try environment.write { transaction in
            let block = try #require(try transaction.value(blocks, 0))
            try transaction.delete(blocks, 0)
            try transaction.put(blocks, 1 << 20, block)
        }
        environment.close()
        let vault = try Vault(path: scratch("vault"), master: master)
        defer { vault.close() }
        let reserved = #expect(throws: VaultError.self) { _ = try vault.reserve(1) }
        #expect(reserved?.code == .keysDamaged)
        let asked = #expect(throws: VaultError.self) { _ = try vault.key(of: 5) }
        #expect(asked?.code == .keysDamaged)
        let problems = try vault.check().findings.map(\.problem)
        #expect(problems.contains { $0.contains("1 to 1023 are missing") }, "\(problems)")
    }

    @Test func onlyTheOwnerMayLook() throws {
        let scratch = try Scratch()
        try Vault(path: scratch("vault"), master: MasterKey(), create: true).close()
        #expect(try Self.mode(scratch("vault")) == 0o700)
        #expect(try Self.mode(scratch("vault/data.mdb")) == 0o600)
        #expect(try Self.mode(scratch("vault/lock.mdb")) == 0o600)
    }

    @Test func whatIsNoVaultStaysAsItWas() throws {
        let scratch = try Scratch()
        let files = FileManager.default
        func failure(_ path: String) -> VaultError? {
            #expect(throws: VaultError.self) { _ = try Vault(path: path, master: MasterKey()) }
        }
        #expect(failure(scratch("absent"))?.code == .notAVault)
        #expect(!files.fileExists(atPath: scratch("absent")))
        try files.createDirectory(atPath: scratch("empty"), withIntermediateDirectories: false)
        #expect(failure(scratch("empty"))?.code == .notAVault)
        #expect(try files.contentsOfDirectory(atPath: scratch("empty")) == [])
        try EventLog(testing: scratch("log")).close()
        #expect(failure(scratch("log"))?.code == .notAVault)
        try Data("x".utf8).write(to: URL(fileURLWithPath: scratch("file")))
        #expect(failure(scratch("file"))?.code == .notAVault)
    }

    @Test func damageIsReportedAndNoNumberIsGivenTwice() throws {
        let scratch = try Scratch()
        let master = MasterKey()
        let made = try Vault(path: scratch("vault"), master: master, create: true)
        _ = try made.reserve(5)
        made.close()
        func change(_ body: (borrowing WriteTransaction, Database, Database) throws -> Void) throws
        {
            let environment = try Environment(path: scratch("vault"))
            defer { environment.close() }
            let meta = try #require(try environment.database("meta", .bytes))
            let blocks = try #require(try environment.database("blocks", .integerKeys))
            try environment.write { try body($0, meta, blocks) }
        }
        try change { transaction, meta, _ in
            try transaction.put(meta, bytes: [UInt8]("next".utf8), [1, 2])
        }
        var vault = try Vault(path: scratch("vault"), master: master)
        #expect(throws: VaultError.self) { _ = try vault.reserve(1) }
        #expect(try vault.key(of: 3) != nil)
        vault.close()
        try change { transaction, meta, blocks in
            try transaction.put(meta, bytes: [UInt8]("next".utf8), [6, 0, 0, 0, 0, 0, 0, 0])
            var block = try transaction.value(blocks, 0) ?? []
            block[100] ^= 1
            try transaction.put(blocks, 0, block)
        }
        vault = try Vault(path: scratch("vault"), master: master)
        #expect(throws: VaultError.self) { _ = try vault.key(of: 3) }
        #expect(throws: VaultError.self) { _ = try vault.reserve(1) }
        vault.close()
        try change { transaction, meta, _ in
            _ = try transaction.delete(meta, bytes: [UInt8]("secrets".utf8))
        }
        let error = #expect(throws: VaultError.self) {
            _ = try Vault(path: scratch("vault"), master: master)
        }
        #expect(error?.code == .corrupt)
    }

    @Test func noFileOfTheLogHoldsWhatIsPersonal() throws {
        let scratch = try Scratch()
        let vault = try Vault(path: scratch("vault"), master: MasterKey(), create: true)
        let log = try EventLog(testing: scratch("log"))
        var keys = try vault.reserve(200)
        for start in stride(from: 0, to: 200, by: 25) {
            var batch = EventBatch()
            for id in start..<(start + 25) {
                let (subject, key) = try keys.take()
                let respondent = "\(id).\(Self.respondent)"
                let data = PersonalData(
                    text: "\(Self.comment) \(id)", respondent: respondent,
                    row: Array("\(id);\(respondent);\(Self.comment)".utf8))
                try batch.append(
                    Sample.response(id, subject: subject), key: Sample.key(id),
                    body: vault.digest(data.encoded),
                    sealed: try Vault.seal(data, subject: subject, key: key),
                    binding: SubjectBinding(
                        identifier: vault.pseudonym(of: respondent), subject: subject))
            }
            _ = try log.append(batch)
        }
        for id in 0..<200 {
            let part = try #require(try log.sealed(Position(id)))
            #expect(try vault.open(part)?.text == "\(Self.comment) \(id)")
        }
        let pseudonyms = [vault.pseudonym(of: "7.\(Self.respondent)")]
        #expect(try log.subjects(pseudonyms) == [8])
        #expect(try LogVerifier(log).verify().isSound)
        log.close()
        vault.close()
        let readable = Array("region".utf8)
        for folder in ["log", "vault"] {
            for name in try FileManager.default.contentsOfDirectory(atPath: scratch(folder)) {
                let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch("\(folder)/\(name)")))
                for secret in [Self.comment, Self.respondent, "Agathe", "brandstaetter"] {
                    #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(secret) in \(name)")
                }
                // The search does find what is there.
                if folder == "log", name == "data.mdb" {
                    #expect(bytes.range(of: Data(readable)) != nil)
                }
            }
        }
    }

    @Test func twoProcessesThatCreateAVaultGetOne() async throws {
        let scratch = try Scratch()
        let path = scratch("vault")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { [path = path as String] in
                    await #expect(processExitsWith: .success) { [path = path as String] in
                        let bytes = [UInt8](repeating: 7, count: 32)
                        let master = try #require(MasterKey(bytes: bytes))
                        let vault = try Vault(path: path, master: master, create: true)
                        let name = "\(path)-\(vault.pseudonym(of: "someone").bytes)"
                        try Data().write(to: URL(fileURLWithPath: name))
                        vault.close()
                    }
                }
            }
            try await group.waitForAll()
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
        #expect(names.count == 2, "one vault and one pseudonym: \(names)")
    }
}
