import Dispatch
import Foundation
import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger
import SurveyImport
import Synchronization
import Testing

@testable import LedgerStore

@Suite("Intake of responses that are sent")
struct IntakeTests {
    private static let actor = ActingLedger.actor

    /// Rows as a request brings them: `id,score,text,updated,region`.
    private static func rows(_ lines: [String]) throws -> RowBatch {
        let path = NSTemporaryDirectory() + "nps-ledger-intake-" + UUID().uuidString + ".csv"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(("id,score,text,updated,region\n" + lines.joined(separator: "\n") + "\n").utf8)
            .write(to: URL(fileURLWithPath: path))
        let mapping = try ColumnMapping(arguments: [
            "response_id=id", "score=score", "text=text", "updated_at=updated",
            "segment.region=region",
        ])
        var reader = try SurveyFileReader(path: path, mapping: mapping)
        var rows = RowBatch()
        while try reader.append(to: &rows, max: 10_000) > 0 {}
        return rows
    }

    private static func request(
        _ lines: [String], source: String = "app", isAtomic: Bool = false
    ) throws -> IntakeRequest {
        IntakeRequest(
            source: source, actor: actor, rows: try rows(lines), isAtomic: isAtomic)
    }

    /// Sends requests one after the other and waits for each.
    private static func take(
        _ intake: ResponseIntake, _ request: IntakeRequest
    ) throws -> [RowConclusion] {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result<[RowConclusion], any Error>?>(nil)
        intake.submit(request) { outcome in
            result.withLock { $0 = outcome }
            done.signal()
        }
        done.wait()
        return try #require(try result.withLock { try $0?.get() })
    }

    @Test("each response is answered with what became of it, in the order it was sent")
    func conclusions() throws {
        let test = try ActingLedger()
        let intake = try ResponseIntake(into: test.open)
        defer { intake.stop() }
        let first = try Self.take(
            intake,
            Self.request([
                "1,9,lovely,,north", "2,eleven,,,north", "3,4,,,south", "3,4,,,south",
                "4,7,fine,2025-01-01T00:00:00Z,",
            ]))
        guard case .recorded(let one) = first[0], case .rejected(let aside?, let row) = first[1],
            case .recorded(let three) = first[2], case .recorded(let four) = first[4]
        else {
            Issue.record("\(first)")
            return
        }
        #expect(row.code == .scoreNotANumber)
        #expect(first[3] == .duplicate(three))
        #expect(one.position < aside.position && aside.position < three.position)
        for receipt in [one, aside, three, four] {
            #expect(try test.open.log.leafHash(at: receipt.position) == receipt.leafHash)
        }

        let second = try Self.take(
            intake,
            Self.request([
                "1,9,lovely,,north", "3,5,,,south", "4,8,better,2025-01-02T00:00:00Z,", "2,3,,,",
            ]))
        #expect(second[0] == .duplicate(one))
        guard case .conflict(.some, with: three.position) = second[1],
            case .amended(_, response: four.position) = second[2], case .recorded = second[3]
        else {
            Issue.record("\(second)")
            return
        }
        #expect(try test.open.verify().problemCount == 0)
    }

    @Test("rows of other dimensions, and rows that cannot be read, are taken in with others")
    func joined() throws {
        let reader = ResponseRequestReader()
        func rows(_ json: String) throws -> RowBatch {
            let sent: SentResponses = try reader.read(Array(json.utf8), isLines: false)
            return sent.groups[0].rows
        }
        let region = try rows(
            #"[{"source":"s","id":"1","score":9,"segments":{"region":"EMEA"}},{"source":"s","id":"2"}]"#
        )
        let plan = try rows(
            #"[{"source":"s","id":"3","score":1,"segments":{"plan":"pro"}},{"source":"s","id":"4","score":99}]"#
        )
        var batches = [region, plan]
        for index in batches.indices { batches[index].giveTickets { index * 2 + $0 + 1 } }
        let whole = RowBatch(joining: batches)
        #expect(whole.rows.map(\.ticket) == [1, 2, 3, 4])
        #expect(whole.dimensions == ["plan", "region"])
        #expect(whole.rows.map { whole.rejection(of: $0) != nil } == [false, true, false, true])
        func values(_ row: Int) -> [String?] {
            (0..<2).map { whole.text(whole.segment($0, of: whole.rows[row])) }
        }
        #expect(values(0) == [nil, "EMEA"] && values(2) == ["pro", nil])
        let test = try ActingLedger()
        let intake = try ResponseIntake(into: test.open)
        let answers = Mutex<[String]>([])
        for batch in batches {
            intake.submit(
                IntakeRequest(source: "s", actor: Self.actor, rows: batch)
            ) { outcome in
                let told = (try? outcome.get())?.map { $0.isTaken } ?? []
                answers.withLock { $0.append("\(told)") }
            }
        }
        intake.stop()
        #expect(answers.withLock { $0 } == ["[true, false]", "[true, false]"])
    }

