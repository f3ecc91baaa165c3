import LedgerCore
import LedgerFixtures
import LedgerStore
import NPSLedger
import SurveyImport

extension RandomisedRun {
    private static var mapping: [String] {
        [
            "response_id=id", "respondent_id=person", "score=score", "text=text", "at=at",
            "updated_at=updated", "channel=channel", "segment.region=region",
        ]
    }

    /// A small file of few ids: new responses, repetitions, later messages, contradictions, and
    /// rows that are none; read by the active model where it can be.
    func importFile(_ numbers: inout SeededNumbers) throws {
        let mapping = try ColumnMapping(arguments: Self.mapping).checked()
        var text = "id,person,score,text,at,updated,channel,region\n"
        let count = 1 + numbers.below(8)
        for _ in 0..<count { text += Self.row(&numbers) + "\n" }
        var options = ImportOptions(
            actor: .system, defaultTime: clock.now, threads: 1 + numbers.below(2))
        options.batchRows = [1, 2, 3, 100][numbers.below(4)]
        let started = try ImportRegistry(ledger).started(
            "file", mapping: mapping.json, kind: .files, by: .system)
        (options.importNumber, options.mapping) = (started.number, started.mapping)
        let registry = ModelRegistry(ledger)
        if numbers.happens(percent: 70), let active = try registry.active(),
            let reader = try? registry.reader(active)
        {
            options.model = (active.version, reader)
        }
        var reader = try SurveyFileReader(
            bytes: [UInt8](text.utf8), name: "run.csv", mapping: mapping)
        var importer = try ResponseImporter(
            ledger, source: "file", mapping: mapping, options: options)
        let report = try importer.run(&reader) { _, _, _ in }
        try hold(report.reconciles, "an import's numbers do not add up: \(report)")
        try agree(report.read, count, "rows read")
        note("rows recorded", report.recorded)
        note("rows amended", report.amended)
        note("rows rejected", report.rejected + report.conflicts)
        note("texts read", report.classified)
    }

    private static func row(_ numbers: inout SeededNumbers) -> String {
        func pick(_ texts: [String]) -> String { texts[numbers.below(texts.count)] }
        return [
            pick(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"]),
            pick(["", "P1", "P2", "P3"]),
            pick(["", "0", "3", "6", "7", "8", "9", "10", "10", "eleven"]),
            pick(["", "", "awful broken", "fine enough", "lovely great", "fine broken"]),
            "2026-01-\(10 + numbers.below(9))T12:00:00Z",
            pick(["", "2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z", "2026-02-03T00:00:00Z"]),
            pick(["app", "web", "web"]), pick(["EMEA", "EMEA", "APAC", ""]),
        ].joined(separator: ",")
    }
}
