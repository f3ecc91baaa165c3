import Classification
import Crypto
import Dispatch
import Encoders
import LedgerCore
import LedgerStore
import LedgerVault
import SurveyImport
import Synchronization

/// Takes survey rows into the ledger: deduplicated, sealed, classified, and committed in batches.
///
/// While one batch is being written by the log's thread, the next is prepared on all cores.
/// Classifications name the position of their response, so those of one batch are appended with the
/// batch after it.
public struct ResponseImporter {
    let ledger: Ledger
    let vault: Vault
    let source: String
    let mapping: ColumnMapping
    private(set) var layout: RowLayout
    let mappingPosition: Position?
    var options: ImportOptions
    let rule: AmendmentRule
    /// Those whose vectors the models read, each once.
    let encoders: [any TextEncoder]

    private(set) var report = ImportReport()
    /// What the postponed shadows are to read: the response, and the event whose text it is.
    public internal(set) var postponed: [ModelVersion: [(response: Position, text: Position)]] = [:]
    /// What nobody reads as it comes in, where the options say so.
    var readLater: [(response: Position, text: Position)] = []
    /// Rows that met an event still being written; they are decided with the next batch.
    var deferred = RowBatch()
    /// Events that follow from what was written: classifications and exclusions.
    var following: [Following] = []
    var inFlight: CommitInFlight?
    var subjectKeys: SubjectKeys?
    /// Subject numbers taken from the vault at a time.
    var reservation = 1
    /// Subjects given in the batch in hand and in the one in flight, whose bindings lookups do not see
    /// yet.
    var pendingSubjects: [Hash128: UInt64] = [:]
    var inFlightSubjects: [Hash128: UInt64] = [:]
    /// What the batch in flight says, by key: whether lookups see it yet is chance.
    var inFlightBodies: [Hash128: Hash128] = [:]
    /// What responses of the log say by now, with what is on its way.
    var chains: [Hash128: AmendmentRule.Known] = [:]
    /// The events that rows are of, by ticket, where that is not the mapping.
    var causes: [Int: Position] = [:]
    /// What became of rows with tickets, until somebody asks.
    var conclusions: [(ticket: Int, conclusion: RowConclusion)] = []
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
        layout = RowLayout(
            source: source, mapping: mapping, delivery: options.delivery, vault: vault)
        rule = AmendmentRule(log: ledger.log, source: source)
        var digests: Set<[UInt8]> = []
        // What reads a share alone does not make an encoder run on all.
        let readers =
            [options.model?.reader].compactMap(\.self)
            + options.shadows.filter { $0.share == nil }.map(\.reader)
        encoders = readers.compactMap(\.encoder).filter { digests.insert($0.digest).inserted }
        mappingPosition =
            options.isDryRun
            ? nil
            : try options.mapping ?? Self.recordMapping(ledger, source, mapping, options.actor)
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
        var isAtEnd = false
        while !isAtEnd || !deferred.rows.isEmpty || inFlight != nil || !following.isEmpty {
            var rows = RowBatch()
            swap(&rows, &deferred)
            let waiting = rows.rows.count
            if !isAtEnd {
                do throws(ImportError) {
                    isAtEnd = try reader.append(to: &rows, max: options.batchRows) == 0
                } catch {
                    // What was read before the fault is kept; the fault is reported at the end.
                    failure = error
                    isAtEnd = true
                }
                report.read += rows.rows.count - waiting
            }
            try process(rows, readFrom: waiting)
            progress(reader.bytesRead, reader.totalBytes, report)
        }
        if let failure { throw failure }
        return report
    }

    /// The totals so far.
    public var totals: ImportReport { report }

    mutating func count(_ change: (inout ImportReport) -> Void) { change(&report) }

    /// Counts a row that is a new response.
    mutating func countRecorded(_ row: RowBatch.Row) {
        guard row.exclusion == nil else {
            report.excluded += 1
            return
        }
        report.recorded += 1
        // The clock is asked only where the import's beginning does not tell.
        if let time = row.occurredAt, Entry.isDatedAhead(time, recordedAt: options.defaultTime),
            Entry.isDatedAhead(time, recordedAt: ledger.clock())
        {
            report.datedAhead += 1
            report.latestAhead = max(report.latestAhead ?? time, time)
        }
        report.scored += row.score == nil ? 0 : 1
    }

    /// Prepares, decides, seals and classifies one batch, and hands it to the log.
    ///
    /// - Parameters:
    ///   - readFrom: rows before it were read with the batch before.
    ///   - size: the log as it was looked at, where all rows are to be recorded or none; nil where
    ///     each is taken by itself.
    mutating func process(
        _ batch: RowBatch, readFrom: Int, unlessChangedSince size: Position? = nil
    ) throws {
        if !batch.rows.isEmpty { layout.require(batch.dimensions) }
        let rows = try prepare(batch, readFrom: readFrom)
        for (column, count) in rows.addresses { report.addresses[column, default: 0] += count }
        if options.isDryRun {
            try rehearse(rows)
            return
        }
        let decisions = try decide(rows)
        if size != nil, withhold(decisions, rows) { return }
        let readings = try classify(decisions, rows)
        let now = ledger.clock()
        let drafted = try draft(decisions, rows, readings, at: now)
        // The batch before must be durable now: its positions are what follows refers to, and at
        // most one batch is ever waiting, which bounds memory.
        try settle()
        var events = DraftedEvents(joining: drafted + (try draft(following, at: now)))
        following.removeAll(keepingCapacity: true)
        guard events.batch.count > 0 else { return }
        if (Entry.timeMin...Entry.timeMax).contains(now) { events.batch.stamp(now) }
        events.batch.condition = size.map {
            AppendCondition(none: [.responseRecorded, .responseAmended], since: $0)
        }
        inFlight = CommitInFlight(events, of: rows, readings, ledger.log)
    }

    private func prepare(_ batch: RowBatch, readFrom: Int) throws -> PreparedRows {
        let layout = layout
        let parts = try Parallel.pieces(of: batch.rows.indices, threads: options.threads) {
            layout.prepare($0, of: batch, noticedFrom: readFrom)
        }
        var addresses: [String: Int] = [:]
        for part in parts { addresses.merge(part.addresses) { $0 + $1 } }
        return PreparedRows(
            rows: batch, prepared: parts.flatMap(\.prepared), addresses: addresses)
    }

    /// Waits for the batch in flight and counts its outcomes.
    mutating func settle() throws {
        guard let commit = inFlight else { return }
        inFlight = nil
        let outcomes = try commit.wait()
        var returned = RowBatch()
        for (item, outcome) in zip(commit.events.items, outcomes) {
            settle(item, outcome, commit, &returned)
        }
        try keep(
            commit.events.encoded.filter { item in
                if case .appended = outcomes[item.index] { true } else { false }
            })
        // They stood before whatever was deferred meanwhile.
        guard !returned.rows.isEmpty else { return }
        deferred = RowBatch(joining: [returned, deferred])
    }

    /// Keeps what encoders made of texts that the log has taken in.
    ///
    /// Not before: a subject that the log refused stays nobody's, and would never be erased.
    private func keep(_ encoded: [EncodedItem]) throws {
        for (number, encoder) in encoders.enumerated() {
            try ledger.keep(
                encoded.map { (($0.subject, $0.text), $0.vectors[number]) }, by: encoder)
        }
    }

    private mutating func settle(
        _ item: BatchItem, _ outcome: AppendOutcome, _ commit: CommitInFlight,
        _ returned: inout RowBatch
    ) {
        switch (item, outcome) {
        case (.response(let row, let text), .appended(let receipt)):
            countRecorded(commit.rows.rows.rows[row])
            conclude(
                commit.rows.rows.rows[row],
                commit.rows.rows.rows[row].exclusion == nil
                    ? .recorded(receipt) : .excluded(receipt)
            )
            follow(receipt.position, textAt: receipt.position, row, text, commit)
        case (.response(let row, _), .duplicate(let receipt)),
            (.amendment(let row, _, _), .duplicate(let receipt)):
            report.duplicates += 1
            conclude(commit.rows.rows.rows[row], .duplicate(receipt))
        case (.amendment(let row, let response, let text), .appended(let receipt)):
            report.amended += 1
            conclude(commit.rows.rows.rows[row], .amended(receipt, response: response))
            follow(response, textAt: receipt.position, row, text, commit)
        case (.amendment(let row, _, _), .conflict), (.amendment(let row, _, _), .overtaken):
            // Another process was faster: what was decided on since is not so. Look again.
            if let prepared = commit.rows.prepared[row] { chains[prepared.key.hash] = nil }
            returned.append(commit.rows.rows.rows[row], from: commit.rows.rows)
        case (.response(let row, _), .conflict), (.response(let row, _), .subjectBound),
            (.amendment(let row, _, _), .subjectBound), (.response(let row, _), .overtaken):
            returned.append(commit.rows.rows.rows[row], from: commit.rows.rows)
        case (.rejection(let row, let code), _):
            report.rejected += 1
            report.reasons[code, default: 0] += 1
            let row = commit.rows.rows.rows[row]
            conclude(
                row, .rejected(outcome.receipt, layout.rejection(of: row, commit.rows.rows)))
        case (.conflict(let row, let position), _):
            report.conflicts += 1
            conclude(
                commit.rows.rows.rows[row], .conflict(outcome.receipt, with: position))
        case (.classification(let isShadow), .appended):
            if isShadow { report.shadowClassified += 1 } else { report.classified += 1 }
        case (.declined(let language?), .appended): report.unlearnt[language, default: 0] += 1
        case (.classification, _), (.declined, _), (.topics, _), (.exclusion, _): break
        }
    }

    /// What follows from an event that stands in the log: what models read in its text, now or later.
    private mutating func follow(
        _ response: Position, textAt position: Position, _ row: Int, _ text: Int?,
        _ commit: CommitInFlight
    ) {
        guard let text, let key = commit.rows.prepared[row]?.key else { return }
        if options.keepsTextsForLater { readLater.append((response, position)) }
        for shadow in options.postponed where shadow.takes(key) {
            postponed[shadow.version, default: []].append((response, position))
        }
        for classification in commit.readings.classifications(ofText: text) {
            following.append(.classification(response: response, text: position, classification))
        }
    }
}

/// An event that can be drafted once the response's position is known.
enum Following: Sendable {
    case classification(response: Position, text: Position, TextClassification)
    case exclusion(response: Position, id: String, reason: String)
}

/// A batch that the log's thread is writing.
final class CommitInFlight: Sendable {
    let rows: PreparedRows
    let readings: TextReadings
    let events: DraftedEvents
    private let done = DispatchSemaphore(value: 0)
    private let result = Mutex<Result<[AppendOutcome], any Error>?>(nil)

    init(
        _ events: consuming DraftedEvents, of rows: PreparedRows, _ readings: TextReadings,
        _ log: EventLog
    ) {
        self.rows = rows
        self.readings = readings
        // The log has the batch for itself: it may stamp it anew, and frees it.
        let batch = events.batch
        events.batch = EventBatch()
        self.events = events
        log.submit(batch) { [self] outcome in
            result.withLock { $0 = outcome }
            done.signal()
        }
    }

    /// Waits until the batch is durable.
    func wait() throws -> [AppendOutcome] {
        done.wait()
        return try result.withLock { result in
            try result?.get() ?? []
        }
    }
}
