import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import Testing

@testable import LedgerReplay

/// What no checksum of a value shows: a key, a record or a table that is not where it was put. Whoever
/// opens the state finds it, and folds the state anew.
@Suite struct StateTablesTests {
    struct Damage: CustomTestStringConvertible, Sendable {
        let name: String
        let body: @Sendable (borrowing WriteTransaction, StateTables) throws -> Void
        var testDescription: String { name }

        init(
            _ name: String,
            _ body: @escaping @Sendable (borrowing WriteTransaction, StateTables) throws -> Void
        ) {
            (self.name, self.body) = (name, body)
        }

        /// A record under another name.
        static func renamed(_ name: String, to other: String) -> Damage {
            Damage("\(name) becomes \(other)") { transaction, tables in
                let value = try #require(
                    try transaction.value(tables.meta, bytes: [UInt8](name.utf8)))
                try transaction.delete(tables.meta, bytes: [UInt8](name.utf8))
                try transaction.put(tables.meta, bytes: [UInt8](other.utf8), value)
            }
        }

        /// A bit of a record.
        static func flipped(_ name: String, at index: Int) -> Damage {
            Damage("a bit of \(name)") { transaction, tables in
                var value = try #require(
                    try transaction.value(tables.meta, bytes: [UInt8](name.utf8)))
                value[index] ^= 1
                try transaction.put(tables.meta, bytes: [UInt8](name.utf8), value)
            }
        }
    }

    static let damages: [Damage] = [
        Damage("a key by a bit") { transaction, tables in
            let key = Diary<First>.key(41)
            var other = key
            other[other.count - 1] |= 0x80
            let value = try #require(try transaction.value(tables.builds[1], bytes: key))
            try transaction.delete(tables.builds[1], bytes: key)
            try transaction.put(tables.builds[1], bytes: other, value)
        },
        Damage("a key gone") { transaction, tables in
            _ = try transaction.delete(tables.builds[1], bytes: Diary<First>.key(41))
        },
        Damage("an event too many in quarantine") { transaction, tables in
            try transaction.put(
                tables.quarantines[1], bytes: [UInt8](repeating: 0, count: 8), [1])
        },
        .renamed("build.1", to: "build.3"), .renamed("live", to: "lije"),
        .flipped("live", at: 0), .flipped("live", at: 3), .flipped("build.1", at: 9),
    ]

    /// A ledger whose second build is live.
    private func rebuilt() throws -> DiaryLedger {
        let ledger = try DiaryLedger(responses: 120)
        _ = try ledger.store.rebuild(from: ledger.log)
        #expect(try ledger.store.transact { try ledger.store.liveIndex($0) } == 1)
        return ledger
    }

    @Test(arguments: damages)
    func whatIsNotWhereItWasPutIsFound(_ damage: Damage) throws {
        let ledger = try rebuilt()
        let digest = try ledger.store.digest()
        try ledger.reopen(discardsDamage: true) {
            let environment = try Environment(path: ledger.scratch("state"))
            defer { environment.close() }
            let tables = try #require(try StateTables(in: environment))
            try environment.write { try damage.body($0, tables) }
        }
        #expect(ledger.store.discardedDamage != nil)
        try ledger.store.catchUp(with: ledger.log)
        #expect(try ledger.store.digest() == digest)
    }

    @Test func aLostTableIsNotMadeAnew() throws {
        let ledger = try rebuilt()
        let digest = try ledger.store.digest()
        func lose() throws {
            let path = ledger.scratch("state") + "/data.mdb"
            var file = try Data(contentsOf: URL(fileURLWithPath: path))
            var found = 0
            while let range = file.firstRange(of: Data("state.1".utf8)) {
                file.replaceSubrange(range, with: Data("state.3".utf8))
                found += 1
            }
            #expect(found > 0)
            try file.write(to: URL(fileURLWithPath: path))
        }
        // With the others as they are: what stands there was folded together with it.
        try ledger.reopen { try lose() }
        #expect(ledger.store.discardedDamage == "a table is damaged")
        try ledger.store.catchUp(with: ledger.log)
        #expect(try ledger.store.digest() == digest)
    }

    @Test func aStateWithoutAnyOfItsRecordsIsNotFoldedUpon() throws {
        let ledger = try rebuilt()
        let digest = try ledger.store.digest()
        try ledger.store.environment.write { transaction in
            _ = try transaction.delete(ledger.store.tables.meta, bytes: StateTables.buildKey(1))
        }
        try ledger.store.catchUp(with: ledger.log)
        #expect(try ledger.store.digest() == digest)
    }
}
