import Classification
import Crypto
import Encoders
import LedgerCore
import LedgerStore
import LedgerVault
import SurveyImport

/// Takes survey rows into the ledger: deduplicated, sealed, judged, and committed in batches.
///
/// While one batch is being written by the log's thread, the next is prepared on all cores.
/// Judgements name the position of their response, so those of one batch are appended with the
/// batch after it.
public struct ResponseImporter {
    let ledger: Ledger
    let vault: Vault
    let source: String
    let mapping: ColumnMapping
    let mappingPosition: Position?
    let options: ImportOptions
    let rule: AmendmentRule
    /// Those whose vectors the models read, each once.
    let encoders: [any TextEncoder]

    private(set) var report = ImportReport()
    /// What the postponed shadows are to read: the response, and the event whose text it is.
    public internal(set) var postponed: [ModelVersion: [(response: Position, text: Position)]] = [:]
    /// Rows that met an event still being written; they are decided with the next batch.
    var deferred: [RowOutcome] = []
    /// Events that follow from what was written: judgements and exclusions.
    var following: [Following] = []
    var inFlight: CommitInFlight?
    var subjectKeys: SubjectKeys?
    /// Subject numbers taken from the vault at a time.
    var reservation = 1
    /// Subjects given in the batch in flight, whose bindings lookups do not see yet.
    var pendingSubjects: [Hash128: UInt64] = [:]
    /// What the batch in flight says, by key: whether lookups see it yet is chance.
    var inFlightBodies: [Hash128: Hash128] = [:]
    /// What responses of the log say by now, with what is on its way.
    var chains: [Hash128: AmendmentRule.Known] = [:]
    /// What a dry run would have recorded, by key.
    var rehearsals: [Hash128: Rehearsed] = [:]

    /// An importer of one source.
    ///
    /// - Parameter mapping: recorded as `mapping.edited` unless it is the source's latest already.
    public init(
        _ ledger: Ledger, source: String, mapping: ColumnMapping, options: ImportOptions
    ) throws {
        self.ledger = ledger
        self.source = source
        self.mapping = mapping
        self.options = options
        if !options.isDryRun { try ledger.proveParts() }
        vault = try ledger.vault()
        if !options.isDryRun { try vault.requireWritable() }
        rule = AmendmentRule(log: ledger.log, source: source)
        var digests: Set<[UInt8]> = []
        // What reads a share alone does not make an encoder run on all.
        let readers =
            [options.model?.reader].compactMap(\.self)
            + options.shadows.filter { $0.share == nil }.map(\.reader)
        encoders = readers.compactMap(\.encoder).filter { digests.insert($0.digest).inserted }
        mappingPosition =
            options.isDryRun
            ? nil : try Self.recordMapping(ledger, source, mapping, options.actor)
    }

    /// Position of the mapping in force, appended if it differs from the source's latest.
    private static func recordMapping(
        _ ledger: Ledger, _ source: String, _ mapping: ColumnMapping, _ actor: Actor
    ) throws -> Position {
        let payload = MappingEdited(source: source, mapping: mapping.json)
        // Two imports that begin at once with one mapping record one event. With different ones
        // each puts its own into force, as if they had begun one after the other.
        var overtaken: Position?
        for _ in 0..<Ledger.decisionsMax {
            let size = try ledger.log.head().size
            var latest: Position?
            try ledger.log.forEachEvent(in: 0..<size, named: [.mappingEdited]) { event in
                let edited = try MappingEdited(event)
                if edited.source == source { latest = edited == payload ? event.position : nil }
                return true
            }
            if let latest { return latest }
            var batch = EventBatch()
            try batch.append(
                EventDraft(payload, occurredAt: ledger.clock(), actor: actor))
            let ground = ActGround([.mappingEdited], upTo: size) { event in
                try MappingEdited(event).source == source
            }
            let outcome = try ledger.append(batch, decidedOn: ground)
            guard case .overtaken(let position) = outcome else {
                return try ledger.receipt(of: outcome).position
            }
            overtaken = position
        }
        throw try ledger.overtaken(by: overtaken ?? 0)
    }

    /// Reads `reader` to its end.
    ///
    /// - Parameter progress: called after each batch with bytes read and the size of the file.
    /// - Throws: `ImportError` where the file cannot be read further; what came before is recorded.
    public mutating func run(
        _ reader: inout SurveyFileReader, progress: (Int64, Int64?, ImportReport) -> Void
    ) throws -> ImportReport {
        var failure: ImportError?
        var rows: [RowOutcome] = []
        var isAtEnd = false
        while !isAtEnd || !deferred.isEmpty || inFlight != nil || !following.isEmpty {
            if !isAtEnd {
                do throws(ImportError) {
                    isAtEnd = try reader.nextBatch(into: &rows, max: options.batchRows) == 0
                } catch {
                    // What was read before the fault is kept; the fault is reported at the end.
                    failure = error
                    isAtEnd = true
                    rows = []
                }
                report.read += rows.count
                for case .row(let row) in rows {
                    for column in AddressesInClear.columns(of: row, mapping: mapping) {
                        report.addresses[column, default: 0] += 1
                    }
                }
            } else {
                rows = []
            }
            let waiting = deferred
            deferred = []
            try process(waiting + rows)
            progress(reader.bytesRead, reader.totalBytes, report)
        }
        if let failure { throw failure }
        return report
    }

    /// The code of the rule that takes a row out of every score; the log names the rule, for its
    /// value may be personal.
    func exclusion(_ row: ImportedRow) -> String? {
        row.excludedBy.map { Self.exclusion($0, mapping) }
    }

    static func exclusion(_ rule: String, _ mapping: ColumnMapping) -> String {
        let index = mapping.exclusions.firstIndex { "\($0.column)=\($0.value)" == rule } ?? 0
        return "mapping.exclude.\(index + 1)"
    }

    /// The totals so far.
    public var totals: ImportReport { report }

    mutating func count(_ change: (inout ImportReport) -> Void) { change(&report) }
}
