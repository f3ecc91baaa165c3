import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import LedgerStore
import Testing

@testable import LedgerReplay

/// The two builds of a state: swapped, of other versions, damaged.
@Suite struct ProjectionBuildTests {
    private func refusal(_ ledger: DiaryLedger) -> String? {
        let error = #expect(throws: LedgerError.self) {
            _ = try ledger.store.swapBack(with: ledger.log)
        }
        #expect(error?.code == .refused)
        return error?.message
    }

    @Test func theKeptBuildIsCaughtUpAndSwapped() throws {
        let ledger = try DiaryLedger(responses: 60)
        #expect(refusal(ledger)?.contains("no kept build") == true)
        _ = try ledger.store.rebuild(from: ledger.log)
        let digest = try ledger.store.digest()
        try ledger.append(40)
        let newer = try ledger.store.digest()
        #expect(digest != newer)
        #expect(try ledger.store.other()?.position == 60)
        var steps: [Position] = []
        let outcome = try ledger.store.swapBack(with: ledger.log) { position, _ in
            steps.append(position)
            // Nobody sees the past meanwhile.
            #expect((try? ledger.store.live().position) == 100)
        }
        #expect(!steps.isEmpty)
        #expect(outcome.live.position == 100 && outcome.former.position == 100)
        #expect(outcome.liveDigest == newer && outcome.formerDigest == newer)
        #expect(try ledger.store.digest() == newer)
        // And back again.
        try ledger.tamper(Diary<First>.key(5), [9, 9], isKept: true)
        let back = try ledger.store.swapBack(with: ledger.log)
        #expect(back.formerDigest == newer && back.liveDigest != newer)
        #expect(try ledger.verify().divergence == .at(5, .responseRecorded))
    }

    @Test func ofTwoSwapsAtOnceOneIsRefused() throws {
        let ledger = try DiaryLedger(responses: 60)
        _ = try ledger.store.rebuild(from: ledger.log)
        try ledger.append(40)
        let before = try ledger.store.transact { try ledger.store.liveIndex($0) }
        var others = 0
        let error = #expect(throws: LedgerError.self) {
            _ = try ledger.store.swapBack(with: ledger.log) { _, _ in
                // Another swaps while this one catches the kept build up.
                guard others == 0 else { return }
                others += 1
                _ = try ledger.store.swapBack(with: ledger.log)
            }
        }
        #expect(others == 1)
        #expect(error?.code == .refused && error?.message.contains("meanwhile") == true)
        #expect(
            try ledger.store.transact { try ledger.store.liveIndex($0) } == 1 - before,
            "swapped once")
        #expect(try ledger.verify().isSound)
        // Who looks again swaps back.
        _ = try ledger.store.swapBack(with: ledger.log)
        #expect(try ledger.store.transact { try ledger.store.liveIndex($0) } == before)
    }

    @Test func anUnfinishedBuildIsNotSwapped() throws {
        let ledger = try DiaryLedger(responses: 60)
        _ = try ledger.store.rebuild(from: ledger.log)
        let kept = try ledger.store.transact { 1 - (try ledger.store.liveIndex($0)) }
        try ledger.store.environment.write {
            try $0.put(ledger.store.tables.meta, bytes: Array("rebuild".utf8), [UInt8(kept)])
        }
        #expect(try ledger.store.isRebuilding())
        #expect(refusal(ledger)?.contains("unfinished") == true)
        _ = try ledger.store.rebuild(from: ledger.log)
        #expect(try ledger.store.swapBack(with: ledger.log).live.position == 60)
    }

    @Test func aBuildOfAnotherLogIsNotSwapped() throws {
        let ledger = try DiaryLedger(responses: 60)
        _ = try ledger.store.rebuild(from: ledger.log)
        let kept = try ledger.store.transact { 1 - (try ledger.store.liveIndex($0)) }
        try ledger.store.environment.write { transaction in
            var record = try ledger.store.record(kept, transaction)
            record.lastLeaf = [UInt8](repeating: 1, count: 32)
            try transaction.put(
                ledger.store.tables.meta, bytes: Array("build.\(kept)".utf8), record.bytes)
        }
        #expect(refusal(ledger)?.contains("another log") == true)
        #expect(try ledger.store.live().position == 60)
    }

    @Test func anotherVersionIsFoldedBesideTheOldOne() throws {
        let ledger = try DiaryLedger(responses: 300)
        let digest = try ledger.store.digest()
        ledger.store.close()
        let second = try ProjectionStore<Diary<Second>>(
            directory: ledger.scratch("state"), commitEvents: 50)
        #expect(
            try second.rebuildReason(with: ledger.log) == .version(kept: 1, wanted: 2))
        var seen = 0
        try second.catchUp(with: ledger.log) { position, _ in
            // The old state stands untouched until the new one is whole.
            #expect((try? second.live().version) == 1)
            #expect((try? second.digest()) == digest)
            seen += 1
        }
        #expect(seen > 3)
        #expect(try second.live().version == 2)
        #expect(try second.rebuildReason(with: ledger.log) == nil)
        #expect(try second.other()?.version == 1)
        #expect(try second.other()?.position == 300)
        #expect(try second.verify(with: ledger.log).isSound)
        let error = #expect(throws: LedgerError.self) {
            _ = try second.swapBack(with: ledger.log)
        }
        #expect(error?.message.contains("layout 1") == true)
        second.close()
        // The former program can have its own back, without folding anything again.
        try ledger.reopen()
        #expect(
            try ledger.store.rebuildReason(with: ledger.log) == .version(kept: 2, wanted: 1))
        var folded = false
        let outcome = try ledger.store.swapBack(with: ledger.log) { _, _ in folded = true }
        #expect(outcome.live.version == 1 && outcome.former.version == 2 && !folded)
        #expect(outcome.formerDigest == nil)
        #expect(try ledger.store.digest() == digest)
    }

    @Test func aStateOfAnotherLogNeedsARebuild() throws {
        let ledger = try DiaryLedger(responses: 30)
        let other = try DiaryLedger(responses: 20)
        #expect(try ledger.store.rebuildReason(with: ledger.log) == nil)
        #expect(
            try ledger.store.rebuildReason(with: other.log)?.description.contains(
                "30 events, and the log has 20") == true)
    }

    /// It may be the only one that shows that the log was cut.
    @Test func aStateThatHasSeenMoreThanTheLogIsKept() throws {
        let ledger = try DiaryLedger(responses: 30)
        let other = try DiaryLedger(responses: 20)
        let (truth, digest) = (try other.store.digest(), try ledger.store.digest())
        ledger.store.close()
        for _ in 0..<2 {
            let store = try ProjectionStore<Diary<First>>(
                directory: ledger.scratch("state"), movesWhenUnwritable: true)
            #expect(try store.catchUp(with: other.log).position == 20)
            #expect(try store.digest() == truth)
            #expect(store.scratch?.reason.contains("30 events, and the log has 20") == true)
            // Whoever has asked first sees it as well.
            let seen = try store.verify(with: other.log).findings
            #expect(seen.contains { $0.problem.contains("the log has 20") }, "\(seen)")
            store.close()
            try ledger.reopen()
            #expect(try ledger.store.live().position == 30)
            #expect(try ledger.store.digest() == digest)
            let found = try ledger.store.verify(with: other.log).findings
            #expect(found.contains { $0.problem.contains("the log has 20") }, "\(found)")
            ledger.store.close()
        }
        try ledger.reopen()
        #expect(try ledger.store.rebuild(from: other.log).new == truth)
        #expect(try ledger.store.verify(with: other.log).isSound)
    }

    @Test func noDamagedPageIsFollowed() throws {
        let ledger = try DiaryLedger(responses: 3_000)
        let digest = try ledger.store.digest()
        let data = ledger.scratch("state/data.mdb")
        var sound: [UInt8] = []
        try ledger.reopen {
            sound = [UInt8](try Data(contentsOf: URL(fileURLWithPath: data)))
        }
        let pageBytes = 4096
        var found = 0
        for page in 2..<(sound.count / pageBytes) {
            var damaged = sound
            // A page that is not the one it says.
            damaged[page * pageBytes] ^= 0x55
            try ledger.reopen {
                try Data(damaged).write(to: URL(fileURLWithPath: data))
                try? FileManager.default.removeItem(atPath: ledger.scratch("state/lock.mdb"))
            }
            // What opening needs is healed at once.
            guard ledger.store.discardedDamage == nil else { continue }
            let report = try ledger.verify()
            guard !report.isSound else { continue }
            found += 1
            #expect(report.findings.map(\.check) == [.pages])
            #expect(report.isDamaged && report.digest == nil)
            #expect(report.findings.first?.problem.contains("page \(page) of") == true)
            guard case .damaged = try ledger.store.rebuildReason(with: ledger.log) else {
                Issue.record("page \(page): the damage is no reason for a rebuild")
                continue
            }
            let refused = #expect(throws: LedgerError.self) {
                _ = try ledger.store.swapBack(with: ledger.log)
            }
            #expect(refused?.code == .corrupt)
            try ledger.reopen(discardsDamage: true)
            #expect(ledger.store.discardedDamage?.contains("page \(page)") == true)
            #expect(try ledger.store.rebuild(from: ledger.log).old == nil)
            #expect(try ledger.store.digest() == digest)
        }
        #expect(found > 10, "most pages are in use")
        try ledger.reopen(discardsDamage: true)
        #expect(ledger.store.discardedDamage == nil, "a sound file is kept")
    }
}
