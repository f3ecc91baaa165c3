import LedgerCore
import LedgerStore
import LedgerVault
import NPSLedger
import Testing

@Suite("Thresholds")
struct ThresholdRegistryTests {
    @Test("sets are numbered, kept, and known as of any position")
    func history() throws {
        let test = try TestLedger()
        let registry = ThresholdRegistry(test.ledger)
        #expect(try registry.history().isEmpty)
        let sets = [(700, 900, 0), (600, 900, 0), (600, 850, 5_500)].compactMap {
            Thresholds(
                passiveFrom: UInt16($0.0), promoterFrom: UInt16($0.1),
                confidenceMin: UInt16($0.2))
        }
        for (index, set) in sets.enumerated() {
            let edit = try registry.edit(
                set, reason: "edit \(index)", actor: TestLedger.actor)
            #expect(edit.id == UInt32(index + 1))
            #expect(edit.thresholds == set)
            #expect(edit.actor == "tester")
            #expect(
                try test.ledger.personalData(at: edit.position)?.reason == "edit \(index)")
        }
        let history = try registry.history()
        #expect(history.map(\.thresholds) == sets)
        for edit in history {
            #expect(try registry.history(asOf: edit.position).count == Int(edit.id) - 1)
            #expect(try registry.history(asOf: edit.position + 1).last?.id == edit.id)
        }
        #expect(throws: LedgerError.self, "in force already") {
            try registry.edit(sets[2], reason: "again", actor: TestLedger.actor)
        }
        // An earlier set may come back, under a number of its own.
        #expect(
            try registry.edit(sets[0], reason: "back", actor: TestLedger.actor).id == 4)
        #expect(throws: LedgerError.self) {
            try registry.edit(sets[1], reason: " ", actor: TestLedger.actor)
        }
        let findings = try test.findings()
        #expect(findings.isEmpty, "\(findings)")
    }
}
