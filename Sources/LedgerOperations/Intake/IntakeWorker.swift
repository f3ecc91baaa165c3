import LedgerCore
import LedgerQueries
import LedgerStore
import NPSLedger
import SurveyImport

/// What the intake's thread knows: an importer for each source, and who waits for what.
struct IntakeWorker {
    /// Sources whose importers are kept.
    private static let importersMax = 64
    /// Subject numbers taken from the vault at a time.
    private static let subjectsReserved = 4_096
    /// Rows of a request fit into so many bits of a ticket.
    private static let rowBits = 24
    /// How often it is looked whether other models are to read, in microseconds.
    private static let readersCheckedEvery: Microseconds = 100_000

    private struct Source: Hashable {
        let name: String
        let actor: Actor
        /// The import by which deliveries come; nil where responses are sent.
        let imported: StartedImport?

        init(_ request: IntakeRequest) {
            (name, actor, imported) = (request.source, request.actor, request.imported)
        }
    }

    private struct Request {
        let source: Source
        let completion: ResponseIntake.Completion
        var conclusions: [RowConclusion?]
        var missing: Int
    }

    private let open: OpenLedger
    private var importers: [Source: ResponseImporter] = [:]
    /// Sources, the one used last at the end.
    private var order: [Source] = []
    private var requests: [Int: Request] = [:]
    private var number = 0
    private var readers: IntakeReaders?
    private var readersCheckedAt: Microseconds = 0
    private var texts = CommittedTexts()
    /// Whether something was committed since it was asked last.
    var hasCommitted = false
    /// Whether other models read than before, since it was asked last.
    var hasOtherReaders = false
    /// Why something could not be taken in, since it was asked last.
    var failure: LedgerError?

    init(_ open: OpenLedger) { self.open = open }

    /// Whether somebody waits, or something follows from what was recorded.
    var hasPending: Bool {
        !requests.isEmpty || importers.values.contains { $0.hasPending }
    }

    mutating func takeTexts() -> CommittedTexts {
        defer { texts = CommittedTexts() }
        return texts
    }

    /// What one source has sent.
    private struct Batch {
        let source: Source
        var rows: [RowBatch] = []
        /// The deliveries that rows are of, by ticket.
        var causes: [Int: Position] = [:]
    }

    /// Takes in what has come, and settles what is on its way.
    mutating func take(_ waiting: [ResponseIntake.Waiting]) {
        checkReaders()
        var batches: [Batch] = []
        var touched: Set<Source> = []
        func flush(_ worker: inout IntakeWorker) {
            for batch in batches {
                touched.insert(batch.source)
                worker.take(batch)
            }
            batches.removeAll()
        }
        for item in waiting {
            let source = Source(item.request)
            let rows = register(item, source)
            if rows.rows.isEmpty { continue }
            guard !item.request.isAtomic else {
                flush(&self)
                touched.insert(source)
                takeAtomically(rows, from: source)
                continue
            }
            let known = batches.firstIndex { $0.source == source }
            if known == nil { batches.append(Batch(source: source)) }
            let index = known ?? batches.count - 1
            batches[index].rows.append(rows)
            guard let delivery = item.request.delivery else { continue }
            for row in rows.rows { batches[index].causes[row.ticket] = delivery }
        }
        flush(&self)
        failForgotten()
        for source in order where !touched.contains(source) {
            if importers[source]?.hasPending == true { take(Batch(source: source)) }
        }
        forgetOldest()
    }

    /// Gives the rows of a request tickets; one without rows is answered at once.
    private mutating func register(
        _ item: ResponseIntake.Waiting, _ source: Source
    ) -> RowBatch {
        var rows = item.request.rows
        guard !rows.rows.isEmpty else {
            item.completion(.success([]))
            return rows
        }
        number += 1
        let base = number << Self.rowBits
        rows.giveTickets { base + $0 }
        requests[number] = Request(
            source: source, completion: item.completion,
            conclusions: .init(repeating: nil, count: rows.rows.count), missing: rows.rows.count)
        return rows
    }

    private mutating func take(_ batch: Batch) {
        attempt(batch.source) { importer in
            try importer.take(RowBatch(joining: batch.rows), of: batch.causes)
        }
    }

    private mutating func takeAtomically(_ rows: RowBatch, from source: Source) {
        attempt(source) { importer in
            while importer.hasPending { try importer.take(RowBatch()) }
            try importer.takeAtomically(rows)
        }
    }

    /// Has an importer do something, and tells those who waited for what it did. Where it fails, all
    /// who wait for the source hear of it, and another importer goes on.
    private mutating func attempt(
        _ source: Source, _ body: (inout ResponseImporter) throws -> Void
    ) {
        do {
            var importer = try importer(of: source)
            // Not copied: there is one owner at a time.
            importers[source] = nil
            importer.setTime(open.ledger.clock())
            do {
                try body(&importer)
                conclude(&importer)
                importers[source] = importer
            } catch {
                // What was committed before the fault was recorded, and is told so.
                try? importer.settlePending()
                conclude(&importer)
                throw error
            }
        } catch {
            let told = LedgerError(anything: error)
            failure = told
            order.removeAll { $0 == source }
            for (number, request) in requests where request.source == source {
                requests[number] = nil
                request.completion(.failure(told))
            }
        }
    }

