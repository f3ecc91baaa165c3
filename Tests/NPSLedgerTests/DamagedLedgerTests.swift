import Catalog
import Foundation
import LMDB
import LedgerCore
import LedgerReplay
import LedgerStore
import LedgerVault
import NPSBySegmentProjection
import NPSLedger
import SurveyImport
import Testing

/// Ledgers that somebody hands over. Whatever is in them, looking at them ends in an answer or in an
/// error: under the address and the undefined-behaviour sanitizer, in ten thousand of them, with
/// `Tools/test --sanitize`.
@Suite("Damaged ledgers")
struct DamagedLedgerTests {
    /// `DAMAGED_LEDGERS` says how many, `DAMAGED_SEED` from which seed; a failure names its own.
    private static func number(_ name: String, else value: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap(Int.init) ?? value
    }

    /// A ledger with a bit of everything, closed.
    private static let original = Result {
        let test = try TestLedger()
        _ = try test.activateEmbedded()
        var run = TestLedger.Run(SimulatedFile.mapping)
        run.classifies = true
        _ = try test.run(run, try SimulatedFile(seed: 5, responses: 220).bytes)
        _ = try ThresholdRegistry(test.ledger).edit(
            Thresholds.standard, reason: "a test", actor: TestLedger.actor)
        let catalog = try ProjectionCatalog(directory: test.ledger.paths.projections)
        for projection in catalog.all {
            try projection.catchUp(with: test.ledger.log, to: nil, threads: 1, progress: nil)
        }
        catalog.close()
        let subjects = (1...40).map { (subject: UInt64($0), text: [UInt8]("a text \($0)".utf8)) }
        let encoder = LetterEncoder(digest: 7)
        _ = try test.ledger.embeddings(of: subjects, by: encoder, threads: 1)
        test.ledger.close()
        return test
    }

    @Test("whatever is in it, looking at a ledger ends in an answer or an error")
    func everyDamageEnds() throws {
        let original = try Self.original.get()
        let scratch = try Scratch()
        let first = Self.number("DAMAGED_SEED", else: 1)
        var outcomes: [String: Int] = [:]
        for seed in first..<first + Self.number("DAMAGED_LEDGERS", else: 24) {
            let directory = scratch.path + "/ledger"
            try? FileManager.default.removeItem(atPath: directory)
            try FileManager.default.copyItem(
                atPath: original.ledger.paths.directory, toPath: directory)
            let paths = LedgerPaths(
                directory: directory, masterKey: original.ledger.paths.masterKey,
                approvals: ProgramApprovals(folder: scratch.path + "/approvals"))
            var damage = LedgerDamage(paths: paths, random: SeededGenerator(seed: UInt64(seed)))
            let what = try damage.apply()
            // A crash ends everything: what was being looked at stands here.
            try "\(seed): \(what)\n".write(
                toFile: scratch.path + "/now", atomically: false, encoding: .utf8)
            outcomes[try Self.look(paths), default: 0] += 1
        }
        // Both must come about, or nothing was damaged, or nothing was looked at.
        #expect(outcomes["looked at", default: 0] > 0, "\(outcomes)")
        #expect(outcomes["told", default: 0] > 0, "\(outcomes)")
    }

    /// Looks at all there is, as somebody does who was told to begin with `verify`.
    private static func look(_ paths: LedgerPaths) throws -> String {
        var told = false
        /// What may be thrown is an error with a sentence.
        func attempt(_ body: () throws -> Void) throws {
            do {
                try body()
            } catch {
                #expect(!"\(error)".isEmpty)
                told = true
            }
        }
        try attempt {
            // Pages first: LMDB follows what stands in them.
            for part in [paths.log, paths.vault] {
                var configuration = Environment.Configuration()
                configuration.readOnly = true
                let environment = try Environment(path: part, configuration: configuration)
                defer { environment.close() }
                try environment.checkPages()
            }
            let ledger = try Ledger(at: paths, clock: { TestLedger.start })
            defer { ledger.close() }
            try attempt {
                let found = try LedgerVerification(
                    of: ledger, models: ModelRegistry(ledger), workers: .caller)
                told = told || !found.findings.isEmpty
            }
            try attempt { try readEvents(ledger) }
            try attempt { try askRegistries(ledger) }
            try attempt { try askStates(ledger) }
            try attempt { try askEmbeddings(ledger) }
            try attempt { try importRows(ledger, isDryRun: true) }
            try attempt { try importRows(ledger, isDryRun: false) }
        }
        return told ? "told" : "looked at"
    }

    private static func readEvents(_ ledger: Ledger) throws {
        let size = try ledger.log.head().size
        for position in 0..<min(size, 2_000) {
            try? ledger.log.withEvent(position) { _ = $0.payload.count }
            _ = try? ledger.personalData(at: position)
            _ = try? ledger.log.inclusionProof(of: position, size: size)
        }
    }

    private static func askRegistries(_ ledger: Ledger) throws {
        let registry = ModelRegistry(ledger)
        for model in try registry.list() { _ = try? registry.reader(model) }
        _ = try registry.active()
        _ = try ThresholdRegistry(ledger).history()
        _ = try PolicyRegistry(ledger).history()
    }

    private static func askStates(_ ledger: Ledger) throws {
        let catalog = try ProjectionCatalog(
            directory: ledger.paths.projections, discardsDamage: { _ in true })
        defer { catalog.close() }
        for projection in catalog.all {
            _ = try? projection.catchUp(with: ledger.log, to: nil, threads: 1, progress: nil)
            _ = try? projection.verify(with: ledger.log, threads: 1, progress: nil)
        }
        try? catalog.npsBySegment.read { state, build in
            let query = NPSBySegmentQuery(state)
            for asOf in [build.position, build.position / 2] {
                let lens = try ResolvedLens(Lens(asOf: asOf), in: state)
                _ = try? query.tally(lens, SegmentSelection(by: try query.dimensions()))
                _ = try? query.timeRange(lens)
                try? query.forEachRow(lens) { _ in }
            }
        }
        for projection in catalog.all {
            _ = try? projection.rebuild(from: ledger.log, threads: 1, progress: nil)
        }
    }

    private static func askEmbeddings(_ ledger: Ledger) throws {
        let cache = try EmbeddingCache(ledger, checksPages: true)
        defer { cache.close() }
        let subjects = (1...40).map { (subject: UInt64($0), text: [UInt8]("a text \($0)".utf8)) }
        _ = try cache.embeddings(of: subjects, by: LetterEncoder(digest: 7), threads: 1)
    }

    private static func importRows(_ ledger: Ledger, isDryRun: Bool) throws {
        let mapping = try ColumnMapping(arguments: SimulatedFile.mapping).checked()
        let file = try SimulatedFile(seed: 5, responses: 240).bytes
        var reader = try SurveyFileReader(bytes: file, name: "test.csv", mapping: mapping)
        var options = ImportOptions(
            actor: TestLedger.actor, defaultTime: TestLedger.start, threads: 1)
        options.isDryRun = isDryRun
        var importer = try ResponseImporter(
            ledger, source: "web", mapping: mapping, options: options)
        _ = try importer.run(&reader) { _, _, _ in }
    }
}
