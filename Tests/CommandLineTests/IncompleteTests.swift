import Foundation
import LedgerCore
import LedgerStore
import Testing

/// A newer program has recorded events of a version that this one does not know: every answer that
/// lacks them says so itself, since whoever reads JSON or CSV reads no notices.
@Suite("Incomplete answers")
struct IncompleteTests {
    private static let time: Microseconds = 1_900_000_000_000_000

    /// A small ledger, at its end an exclusion that this program cannot read.
    private func ledger() throws -> (Workspace, end: Int) {
        let here = try Workspace()
        _ = try here.prepare(responses: 60, seed: 8)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        let end = try #require(try here.json("nps")["asOf"]?["position"]?.int)
        try append(ResponseExcluded(response: 5, reason: "policy"), here)
        return (here, end)
    }

    /// Appends an event as a program would that knows a version more.
    private func append(_ payload: some EventPayload, _ here: Workspace) throws {
        let log = try EventLog(path: here.path + "/ledger/log", acceptsClock: true) { Self.time }
        defer { log.close() }
        var draft = EventDraft(payload, occurredAt: Self.time, actor: .system)
        draft.version = 99
        var batch = EventBatch()
        try batch.append(draft)
        _ = try log.append(batch)
    }

    private static let questions = [
        ["nps"], ["nps", "--by", "region"], ["trend"], ["compare", "--by", "region"],
        ["distribution"], ["responses"], ["topics", "--model", "1"],
        ["diff", "--between", "as-of=9", "today"], ["trace", "5"],
        ["model", "estimate", "1"], ["review", "list"], ["review", "agreement"],
    ]

    @Test("JSON and CSV of every answer say how many events they lack")
    func said() throws {
        let (here, end) = try ledger()
        for question in Self.questions {
            let outcome = try here.run(question + ["--format", "json"])
            guard outcome.status == 0 else {
                #expect(question[0] == "topics", "\(outcome)")
                continue
            }
            let answer = try outcome.json()
            // A difference has two frames.
            #expect((answer["second"] ?? answer)["incomplete"]?.int == 1, "\(outcome)")
            let csv = try here.run(question + ["--format", "csv"]).output
                .split(whereSeparator: \.isNewline)
            #expect(csv.first?.hasSuffix(",incomplete") == true, "\(outcome.arguments)")
            for line in csv.dropFirst() { #expect(line.hasSuffix(",1"), "\(line)") }
        }
        // What was recorded before it is whole.
        let before = try here.json("nps", "--as-of", "\(end)")
        #expect(before["incomplete"]?.int == 0)
        let table = try here.run("nps").output
        #expect(table.contains("incomplete: 1 event could not be applied"))
        #expect(try !here.run("nps", "--as-of", "\(end)").output.contains("incomplete"))
    }

    @Test("--fail-incomplete gives the answer and ends with 1")
    func failing() throws {
        let (here, end) = try ledger()
        for question in Self.questions {
            let plain = try here.run(question + ["--format", "json"])
            guard plain.status == 0 else { continue }
            let strict = try here.run(question + ["--format", "json", "--fail-incomplete"])
            #expect(strict.status == 1, "\(strict)")
            #expect(strict.output == plain.output)
            #expect(strict.errors.contains("could not be applied"), "\(strict.errors)")
        }
        let whole = try here.run("nps", "--as-of", "\(end)", "--fail-incomplete")
        #expect(whole.status == 0, "\(whole)")
    }

    @Test("an audit lacks acts, and a score says that its calendar may be another")
    func audit() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 20, seed: 3)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        try append(PolicyEdited(policy: .externalModels, value: "none", subject: 0), here)
        #expect(try here.json("audit")["incomplete"]?.int == 1)
        #expect(try here.run("audit", "--fail-incomplete").status == 1)
        #expect(try here.json("nps")["incomplete"]?.int == 1)
        #expect(try here.run("nps", "--fail-incomplete").status == 1)
    }
}