    @Test("all of a request are recorded, or none")
    func atomic() throws {
        let test = try ActingLedger()
        let intake = try ResponseIntake(into: test.open)
        defer { intake.stop() }
        let known = try Self.take(intake, Self.request(["1,9,,,north"]))
        let before = try test.responses()
        let bad = try Self.take(
            intake, Self.request(["5,1,,,", "6,x,,,", "1,9,,,north"], isAtomic: true))
        #expect(bad[0] == .withheld)
        guard case .rejected(nil, let row) = bad[1], case .recorded(let one) = known[0] else {
            Issue.record("\(bad)")
            return
        }
        #expect(row.code == .scoreNotANumber)
        #expect(bad[2] == .duplicate(one))
        let contradicts = try Self.take(
            intake, Self.request(["7,1,,,", "1,2,,,north"], isAtomic: true))
        #expect(contradicts == [.withheld, .conflict(nil, with: one.position)])
        let twice = try Self.take(
            intake, Self.request(["8,1,,,", "8,2,,,"], isAtomic: true))
        #expect(twice[0] == .withheld)
        guard case .rejected(nil, let repeated) = twice[1] else {
            Issue.record("\(twice)")
            return
        }
        #expect(repeated.code.rawValue == "repeated")
        #expect(try test.responses() == before)

        let good = try Self.take(
            intake, Self.request(["5,1,,,", "6,2,,,", "1,9,,,north"], isAtomic: true))
        #expect(good.allSatisfy { $0.isTaken })
        #expect(try test.responses() == before + 2)
    }

    @Test("what many callers send at once is recorded once, by few commits, and verified")
    func manyCallers() throws {
        let test = try ActingLedger()
        let commits = Atomic(0)
        let intake = try ResponseIntake(into: test.open) {
            commits.wrappingAdd(1, ordering: .relaxed)
        }
        let callers = 16
        let each = 40
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: callers) { caller in
            for number in 0..<each {
                do {
                    // Every response is sent by two callers, from one of three sources.
                    let id = caller / 2 * each + number
                    let answer = try Self.take(
                        intake,
                        Self.request(
                            ["\(id),\(id % 11),text \(id),,north"], source: "app-\(id % 3)",
                            isAtomic: number % 7 == 0))
                    if !answer[0].isTaken { throw LedgerError(.internal, "\(answer)") }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        intake.stop()
        #expect(failures.withLock { $0 } == [])
        #expect(try test.responses() == callers / 2 * each)
        #expect(commits.load(ordering: .relaxed) > 0)
        // The texts were read as they came in.
        #expect(try test.classifications(by: 1).count == callers / 2 * each)
        #expect(try test.open.verify().problemCount == 0)
    }

    @Test("another process that writes the same responses meanwhile makes no second of any")
    func besideAnImport() throws {
        let test = try ActingLedger()
        var file = try test.request(0..<400)
        file.source = "app"
        let (rows, open) = (file, test.open)
        let intake = try ResponseIntake(into: test.open)
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 2) { index in
            do {
                if index == 0 {
                    _ = try open.importFiles(rows)
                } else {
                    for id in 0..<400 {
                        let answer = try Self.take(
                            intake, Self.request(["\(id),\([2, 7, 10][id % 3]),,,"]))
                        switch answer[0] {
                        case .recorded, .conflict: continue
                        default: throw LedgerError(.internal, "\(answer)")
                        }
                    }
                }
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        intake.stop()
        #expect(failures.withLock { $0 } == [])
        #expect(try test.responses() == 400)
        #expect(try test.open.verify().problemCount == 0)
    }

    @Test("what waits when it stops is recorded, and who comes later is turned away")
    func stopping() throws {
        let test = try ActingLedger()
        let intake = try ResponseIntake(into: test.open)
        let answers = Mutex<[Bool]>([])
        for id in 0..<50 {
            intake.submit(try Self.request(["\(id),9,,,"])) { outcome in
                answers.withLock { $0.append((try? outcome.get())?.first?.isTaken ?? false) }
            }
        }
        intake.stop()
        #expect(answers.withLock { $0 } == Array(repeating: true, count: 50))
        #expect(throws: LedgerError.self) {
            try Self.take(intake, Self.request(["60,9,,,"]))
        }
        #expect(try test.responses() == 50)
    }
}
