import Classification
import Foundation
import LedgerCore
import LedgerStore
import NPSLedger
import SurveyImport
import Synchronization

/// A ledger of a test, with what tests do to it.
final class TestLedger: Sendable {
    static let actor = Actor("tester") ?? .system
    /// 2025-06-01T00:00:00Z.
    static let start: Microseconds = 1_748_736_000_000_000

    let scratch: Scratch
    let ledger: Ledger

    init() throws {
        scratch = try Scratch()
        let time = Mutex(Self.start)
        ledger = try Ledger.create(
            at: LedgerPaths(
                directory: scratch.path + "/ledger",
                approvals: ProgramApprovals(folder: scratch.path + "/approvals")),
            origin: "test.example/nps",
            actor: Self.actor,
            clock: {
                time.withLock {
                    $0 += 1_000
                    return $0
                }
            })
    }

    deinit { ledger.close() }

    func size() throws -> Position { try ledger.log.head().size }

    /// Registers the embedded model and makes it active.
    func activateEmbedded() throws -> RegisteredModel {
        let registry = ModelRegistry(ledger)
        let model = try registry.register(
            NGramClassifier.embeddedArtefact, provenance: "embedded",
            actor: Self.actor)
        _ = try registry.activate(model.version, reason: "first", actor: Self.actor)
        return model
    }

    /// How an import is run; tests change what they are about.
    struct Run {
        var source = "web"
        var mapping: [String]
        var exclusions: [String] = []
        var scale: String?
        var batchRows = 16_384
        var threads = 1
        var isDryRun = false
        var classifies = false
        var defaultTime = TestLedger.start

        init(_ mapping: [String]) { self.mapping = mapping }

        func columnMapping() throws -> ColumnMapping {
            var mapping = try ColumnMapping(arguments: mapping)
            for exclusion in exclusions { try mapping.exclude(exclusion) }
            if let scale { mapping.scale = try ScoreScale(argument: scale) }
            return try mapping.checked()
        }
    }

    func run(_ run: Run, _ bytes: [UInt8]) throws -> ImportReport {
        let mapping = try run.columnMapping()
        var reader = try SurveyFileReader(bytes: bytes, name: "test.csv", mapping: mapping)
        var importer = try importer(run, mapping)
        return try importer.run(&reader) { _, _, _ in }
    }

    func importer(_ run: Run, _ mapping: ColumnMapping) throws -> ResponseImporter {
        var options = ImportOptions(
            actor: Self.actor, defaultTime: run.defaultTime, threads: run.threads)
        options.batchRows = run.batchRows
        options.isDryRun = run.isDryRun
        let registry = ModelRegistry(ledger)
        if run.classifies, let active = try registry.active() {
            options.model = (active.version, try registry.reader(active))
            options.shadows = try registry.shadowReaders { _, _ in }
        }
        return try ResponseImporter(
            ledger, source: run.source, mapping: mapping, options: options)
    }

    func run(_ run: Run, _ text: String) throws -> ImportReport {
        try self.run(run, [UInt8](text.utf8))
    }

    /// Decoded payloads of one type with their positions, in log order.
    func events<P: EventPayload>(
        _ type: P.Type
    ) throws -> [(position: Position, payload: P)] {
        var found: [(Position, P)] = []
        try ledger.log.forEachEvent(in: 0..<Position.max, named: [P.name]) { event in
            found.append((event.position, try P(event)))
            return true
        }
        return found
    }

    /// What the verifier finds; empty for a sound log.
    func findings() throws -> [String] {
        try LogVerifier(ledger.log).verify().findings.map(\.description)
    }
}
