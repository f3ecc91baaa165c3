import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import LedgerStore
import Testing

@testable import LedgerReplay

/// A state held against the log and against what was put on record.
@Suite struct ProjectionVerifyTests {
    @Test func aSoundStateMatchesEveryCommitment() throws {
        let seed: UInt64 = 141
        var random = SeededNumbers(seed: seed)
        let ledger = try DiaryLedger()
        var committed: [Position] = []
        for _ in 0..<12 {
            try ledger.append(1 + random.below(90))
            let size = try ledger.size
            guard case .committed(let commitment) = try ledger.commit() else {
                Issue.record("seed \(seed): nothing was recorded")
                return
            }
            #expect(commitment.upTo == size && commitment.position == size)
            #expect(commitment.version == 1 && commitment.projection == "diary")
            committed.append(size)
        }
        try ledger.append(5)
        var steps: [Position] = []
        let report = try ledger.store.verify(with: ledger.log) { done, target in
            steps.append(done)
            #expect(done <= target)
        }
        #expect(report.isSound && report.divergence == nil && !report.isDamaged)
        #expect(report.commitments.map(\.commitment.upTo) == committed)
        #expect(report.count { $0 == .equal } == 12)
        #expect(report.digest == report.replayed)
        #expect(try report.position == ledger.size)
        #expect(steps == steps.sorted() && steps.count > 12)
        let left = try FileManager.default.contentsOfDirectory(atPath: ledger.scratch("state"))
        #expect(Set(left) == ["data.mdb", "lock.mdb"], "the replay is gone again")
    }

    @Test func whatWasLeftBehindByAKilledVerifierIsTakenAway() throws {
        let ledger = try DiaryLedger(responses: 10)
        let abandoned = ledger.scratch("state/npsledger-scratch.abandoned")
        try FileManager.default.createDirectory(
            atPath: abandoned, withIntermediateDirectories: false)
        #expect(try ledger.verify().isSound)
        #expect(!FileManager.default.fileExists(atPath: abandoned))
    }