    /// Nobody waits for what no importer has: that would be a fault of this program, and is told.
    private mutating func failForgotten() {
        let working = Set(importers.filter { $0.value.hasPending }.keys)
        guard requests.values.contains(where: { !working.contains($0.source) }) else { return }
        for (number, request) in requests where !working.contains(request.source) {
            requests[number] = nil
            request.completion(
                .failure(LedgerError(.internal, "a response was lost sight of: send it again")))
        }
    }

    private mutating func conclude(_ importer: inout ResponseImporter) {
        for (ticket, conclusion) in importer.takeConclusions() {
            hasCommitted = true
            let number = ticket >> Self.rowBits
            guard var request = requests.removeValue(forKey: number) else { continue }
            request.conclusions[ticket & (1 << Self.rowBits - 1)] = conclusion
            request.missing -= 1
            if request.missing == 0 {
                request.completion(.success(request.conclusions.compactMap(\.self)))
            } else {
                requests[number] = request
            }
        }
        texts.append(importer.takeTexts())
    }

    private mutating func importer(of source: Source) throws -> ResponseImporter {
        order.removeAll { $0 == source }
        order.append(source)
        if let importer = importers[source] { return importer }
        var options = ImportOptions(
            actor: source.actor, defaultTime: open.ledger.clock(), threads: open.threads)
        let readers = try readers ?? IntakeReaders(open)
        self.readers = readers
        options.model = readers.model
        options.shadows = readers.shadows
        options.postponed = readers.shares
        options.keepsTextsForLater = readers.readsBehind
        options.subjectsReservedMin = Self.subjectsReserved
        options.isDelivered = source.imported != nil
        let mapping = ResponseRequestReader.mapping()
        let imported =
            try source.imported
            ?? ImportRegistry(open.ledger).started(
                source.name, mapping: mapping.json, kind: .requests, by: source.actor)
        (options.importNumber, options.mapping) = (imported.number, imported.mapping)
        return try ResponseImporter(
            open.ledger, source: source.name, mapping: mapping, options: options)
    }

    /// Lets other importers begin where other models are to read what comes in.
    private mutating func checkReaders() {
        let now = open.ledger.clock()
        guard let readers,
            now < readersCheckedAt || now - readersCheckedAt > Self.readersCheckedEvery
        else { return }
        readersCheckedAt = now
        guard let current = try? IntakeReaders.versions(open), current != readers.versions else {
            return
        }
        settleAll()
        hasOtherReaders = true
        self.readers = nil
        importers.removeAll()
        order.removeAll()
    }

    private mutating func settleAll() {
        for source in order {
            while importers[source]?.hasPending == true { take(Batch(source: source)) }
        }
    }

    private mutating func forgetOldest() {
        while order.count > Self.importersMax, let oldest = order.first {
            while importers[oldest]?.hasPending == true { take(Batch(source: oldest)) }
            importers[oldest] = nil
            order.removeAll { $0 == oldest }
        }
    }
}

/// Who reads texts as they come in.
struct IntakeReaders {
    let model: (version: ModelVersion, reader: ModelReader)?
    let shadows: [ShadowReader]
    /// Those that read a share of what comes in, behind.
    let shares: [ShadowReader]
    /// Whether a model reads behind: one that takes long for a text.
    let readsBehind: Bool
    let versions: [ModelVersion]

    /// The active version and those that shadow.
    static func versions(_ open: OpenLedger) throws -> [ModelVersion] {
        try open.models.list().filter { $0.isActive || $0.shadow != nil }.map(\.version)
    }

    init(_ open: OpenLedger) throws {
        versions = try Self.versions(open)
        let active = try open.models.active()
        let reader: ModelReader?
        do {
            reader = try active.map { try open.models.reader($0) }
        } catch let error as LedgerError where error.code == .notApproved {
            // The responses are recorded all the same, and read when it is approved.
            reader = nil
        }
        let all = try open.models.shadowReaders { open.tellUnusable($0, $1) }
        shadows = all.filter { $0.reader.isInline }
        shares = all.filter { !$0.reader.isInline && $0.share != nil }
        if let active, let reader, reader.isInline {
            model = (active.version, reader)
        } else {
            model = nil
        }
        readsBehind =
            active != nil && model == nil
            || all.contains { !$0.reader.isInline && $0.share == nil }
    }
}

extension ModelReader {
    /// Whether it reads a text in microseconds, so that a response can wait for it.
    var isInline: Bool { !isExternal && encoder == nil }
}
