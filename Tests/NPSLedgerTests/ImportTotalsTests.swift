import Dispatch
import LedgerCore
import LedgerVault
import NPSLedger
import Simulation
import SurveyImport
import Synchronization
import Testing

@Suite("Import: totals")
struct ImportTotalsTests {
    @Test(
        "every row ends as one of six, as the simulation knows, whatever the batches and threads",
        arguments: [(1, 1), (7, 2), (100, 2), (16_384, 3)])
    func simulated(batchRows: Int, threads: Int) throws {
        let seed = UInt64(batchRows)
        let file = try SimulatedFile(seed: seed, responses: batchRows == 1 ? 150 : 700)
        let test = try TestLedger()
        _ = try test.activateEmbedded()
        var run = TestLedger.Run(SimulatedFile.mapping)
        run.batchRows = batchRows
        run.threads = threads
        run.classifies = true

        var rehearsal = run
        rehearsal.isDryRun = true
        let before = try test.size()
        let predicted = try test.run(rehearsal, file.bytes)
        #expect(try test.size() == before, "a dry run wrote")

        let report = try test.run(run, file.bytes)
        #expect(report.totals == file.totals, "seed \(seed)")
        #expect(report.simulatedReasons == file.reasons, "seed \(seed)")
        #expect(report.reconciles)
        #expect(report.classified == file.truth.comments, "seed \(seed)")
        #expect(predicted.totals == report.totals, "seed \(seed)")
        #expect(predicted.reasons == report.reasons, "seed \(seed)")
        #expect(predicted.scored == report.scored, "seed \(seed)")

        #expect(try test.events(ResponseRecorded.self).count == report.recorded)
        #expect(try test.events(ResponseAmended.self).count == report.amended)
        #expect(
            try test.events(RowRejected.self).count == report.rejected + report.conflicts)
        #expect(try test.events(ClassificationRecorded.self).count == report.classified)
        let findings = try test.findings()
        #expect(findings.isEmpty, "\(findings)")
    }

    @Test("the same file again records nothing new", arguments: [false, true])
    func again(jsonLines: Bool) throws {
        let file = try SimulatedFile(seed: 3, responses: 400, jsonLines: jsonLines)
        let test = try TestLedger()
        var run = TestLedger.Run(SimulatedFile.mapping)
        run.batchRows = 64
        let first = try test.run(run, file.bytes)
        #expect(first.totals == file.totals)
        let size = try test.size()
        for threads in [1, 2] {
            run.threads = threads
            run.batchRows *= 3
            let again = try test.run(run, file.bytes)
            #expect(try test.size() == size)
            #expect(again.recorded == 0)
            #expect(again.amended == 0)
            #expect(again.read == first.read)
            #expect(again.duplicates == first.recorded + first.amended + first.duplicates)
            #expect(again.conflicts == first.conflicts)
            #expect(again.rejected == first.rejected)
            #expect(again.reconciles)
        }
        var rehearsal = run
        rehearsal.isDryRun = true
        let predicted = try test.run(rehearsal, file.bytes)
        #expect(predicted.duplicates == first.recorded + first.amended + first.duplicates)
    }

    @Test("two imports of one file at once record each row once")
    func atOnce() throws {
        let file = try SimulatedFile(seed: 11, responses: 1_500)
        let test = try TestLedger()
        let reports = Mutex<[ImportReport]>([])
        let failures = Mutex<[String]>([])
        // The mapping is stated before, so that the two do not both state it.
        let header = Array(file.bytes.prefix { $0 != UInt8(ascii: "\n") })
        _ = try test.run(TestLedger.Run(SimulatedFile.mapping), header)
        DispatchQueue.concurrentPerform(iterations: 2) { index in
            do {
                var run = TestLedger.Run(SimulatedFile.mapping)
                run.batchRows = index == 0 ? 37 : 53
                let report = try test.run(run, file.bytes)
                reports.withLock { $0.append(report) }
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        #expect(failures.withLock { $0 } == [])
        let both = reports.withLock { $0 }
        let expected = file.truth.expected
        #expect(both.allSatisfy { $0.reconciles })
        #expect(both.map(\.read) == [expected.read, expected.read])
        #expect(both.map(\.conflicts) == [expected.conflicts, expected.conflicts])
        #expect(both.map(\.rejected) == [expected.rejected, expected.rejected])
        let recorded = both.reduce(0) { $0 + $1.recorded }
        let amended = both.reduce(0) { $0 + $1.amended }
        let events = try test.events(ResponseRecorded.self)
        #expect(events.count == expected.recorded)
        #expect(recorded == expected.recorded)
        #expect(amended == expected.amended)
        #expect(try test.events(ResponseAmended.self).count == expected.amended)
        #expect(Set(events.map(\.payload.id)).count == events.count)
        #expect(
            try test.events(RowRejected.self).count == expected.rejected + expected.conflicts)
        let findings = try test.findings()
        #expect(findings.isEmpty, "\(findings)")
        try respondentsHaveOneSubject(test)
    }

    /// Bindings hold across the two: a respondent has one subject, and a subject one respondent.
    private func respondentsHaveOneSubject(_ test: TestLedger) throws {
        var subjects: [String: Set<UInt64>] = [:]
        for (position, response) in try test.events(ResponseRecorded.self) {
            let personal = try test.ledger.personalData(at: position)
            guard let respondent = personal?.respondent else { continue }
            subjects[respondent, default: []].insert(response.subject)
        }
        #expect(subjects.values.allSatisfy { $0.count == 1 })
        #expect(Set(subjects.values.flatMap { $0 }).count == subjects.count)
        #expect(subjects.count > 100)
    }

    @Test("what stood before a fault of the file is recorded")
    func fault() throws {
        let test = try TestLedger()
        let run = TestLedger.Run(["response_id=id", "score=score"])
        let torn = "id,score\na,9\nb,8\nc,\"7\n"
        #expect(throws: ImportError.self) { try test.run(run, torn) }
        #expect(try test.events(ResponseRecorded.self).map(\.payload.id) == ["a", "b"])
        // Repaired, it goes on from there.
        let report = try test.run(run, "id,score\na,9\nb,8\nc,7\n")
        #expect(report.totals == [3, 1, 0, 0, 2, 0, 0])
    }
}
