import Dispatch
import Foundation
import LMDB
import LedgerCore
import LedgerVault
import NPSLedger
import Synchronization
import Testing

@testable import LedgerStore

@Suite("Import: later messages about a response")
struct AmendmentTests {
    private static let mapping = [
        "response_id=id", "score=score", "text=text", "updated_at=updated", "segment.region=region",
    ]
    private static let header = "id,score,text,updated,region\n"

    private func run(
        _ first: String, _ second: String
    ) throws -> (first: ImportReport, second: ImportReport, test: TestLedger) {
        let test = try TestLedger()
        let run = TestLedger.Run(Self.mapping)
        let one = try test.run(run, Self.header + first + "\n")
        let two = try test.run(run, Self.header + second + "\n")
        let findings = try test.findings()
        #expect(findings.isEmpty, "\(findings)")
        return (one, two, test)
    }

    /// Each message of a batch is classified by those before it. Where another import comes between them,
    /// what was decided on one that did not come about is decided again.
    @Test("two imports of one id at once say what one after the other would")
    func atOnce() throws {
        @Sendable func score(_ second: Int) -> Int { second * 7 % 11 }
        for round in 0..<10 {
            let test = try TestLedger()
            let run = TestLedger.Run(["response_id=id", "score=score", "updated_at=updated"])
            let header = "id,score,updated\n"
            @Sendable func row(_ second: Int) -> String {
                let time = String(format: "2025-01-01T00:%02d:%02dZ", second / 60, second % 60)
                return "a,\(score(second)),\(time)\n"
            }
            _ = try test.run(run, header + row(0))
            let failures = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 2) { index in
                do {
                    var mine = run
                    mine.batchRows = 5 + round
                    let seconds = (1...240).filter { ($0 / (3 + round)) % 2 == index }
                    _ = try test.run(mine, header + seconds.map(row).joined())
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            var (standing, time) = (UInt16(score(0)) * 100, Microseconds(0))
            for event in try test.events(ResponseAmended.self) {
                let updated = try #require(event.payload.updatedAt)
                let second = Int((updated - 1_735_689_600_000_000) / 1_000_000)
                #expect(updated > time)
                time = updated
                standing = event.payload.score ?? standing
                #expect(standing == UInt16(score(second)) * 100, "at \(event.position)")
            }
            let findings = try test.findings()
            #expect(findings.isEmpty, "\(findings)")
        }
    }

    /// Each of a thousand messages about one response used to wait for the commit of the one before,
    /// and to read all before it again.
    @Test("messages about one id are recorded together")
    func together() throws {
        let test = try TestLedger()
        let run = TestLedger.Run(["response_id=id", "score=score", "updated_at=updated"])
        func rows(_ range: Range<Int>) -> String {
            "id,score,updated\n"
                + range.map {
                    String(
                        format: "a,%d,2025-01-01T%02d:%02d:%02dZ\n", $0 % 11, $0 / 3_600,
                        $0 / 60 % 60, $0 % 60)
                }.joined()
        }
        _ = try test.run(run, rows(0..<1))
        let before = test.ledger.log.environment.statistics.lastTransactionID
        #expect(try test.run(run, rows(1..<1_001)).amended == 1_000)
        let commits = test.ledger.log.environment.statistics.lastTransactionID - before
        #expect(commits < 10, "\(commits) commits")
        #expect(try test.findings().isEmpty)
    }

    @Test("a newer time of update amends")
    func newer() throws {
        let (_, report, test) = try run(
            "a,3,,2025-01-01T00:00:00Z,EMEA", "a,9,better now,2025-01-02T00:00:00Z,EMEA")
        #expect(report.totals == [1, 0, 1, 0, 0, 0, 0])
        let amended = try #require(try test.events(ResponseAmended.self).first)
        #expect(amended.payload.score == 900)
        #expect(amended.payload.hasText)
        #expect(amended.payload.updatedAt == 1_735_776_000_000_000)
        #expect(try test.ledger.personalData(at: amended.position)?.text == "better now")
        let recorded = try #require(try test.events(ResponseRecorded.self).first)
        #expect(amended.payload.response == recorded.position)
        // Sealed under the same person's key: destroying it destroys both.
        let keys = try [recorded.position, amended.position].map {
            try test.ledger.log.sealed($0)?.subject
        }
        #expect(keys == [recorded.payload.subject, recorded.payload.subject])
    }

    @Test("an unchanged score is not repeated in the amendment")
    func sameScore() throws {
        let (_, report, test) = try run(
            "a,3,,2025-01-01T00:00:00Z,EMEA", "a,3,late words,2025-01-02T00:00:00Z,EMEA")
        #expect(report.amended == 1)
        #expect(try test.events(ResponseAmended.self).first?.payload.score == nil)
    }

    @Test("a newer message moves the response to its segments")
    func newSegments() throws {
        let (_, report, test) = try run(
            "a,3,,2025-01-01T00:00:00Z,EMEA", "a,3,,2025-01-02T00:00:00Z,APAC")
        #expect(report.totals == [1, 0, 1, 0, 0, 0, 0])
        let amended = try #require(try test.events(ResponseAmended.self).first?.payload)
        #expect(amended.segments?.values.sorted() == ["APAC"])
        #expect(amended.score == nil)
    }

    @Test("a text may follow a score that came alone")
    func textLater() throws {
        let (_, report, _) = try run("a,9,,,EMEA", "a,9,because of the price,,EMEA")
        #expect(report.totals == [1, 0, 1, 0, 0, 0, 0])
        let (_, alone, _) = try run("a,9,,,EMEA", "a,,because of the price,,EMEA")
        #expect(alone.totals == [1, 0, 1, 0, 0, 0, 0])
    }

    @Test(
        "anything else under a known id is a conflict, kept in quarantine",
        arguments: [
            // Older, and as old.
            ("a,3,,2025-01-02T00:00:00Z,EMEA", "a,9,,2025-01-01T00:00:00Z,EMEA"),
            ("a,3,,2025-01-02T00:00:00Z,EMEA", "a,9,,2025-01-02T00:00:00Z,EMEA"),
            // Another score, another text, without a time.
            ("a,3,,,EMEA", "a,9,,,EMEA"), ("a,3,one,,EMEA", "a,3,two,,EMEA"),
            ("a,3,,,EMEA", "a,9,text with another score,,EMEA"),
            // Another segment, without a newer time.
            ("a,3,,2025-01-02T00:00:00Z,EMEA", "a,3,,2025-01-01T00:00:00Z,APAC"),
            ("a,3,,,EMEA", "a,3,late words,,APAC"),
        ])
    func conflict(first: String, second: String) throws {
        let (_, report, test) = try run(first, second)
        #expect(report.totals == [1, 0, 0, 0, 0, 1, 0])
        #expect(report.reasons == [:])
        let (position, rejected) = try #require(try test.events(RowRejected.self).first)
        #expect(rejected.code == "conflict")
        #expect(rejected.row == 1)
        #expect(try test.ledger.personalData(at: position)?.row == [UInt8](second.utf8))
    }

    @Test("the order of rows decides, not how they are cut into batches")
    func anyOrder() throws {
        for seed in 1...(Scratch.isHeavy ? UInt64(200) : 12) {
            var numbers = SeededGenerator(seed: seed)
            let rows = (0..<(20 + numbers.below(30))).map { _ in Self.row(&numbers) }
            let expected = NaiveImport.totals(rows)
            let text = Self.header + rows.map(\.line).joined(separator: "\n") + "\n"
            for batchRows in [1, 2, 3, 1 + numbers.below(20), 1_000] {
                let test = try TestLedger()
                var run = TestLedger.Run(Self.mapping)
                run.batchRows = batchRows
                run.threads = 1 + numbers.below(2)
                run.isDryRun = true
                let predicted = try test.run(run, text)
                #expect(
                    predicted.totals == expected, "dry run, seed \(seed), batches of \(batchRows)")
                run.isDryRun = false
                let report = try test.run(run, text)
                #expect(report.totals == expected, "seed \(seed), batches of \(batchRows)")
                let size = try test.size()
                let again = try test.run(run, text)
                #expect(again.recorded + again.amended == 0, "seed \(seed)")
                #expect(try test.size() == size, "seed \(seed)")
            }
        }
    }

