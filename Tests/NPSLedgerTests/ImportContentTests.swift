import Foundation
import LedgerCore
import LedgerStore
import LedgerVault
import NPSLedger
import Testing

@Suite("Import: what is recorded")
struct ImportContentTests {
    @Test("excluded rows are recorded, and taken out")
    func exclusions() throws {
        let test = try TestLedger()
        var run = TestLedger.Run(["response_id=id", "score=score"])
        run.exclusions = ["status=test", "status=internal"]
        let text = "id,score,status\na,9,ok\nb,2,test\nc,3,internal\nd,4, test \n"
        for batchRows in [1, 100] {
            run.batchRows = batchRows
            let size = try test.size()
            let report = try test.run(run, text)
            if batchRows == 1 {
                #expect(report.totals == [4, 1, 0, 3, 0, 0, 0])
                #expect(report.scored == 1)
            } else {
                #expect(report.totals == [4, 0, 0, 0, 4, 0, 0])
                #expect(try test.size() == size)
            }
        }
        let responses = try test.events(ResponseRecorded.self)
        #expect(responses.map(\.payload.id) == ["a", "b", "c", "d"])
        // In the same event, by the rule's number: what a rule says may be personal.
        #expect(
            responses.map(\.payload.excluded) == [
                nil, "mapping.exclude.1", "mapping.exclude.2", "mapping.exclude.1",
            ])
        #expect(try test.events(ResponseExcluded.self).isEmpty)
        run.isDryRun = true
        run.source = "elsewhere"
        let predicted = try test.run(run, text)
        #expect(predicted.totals == [4, 1, 0, 3, 0, 0, 0])
        #expect(predicted.scored == 1)
    }

    @Test("one respondent is one subject, in any batch and any file")
    func respondents() throws {
        let test = try TestLedger()
        var run = TestLedger.Run(["response_id=id", "score=score", "respondent_id=who"])
        run.batchRows = 2
        _ = try test.run(run, "id,score,who\na,9,ann\nb,8,bob\nc,7,ann\nd,6,\ne,5,ann\nf,1,\n")
        _ = try test.run(run, "id,score,who\ng,9,bob\nh,8,ann\n")
        run.source = "app"
        _ = try test.run(run, "id,score,who\na,1,ann\n")
        let subjects = try test.events(ResponseRecorded.self).map(\.payload.subject)
        let (ann, bob) = (subjects[0], subjects[1])
        #expect(subjects == [ann, bob, ann, subjects[3], ann, subjects[5], bob, ann, ann])
        // Without a respondent each is a subject of its own.
        #expect(Set(subjects).count == 4)
    }

    @Test("a rescaled score carries the original and the scale")
    func rescaled() throws {
        let test = try TestLedger()
        var run = TestLedger.Run(["response_id=id", "score=stars"])
        run.scale = "1-5"
        let report = try test.run(run, "id,stars\na,1\nb,3\nc,5\nd,6\n")
        #expect(report.totals == [4, 3, 0, 0, 0, 0, 1])
        #expect(report.reasons == ["score.out-of-range": 1])
        let responses = try test.events(ResponseRecorded.self).map(\.payload)
        #expect(responses.map(\.score) == [0, 500, 1000])
        #expect(responses.map(\.originalScore) == ["1", "3", "5"])
        #expect(responses.allSatisfy { $0.scale == [100, 500] })
    }

    @Test("rows without an id stay apart, and are known when the file comes again")
    func withoutIDs() throws {
        let test = try TestLedger()
        let run = TestLedger.Run(["score=score", "text=text"])
        let text = "score,text\n9,good\n9,good\n3,\n"
        #expect(try test.run(run, text).totals == [3, 3, 0, 0, 0, 0, 0])
        let size = try test.size()
        #expect(try test.run(run, text).totals == [3, 0, 0, 0, 3, 0, 0])
        #expect(try test.size() == size)
        // A line more is a response more.
        #expect(try test.run(run, text + "3,\n").totals == [4, 1, 0, 0, 3, 0, 0])
    }

    @Test("rows without a time get the one given, and come again at another without conflict")
    func withoutTimes() throws {
        let test = try TestLedger()
        var run = TestLedger.Run(["response_id=id", "score=score"])
        run.defaultTime = TestLedger.start - 5_000_000
        #expect(try test.run(run, "id,score\na,9\n").recorded == 1)
        let time = try test.ledger.log.withEvent(try test.size() - 1) { $0.occurredAt }
        #expect(time == run.defaultTime)
        run.defaultTime += 1_000_000
        #expect(try test.run(run, "id,score\na,9\n").duplicates == 1)
    }

    @Test("a mapping is stated once, and again when it changes")
    func mappings() throws {
        let test = try TestLedger()
        let run = TestLedger.Run(["response_id=id", "score=score"])
        let other = TestLedger.Run(["response_id=id", "score=score", "text=text"])
        _ = try test.run(run, "id,score,text\na,9,\n")
        _ = try test.run(run, "id,score,text\nb,9,\n")
        _ = try test.run(other, "id,score,text\nc,9,\n")
        _ = try test.run(run, "id,score,text\nd,9,\n")
        let mappings = try test.events(MappingEdited.self)
        #expect(mappings.count == 3)
        let causes = try test.events(ResponseRecorded.self).map { position, _ in
            try test.ledger.log.withEvent(position) { $0.cause }
        }
        let stated = mappings.map { Optional(Optional($0.position)) }
        #expect(causes == [stated[0], stated[0], stated[1], stated[2]])
    }

    @Test("no personal data is in any file in plain text")
    func sealed() throws {
        let test = try TestLedger()
        _ = try test.activateEmbedded()
        var run = TestLedger.Run([
            "response_id=id", "score=score", "text=text", "respondent_id=who", "updated_at=updated",
        ])
        run.classifies = true
        let secrets = [
            "Zebrawörtchen im Kommentar", "giraffe-4711@mail.example", "Nashornsatz danach",
            "Elefantenzeile-abgelehnt", "Okapisatz im Widerspruch",
        ]
        let text = """
            id,score,text,who,updated
            a,9,\(secrets[0]),\(secrets[1]),2025-01-01T00:00:00Z
            a,9,\(secrets[2]),\(secrets[1]),2025-01-02T00:00:00Z
            b,eleven,\(secrets[3]),\(secrets[1]),
            a,2,\(secrets[4]),\(secrets[1]),2025-01-01T00:00:00Z

            """
        let report = try test.run(run, text)
        #expect(report.totals == [4, 1, 1, 0, 0, 1, 1])
        // They are there, for whoever has the key.
        let recorded = try #require(try test.events(ResponseRecorded.self).first)
        let personal = try #require(try test.ledger.personalData(at: recorded.position))
        #expect(personal.text == secrets[0])
        #expect(personal.respondent == secrets[1])
        #expect(personal.row.map { String(decoding: $0, as: UTF8.self) }?.hasPrefix("a,9") == true)
        let files = try test.scratch.files()
        #expect(files.contains { $0.path.hasSuffix("log/data.mdb") && $0.bytes.count > 4_096 })
        for (path, bytes) in files {
            for secret in secrets {
                #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(path) holds “\(secret)”")
            }
        }
    }

    @Test("ids made to look like the importer's own keys stand for themselves")
    func forgedIDs() throws {
        let test = try TestLedger()
        let run = TestLedger.Run(["response_id=id", "score=score"])
        let rows = [
            #"{"id":"a","score":1}"#, #"{"id":"a\u0000amended\u00001","score":2}"#,
            #"{"id":"a\u0000excluded","score":3}"#, #"{"id":"\u0000rejected\u00001","score":4}"#,
        ]
        let report = try test.run(run, rows.joined(separator: "\n") + "\n")
        #expect(report.totals == [4, 1, 0, 0, 0, 0, 3])
        #expect(report.reasons == ["encoding.nul": 3])
    }
}