    @Test(arguments: [[UInt8(9), 9], nil, [1]])
    func theFirstEventThatAStateTellsOtherwiseIsNamed(value: [UInt8]?) throws {
        let seed: UInt64 = 142
        var random = SeededNumbers(seed: seed)
        let ledger = try DiaryLedger(responses: 400)
        _ = try ledger.commit()
        for _ in 0..<6 {
            let position = Position(random.below(400))
            let key = Diary<First>.key(position)
            let kept = try ledger.store.read { state, _ in try state.value(key) }
            try ledger.tamper(key, value)
            let report = try ledger.verify()
            #expect(report.divergence == .at(position, .responseRecorded), "seed \(seed)")
            #expect(report.findings.count == 1)
            let finding = try #require(report.findings.first)
            #expect(finding.check == .replay && finding.position == position)
            #expect(
                "\(finding)".contains("they part at position \(position): response.recorded"))
            #expect("\(finding)".contains("only then rebuild the state"))
            // What is on record is what the log gives all the same.
            #expect(report.commitments.map(\.result) == [.equal])
            try ledger.tamper(key, kept)
            #expect(try ledger.verify().isSound)
        }
    }

    @Test func oneOfTwoChangesIsTheFirst() throws {
        let ledger = try DiaryLedger(responses: 200)
        try ledger.tamper(Diary<First>.key(150), [9, 9])
        try ledger.tamper(Diary<First>.key(31), nil)
        #expect(try ledger.verify().divergence == .at(31, .responseRecorded))
    }

    @Test func aDifferenceThatNoAnswerShowsIsToldAsSuch() throws {
        let ledger = try DiaryLedger(responses: 100)
        try ledger.tamper([UInt8](repeating: 1, count: 9), [1])
        let report = try ledger.verify()
        #expect(report.divergence == .nowhere(prefixesAsked: 65))
        #expect(report.findings.first?.problem.contains("its bytes differ") == true)
        try ledger.tamper([0], [1])
        let unreadable = try ledger.verify()
        #expect(unreadable.divergence == .everywhere)
        #expect(unreadable.findings.first?.problem.contains("cannot be read") == true)
    }

    @Test func aCommitmentThatTheLogDoesNotBearOutIsNamedWithItsRange() throws {
        let ledger = try DiaryLedger(responses: 50)
        _ = try ledger.commit()
        try ledger.append(50)
        let first = try ledger.forge(upTo: 101)
        try ledger.append(10)
        let second = try ledger.forge(upTo: 112)
        try ledger.append(1)
        _ = try ledger.commit()
        let report = try ledger.verify()
        #expect(
            report.commitments.map { $0.result == .equal } == [true, false, false, true])
        #expect(report.findings.map(\.position) == [first])
        let text = report.findings.first?.problem ?? ""
        #expect(text.contains("the commitment at position \(first) says that diary as of 101 is"))
        #expect(text.contains("0707070707070707…"))
        #expect(text.contains("the one before, as of 50, matches: they part at 50…100"))
        #expect(text.contains("the live state is what the log gives"))
        #expect(text.contains("1 later commitment does not match either"))
        #expect(second == 112)
        // Where the live state parts from the log in there, the position is named.
        try ledger.tamper(Diary<First>.key(77), [9, 9])
        let texts = try ledger.verify().findings.map(\.problem)
        #expect(texts.count == 2)
        #expect(texts.last?.contains("parts from the log there too, at position 77") == true)
    }

    @Test func commitmentsOfOtherVersionsAndToTheFutureAreTold() throws {
        let ledger = try DiaryLedger(responses: 20)
        _ = try ledger.forge(upTo: 20, version: 2)
        _ = try ledger.forge(upTo: 20, id: "another")
        #expect(try ledger.verify().isSound)
        #expect(try ledger.verify().commitments.map(\.result) == [.notComparable])
        let ahead = try ledger.forge(upTo: 4_000)
        let report = try ledger.verify()
        #expect(report.findings.map(\.position) == [ahead])
        #expect(report.findings.first?.problem.contains("later than itself") == true)
        // It does not stand in the way of the next.
        #expect(try ledger.store.lastCommitment(in: ledger.log) == nil)
        guard case .committed = try ledger.commit() else {
            Issue.record("nothing was recorded")
            return
        }
    }

    @Test func aStateBehindItsCommitmentsIsComparedWhereItStands() throws {
        let ledger = try DiaryLedger(responses: 100)
        _ = try ledger.commit()
        let live = try ledger.store.transact { try ledger.store.liveIndex($0) }
        try ledger.store.environment.write { try ledger.store.clear(live, $0) }
        try ledger.store.catchUp(with: ledger.log, to: 40)
        let report = try ledger.verify()
        #expect(report.isSound && report.position == 40)
        #expect(report.commitments.map(\.result) == [.equal])
        try ledger.tamper(Diary<First>.key(12), [9, 9])
        #expect(try ledger.verify().divergence == .at(12, .responseRecorded))
    }

    @Test func nothingIsCommittedTwice() throws {
        let ledger = try DiaryLedger(responses: 30)
        #expect(try ledger.store.uncommittedEvents(in: ledger.log) == 30)
        guard case .committed(let first) = try ledger.commit() else {
            Issue.record("nothing was recorded")
            return
        }
        #expect(try ledger.store.uncommittedEvents(in: ledger.log) == 0)
        // Its own event, and those of others, are no reason for another.
        #expect(try ledger.commit() == .standing(first))
        _ = try ledger.forge(upTo: 9, id: "another")
        #expect(try ledger.commit() == .standing(first))
        #expect(try ledger.size == 32)
        try ledger.append(1)
        #expect(try ledger.store.uncommittedEvents(in: ledger.log) == 1)
        guard case .committed(let second) = try ledger.commit() else {
            Issue.record("nothing was recorded")
            return
        }
        #expect(second.upTo == 33 && second.position == 33)
        #expect(try ledger.store.lastCommitment(in: ledger.log) == second)
    }

    @Test func oneSetOfEventsHasOneDigest() throws {
        let ledger = try DiaryLedger(responses: 30)
        _ = try ledger.forge(upTo: 31)
        // The same key with another digest: the log takes no second truth.
        guard case .contradicted(let other, let digest) = try ledger.commit() else {
            Issue.record("the contradiction was not seen")
            return
        }
        #expect(other.upTo == 31 && digest != other.digest)
        try ledger.append(1)
        guard case .committed(let committed) = try ledger.commit() else {
            Issue.record("nothing was recorded")
            return
        }
        try ledger.tamper(Diary<First>.key(3), [9, 9])
        let outcome = try ledger.commit()
        guard case .contradicted(committed, _) = outcome else {
            Issue.record("a changed state was not seen: \(outcome)")
            return
        }
        #expect(try ledger.size == 33)
    }

    @Test func aStateOfAnotherLogIsNotCommitted() throws {
        let ledger = try DiaryLedger(responses: 30)
        let other = try DiaryLedger(responses: 20)
        let error = #expect(throws: LedgerError.self) {
            _ = try ledger.store.commit(
                to: other.log, actor: .system, occurredAt: TestClock.start)
        }
        #expect(error?.code == .refused)
        #expect(
            try ledger.store.verify(with: other.log).findings.map(\.check) == [.witness])
    }
}