    private static func row(_ numbers: inout SeededGenerator) -> NaiveImport.Row {
        let hasText = numbers.below(2) == 0
        return NaiveImport.Row(
            id: ["a", "b", "c"][numbers.below(3)],
            score: hasText && numbers.below(3) == 0 ? nil : [3, 9][numbers.below(2)],
            text: hasText ? ["one", "two"][numbers.below(2)] : nil,
            updated: numbers.below(3) == 0 ? nil : 1 + numbers.below(5),
            region: numbers.below(8) == 0 ? "APAC" : "EMEA")
    }
}

/// The rules of later messages, one row after the other.
private enum NaiveImport {
    struct Row: Hashable {
        var id: String
        var score: Int?
        var text: String?
        /// Day of January.
        var updated: Int?
        var region: String

        var line: String {
            let time = updated.map { "2025-01-0\($0)T00:00:00Z" } ?? ""
            return "\(id),\(score.map(String.init) ?? ""),\(text ?? ""),\(time),\(region)"
        }
    }

    private struct Response {
        var rows: [Row]
        var score: Int?
        var hasText: Bool
        var updated: Int?
        var region: String
    }

    static func totals(_ rows: [Row]) -> [Int] {
        var known: [String: Response] = [:]
        var (recorded, amended, duplicates, conflicts) = (0, 0, 0, 0)
        for row in rows {
            guard var response = known[row.id] else {
                known[row.id] = Response(
                    rows: [row], score: row.score, hasText: row.text != nil, updated: row.updated,
                    region: row.region)
                recorded += 1
                continue
            }
            if response.rows.contains(row) {
                duplicates += 1
                continue
            }
            let isNewer = row.updated.map { $0 > response.updated ?? 0 } ?? false
            let addsText =
                !response.hasText && row.text != nil && row.updated == nil
                && response.updated == nil && (row.score == nil || row.score == response.score)
                && row.region == response.region
            guard isNewer || addsText else {
                conflicts += 1
                continue
            }
            amended += 1
            response.rows.append(row)
            response.score = row.score ?? response.score
            response.hasText = response.hasText || row.text != nil
            response.updated = row.updated ?? response.updated
            response.region = row.region
            known[row.id] = response
        }
        return [rows.count, recorded, amended, 0, duplicates, conflicts, 0]
    }
}
