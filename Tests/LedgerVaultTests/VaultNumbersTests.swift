import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import Testing

@testable import LedgerVault

/// Which numbers are issued, and whose vault it is: what must not be set back or exchanged.
@Suite struct VaultNumbersTests {
    private static func change(
        _ path: String, _ body: (borrowing WriteTransaction, Database, Database) throws -> Void
    ) throws {
        let environment = try Environment(path: path)
        defer { environment.close() }
        let meta = try #require(try environment.database("meta", .bytes))
        let blocks = try #require(try environment.database("blocks", .integerKeys))
        try environment.write { try body($0, meta, blocks) }
    }

    private static let next = [UInt8]("next".utf8)

    @Test func aNumberThatWasSetBackIsRefused() throws {
        let scratch = try Scratch()
        let master = MasterKey()
        let made = try Vault(path: scratch("vault"), master: master, create: true)
        #expect(try made.nextNumber() == 1)
        _ = try made.reserve(3_000)
        #expect(try made.nextNumber() == 3_001)
        made.close()
        try Self.change(scratch("vault")) { transaction, meta, _ in
            try transaction.put(meta, bytes: Self.next, [1, 0, 0, 0, 0, 0, 0, 0])
        }
        var vault = try Vault(path: scratch("vault"), master: master)
        let error = #expect(throws: VaultError.self) { _ = try vault.reserve(1) }
        #expect(error?.code == .corrupt)
        #expect(try vault.check().findings.count == 1)
        vault.close()
        // An older program moves on the clear number alone.
        try Self.change(scratch("vault")) { transaction, meta, _ in
            try transaction.put(meta, bytes: Self.next, [0xC0, 0x0B, 0, 0, 0, 0, 0, 0])
        }
        vault = try Vault(path: scratch("vault"), master: master)
        #expect(try vault.nextNumber() == 3_008)
        #expect(try vault.reserve(1).range == 3_008..<3_009)
        vault.close()
        try Self.change(scratch("vault")) { transaction, meta, _ in
            _ = try transaction.delete(meta, bytes: Self.next)
        }
        vault = try Vault(path: scratch("vault"), master: master)
        #expect(throws: VaultError.self) { _ = try vault.nextNumber() }
        vault.close()
    }

    @Test func aVaultIsBoundToOneLedger() throws {
        let scratch = try Scratch()
        let vault = try Vault(path: scratch("vault"), master: MasterKey(), create: true)
        #expect(try vault.identity() == nil)
        let (one, other) = ([UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 32))
        try vault.bind(to: one)
        try vault.bind(to: one)
        #expect(try vault.identity() == one)
        let error = #expect(throws: VaultError.self) { try vault.bind(to: other) }
        #expect(error?.code == .foreign)
        #expect(try vault.identity() == one)
        vault.close()
    }

    @Test func everyKeyIsLookedAt() throws {
        let scratch = try Scratch()
        let master = MasterKey()
        let made = try Vault(path: scratch("vault"), master: master, create: true)
        _ = try made.reserve(5_000)
        let sound = try made.check()
        #expect(sound.findings.isEmpty && sound.blocks == 5 && sound.keys == 5_000)
        made.close()
        func report(
            _ change: (borrowing WriteTransaction, Database, Database) throws -> Void
        ) throws -> Vault.Report {
            try? FileManager.default.removeItem(atPath: scratch("copy"))
            try FileManager.default.copyItem(atPath: scratch("vault"), toPath: scratch("copy"))
            try Self.change(scratch("copy"), change)
            let vault = try Vault(path: scratch("copy"), master: master)
            defer { vault.close() }
            return try vault.check()
        }
        var random = SeededNumbers(seed: 12)
        for block in 0..<5 as Range<UInt64> {
            for _ in 0..<8 {
                let (at, bit) = (random.below(32_000), UInt8(random.below(8)))
                let damaged = try report { transaction, _, blocks in
                    var bytes = try transaction.value(blocks, block) ?? []
                    bytes[at] ^= 1 << bit
                    try transaction.put(blocks, block, bytes)
                }
                #expect(damaged.findings.count == 1 && damaged.blocks == 4)
                #expect(
                    damaged.findings.first?.subjects == (block * 1024)..<((block + 1) * 1024))
            }
            let missing = try report { transaction, _, blocks in
                _ = try transaction.delete(blocks, block)
            }
            #expect(missing.findings.first?.problem.contains("are missing") == true)
        }
        // One block in another's place opens under neither number.
        let swapped = try report { transaction, _, blocks in
            let (one, two) = (
                try transaction.value(blocks, 1) ?? [], try transaction.value(blocks, 2) ?? []
            )
            try transaction.put(blocks, 1, two)
            try transaction.put(blocks, 2, one)
        }
        #expect(swapped.findings.count == 2)
        let beyond = try report { transaction, _, blocks in
            try transaction.put(blocks, 1 << 60, [1])
        }
        #expect(beyond.findings.count == 1)
    }
}
