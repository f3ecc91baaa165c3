import CChecksum
import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import LedgerStore
import Testing

@testable import LedgerReplay

/// Checksums behind the values of a state: what a disk has changed is never answered.
@Suite struct StateBlocksTests {
    @Test func theChecksumIsThatOfTheStandard() {
        // RFC 3720, appendix B.4.
        let zeros = [UInt8](repeating: 0, count: 32)
        let ones = [UInt8](repeating: 0xFF, count: 32)
        #expect(cchecksum_crc32c(0, zeros, 32) == 0x8A91_36AA)
        #expect(cchecksum_crc32c(0, ones, 32) == 0x62A8_AB43)
        #expect(cchecksum_crc32c(0, [UInt8](0..<32), 32) == 0x46DD_794E)
        var random = SeededNumbers(seed: 77)
        for _ in 0..<200 {
            let bytes = random.bytes(random.below(300))
            let before = UInt32(truncatingIfNeeded: random.next())
            #expect(
                cchecksum_crc32c(before, bytes, bytes.count)
                    == cchecksum_crc32c_plain(before, bytes, bytes.count))
        }
    }

    /// Small values are checked each time, large ones once.
    @Test(arguments: [0, 1, 511, 512, 513, 4_000, 70_000])
    func everyBitThatChangesIsFound(valueBytes: Int) throws {
        var random = SeededNumbers(seed: UInt64(valueBytes))
        let key = random.bytes(9)
        let value = random.bytes(valueBytes)
        let stored = StoredBlock.bytes(value, under: key)
        func content(_ stored: [UInt8], _ key: [UInt8], _ blocks: StateBlocks) throws -> [UInt8] {
            try stored.withUnsafeBytes { raw in
                try key.withUnsafeBytes { [UInt8](try blocks.content(of: raw, under: $0)) }
            }
        }
        let blocks = StateBlocks(projection: "diary")
        #expect(try content(stored, key, blocks) == value)
        #expect(try content(stored, key, blocks) == value)
        for _ in 0..<60 {
            var damaged = stored
            damaged[random.below(stored.count)] ^= 1 << UInt8(random.below(8))
            let error = #expect(throws: DamagedBlock.self) {
                // Another place in memory, as after opening again.
                _ = try content(damaged, key, StateBlocks(projection: "diary"))
            }
            #expect(error?.projection == "diary" && error?.key == key)
        }
        var otherKey = key
        otherKey[4] ^= 1
        #expect(throws: DamagedBlock.self) {
            _ = try content(stored, otherKey, StateBlocks(projection: "diary"))
        }
        #expect(throws: DamagedBlock.self) { _ = try content([1, 2, 3], key, blocks) }
    }

    @Test func aDamagedStateIsToldAndRebuilt() throws {
        let ledger = try DiaryLedger(responses: 300)
        let digest = try ledger.store.digest()
        let key = Diary<First>.key(41)
        let live = try ledger.store.transact { try ledger.store.liveIndex($0) }
        try ledger.store.environment.write { transaction in
            var stored = try transaction.value(ledger.store.tables.builds[live], bytes: key) ?? []
            stored[0] ^= 8
            try transaction.put(ledger.store.tables.builds[live], bytes: key, stored)
        }
        #expect(throws: DamagedBlock.self) {
            _ = try ledger.store.read { state, _ in try state.value(key) }
        }
        #expect(throws: DamagedBlock.self) {
            try ledger.store.read { state, _ in try state.scan(prefix: []) { _, _ in true } }
        }
        let report = try ledger.verify()
        #expect(report.isDamaged && report.findings.map(\.check) == [.state])
        #expect(report.findings.first?.problem.contains("state of diary") == true)
        let rebuilt = try ledger.store.rebuild(from: ledger.log)
        #expect(rebuilt.unfoldable?.contains("not what was written") == true)
        #expect(rebuilt.old == nil && rebuilt.new == digest)
        #expect(try ledger.verify().isSound)
    }

    @Test func aRecordOfABuildThatWasChangedIsNone() throws {
        var record = BuildRecord(version: 3)
        record.position = 41
        record.lastLeaf = [UInt8](repeating: 7, count: 32)
        let bytes = record.bytes
        #expect(try BuildRecord(decoding: bytes) == record)
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << UInt8(bit)
                let read = try? BuildRecord(decoding: damaged)
                // A record that says it was written without checksums is folded anew.
                #expect(read == nil || read?.layout != BuildRecord.layoutNewest)
            }
        }
    }

    /// What makes a folder unwritable is tried with mounts and users in the command line's tests.
    @Test func aStateWhoseFolderCannotBeWrittenGoesOnInAnother() throws {
        let ledger = try DiaryLedger(responses: 200)
        let digest = try ledger.store.digest()
        ledger.store.close()
        let path = ledger.scratch("state")
        let store = try ProjectionStore<Diary<First>>(directory: path, movesWhenUnwritable: true)
        #expect(store.scratch == nil)
        try store.move(because: "the disk is full")
        let scratch = try #require(store.scratch)
        #expect(scratch.reason == "the disk is full")
        #expect(FileManager.default.fileExists(atPath: scratch.path + "/data.mdb"))
        #expect(try store.catchUp(with: ledger.log).position == 200)
        #expect(try store.digest() == digest)
        let error = #expect(throws: LedgerError.self) {
            _ = try store.rebuild(from: ledger.log)
        }
        #expect(error?.code == .permission)
        store.close()
    }
}
