import AuditProjection
import Catalog
import LMDB
import LedgerCore
import LedgerFixtures
import LedgerOperations
import LedgerQueries
import LedgerReplay
import LineageProjection
import NPSBySegmentProjection
import NPSLedger
import Testing

@Suite("States that no fold has written")
struct StateDamageTests {
    /// Cuts the last byte of each value of a projection's live state, under right checksums.
    private func damage(_ projection: String, of test: TestLedger) throws {
        let environment = try Environment(
            path: test.ledger.paths.projections + "/\(projection)")
        defer { environment.close() }
        let meta = try #require(try environment.database("meta", .bytes))
        let live = try environment.read { try $0.value(meta, bytes: Array("live".utf8))?.first }
        let state = try #require(try environment.database("state.\(live ?? 0)", .bytes))
        var pairs: [(key: [UInt8], value: [UInt8])] = []
        try environment.read { transaction in
            try transaction.forEach(state, fromBytes: []) { key, value in
                pairs.append(
                    (
                        key.withUnsafeBytes { [UInt8]($0) },
                        StoredBlock.value(of: value.withUnsafeBytes { [UInt8]($0) })
                    ))
                return true
            }
        }
        try environment.write { transaction in
            for (key, value) in pairs where !value.isEmpty {
                try transaction.put(
                    state, bytes: key, StoredBlock.bytes(Array(value.dropLast()), under: key))
            }
        }
    }

    @Test(
        "are told as such by every projection, and found by a verification",
        arguments: ["nps-by-segment", "lineage", "audit"])
    func damaged(id: String) throws {
        let test = try TestLedger()
        _ = try test.activateEmbedded()
        var run = TestLedger.Run(["response_id=id", "score=score", "text=text"])
        run.classifies = true
        _ = try test.run(run, "id,score,text\na,9,fine\nb,2,bad\n")
        do {
            let open = test.asked()
            try open.refreshAll()
            try open.catalog.close()
        }
        try damage(id, of: test)
        let open = test.asked()
        let position = try open.find(ResponseName("a"))
        #expect {
            switch id {
            case "audit": _ = try open.audit()
            default: _ = try open.trace(TraceRequest(ResponseName("\(position)")))
            }
        } throws: {
            $0 is any StateDamage
        }
        let report = try #require(try open.verifyProjections([id]).first)
        #expect(report.result != .equal)
        #expect(!report.findings.isEmpty)
        try open.catalog.close()
    }

    @Test("are known by what they are, whatever their type is called")
    func types() {
        let types: [any Error.Type] = [
            AuditStateDamage.self, DamagedBlock.self, LineageStateDamage.self,
        ]
        for type in types { #expect(type is any StateDamage.Type) }
    }
}
