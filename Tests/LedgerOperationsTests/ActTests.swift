import LedgerCore
import LedgerOperations
import LedgerQueries
import LedgerStore
import NPSLedger
import NPSStatistics
import SurveyImport
import Testing

@Suite("Acts of an open ledger")
struct ActTests {
    private func code(_ act: () throws -> Void) -> LedgerError.Code? {
        do {
            try act()
            return nil
        } catch {
            return (error as? LedgerError)?.code
        }
    }

    @Test("an earlier version has read what it had not seen before it counts again")
    func rollback() throws {
        let test = try ActingLedger()
        #expect(try test.open.importFiles(test.request(0..<40)).report.classified == 40)
        let second = try test.registerSecond()
        let there = try test.open.activate(
            ActivationRequest(second, actor: ActingLedger.actor, reason: "try it"))
        let activated = try #require(there.effect)
        #expect(try test.classifications(by: second).allSatisfy { $0 < activated.position })
        #expect(try test.classifications(by: second).count == 40)

        // The first model does not read what comes in meanwhile.
        #expect(try test.open.importFiles(test.request(40..<60)).report.classified == 20)
        #expect(try test.classifications(by: 1).count == 40)
        let rehearsal = try test.open.rehearseRollback(RehearsalRequest())
        #expect(rehearsal.unread == 20)
        #expect(rehearsal.target.version == 1)

        let back = try test.open.rollBack(
            RollbackRequest(actor: ActingLedger.actor, reason: "take it back"))
        #expect(back.model == 1)
        #expect(back.after == back.after.map { _ in rehearsal.total.after })
        let read = try test.classifications(by: 1)
        #expect(read.count == 60)
        #expect(read.allSatisfy { $0 < back.position })
    }

    @Test("a gate that is not met is an answer, and nothing counts otherwise")
    func gate() throws {
        let test = try ActingLedger()
        _ = try test.open.importFiles(test.request(0..<40))
        let second = try test.registerSecond()
        let gate = try NamedGate(
            [UInt8](#"{"conditions": [{"metric": "accuracy", "atLeast": 0.9999}]}"#.utf8),
            name: "strict")
        let answer = try test.open.activate(
            ActivationRequest(second, actor: ActingLedger.actor, reason: "try it", gate: gate))
        #expect(answer.effect == nil)
        #expect(answer.evidence == nil)
        #expect(answer.gate?.report.isMet == false)
        #expect(try test.open.models.active()?.version == 1)
        // What it read stays recorded.
        #expect(try test.classifications(by: second).count == 40)
        let other =
            #"{"conditions": [{"metric": "segmentChange", "by": ["planet"], "#
            + #""responsesAtLeast": 1, "pointsAtMost": 3}]}"#
        let wrong = try NamedGate([UInt8](other.utf8), name: "wrong")
        #expect(
            code {
                _ = try test.open.activate(
                    ActivationRequest(
                        second, actor: ActingLedger.actor, reason: "try it", gate: wrong))
            } == .mismatch)
    }

    @Test("without a reason nothing is read, let alone recorded")
    func reason() throws {
        let test = try ActingLedger()
        _ = try test.open.importFiles(test.request(0..<10))
        let second = try test.registerSecond()
        let size = try test.size()
        for reason in [nil, "", " \n"] as [String?] {
            #expect(
                code {
                    _ = try test.open.activate(
                        ActivationRequest(second, actor: ActingLedger.actor, reason: reason))
                } == .refused)
        }
        #expect(
            code {
                _ = try test.open.rollBack(
                    RollbackRequest(actor: ActingLedger.actor, reason: " "))
            } == .refused)
        #expect(try test.size() == size)
    }

    @Test("what must not be recorded is refused before anything is written")
    func refusedImports() throws {
        let test = try ActingLedger()
        let size = try test.size()
        var unnamed = try test.request(0..<10)
        unnamed.source = ""
        var exposed = try test.request(0..<10)
        try exposed.mapping.exclude("region=somebody@example.com")
        for request in [unnamed, exposed] {
            #expect(code { _ = try test.open.importFiles(request) } == .invalid)
        }
        var rehearsed = try test.request(0..<10)
        rehearsed.isDryRun = true
        #expect(try test.open.importFiles(rehearsed).report.recorded == 10)
        #expect(try test.size() == size)
        #expect(try test.open.importFiles(test.request(0..<10)).report.recorded == 10)
        #expect(try test.open.importFiles(test.request(0..<10)).report.duplicates == 10)
    }
}
