import Dispatch
import JSON
import LedgerCore
import LedgerQueries
import LedgerStore
import LedgerVault
import NPSLedger
import SurveyDeliveries
import SurveyImport
import Synchronization
import Threads

/// Looks into deliveries on a thread of its own, and records what came of each.
final class DeliveryMapper: Sendable {
    /// Deliveries that are looked into at a time.
    private static let batchMax = 256
    /// Bytes of bodies that are kept in mind; beyond it they are read from the ledger.
    private static let bytesMax = 32 << 20
    /// How long it waits where a response could not be fetched, in seconds; each further wait is
    /// twice as long.
    private static let fetchWaits = [2, 4, 8, 16, 32, 64, 128, 256]

    private struct Item: Sendable {
        let position: Position
        let hook: String
        /// Nil where it is to be read from the ledger.
        let body: [UInt8]?
        /// Whether it is known to delete what has not come.
        var isEarly = false
        /// How often a response could not be fetched.
        var failures = 0
        /// The first response that its source counts as something else.
        var disagreement: DeliveredDisagreement?
    }

    private struct State {
        var items: [Item] = []
        /// Those that are on their way, so that none is looked into twice at once.
        var queued: Set<Position> = []
        var bytes = 0
        /// Those that wait for a source to answer.
        var later: [(due: DispatchTime, item: Item)] = []
        /// What came of those that were handed in.
        var finished: [DeliveryMapped] = []
        /// Handed in, and not finished.
        var pending = 0
        var isStopped = false
        var tally = DeliveryTally()
    }

    private let open: OpenLedger
    private let intake: ResponseIntake
    private let readers: [String: (source: DeliverySource, imported: StartedImport)]
    private let fetch: DeliveryFetch?
    private let onCommit: @Sendable () -> Void
    private let state = Mutex(State())
    /// The deletions of responses that have not come yet, which hold for them when they come: by source,
    /// and then by the id of the response.
    private let early = Mutex([String: [String: Item]]())
    /// The log as it was before anything was delivered to this process.
    private let start: Position
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    init(
        _ open: OpenLedger, intake: ResponseIntake, sources: [DeliverySource],
        fetch: DeliveryFetch?, onCommit: @escaping @Sendable () -> Void
    ) throws {
        self.open = open
        self.intake = intake
        self.fetch = fetch
        self.onCommit = onCommit
        let registry = ImportRegistry(open.ledger)
        var readers: [String: (source: DeliverySource, imported: StartedImport)] = [:]
        for source in sources {
            readers[source.name] = (
                source,
                try registry.started(
                    source.name, mapping: source.mapping.json, kind: .deliveries,
                    scheme: source.scheme, by: .system)
            )
        }
        self.readers = readers
        start = try open.log.head().size
        guard Threads.start(name: "deliveries", stackBytes: 4 << 20, { [self] in serve() }) else {
            throw LedgerError(.storage, "the system gives no thread to look into deliveries with")
        }
    }

    var waiting: Int { state.withLock { $0.queued.count } }

    /// How all deliveries of the ledger stand.
    var tally: DeliveryTally { state.withLock { $0.tally } }

    /// Counts a delivery that was just received.
    func countReceived(_ position: Position) {
        state.withLock { $0.tally.add(position, .waiting) }
    }

    /// Has a delivery looked into.
    func add(_ position: Position, _ hook: String, _ body: [UInt8]?, isEarly: Bool = false) {
        state.withLock { state in
            guard state.queued.insert(position).inserted else { return }
            let isKept = body.map { state.bytes + $0.count <= Self.bytesMax } ?? false
            if isKept { state.bytes += body?.count ?? 0 }
            state.items.append(
                Item(
                    position: position, hook: hook, body: isKept ? body : nil, isEarly: isEarly))
        }
        wake.signal()
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        wake.signal()
        ended.wait()
    }

    private func serve() {
        findUnmapped()
        while true {
            let (items, finished, isStopped, isBusy) = state.withLock { state in
                Self.ripen(&state)
                let items = state.isStopped ? [] : Array(state.items.prefix(Self.batchMax))
                state.items.removeFirst(items.count)
                state.bytes -= items.reduce(0) { $0 + ($1.body?.count ?? 0) }
                defer { state.finished = [] }
                return (items, state.finished, state.isStopped, state.pending > 0)
            }
            for item in items { map(item) }
            record(finished)
            guard items.isEmpty, finished.isEmpty else { continue }
            if isStopped, !isBusy { break }
            _ = wake.wait(timeout: .now() + 1)
        }
        ended.signal()
    }

    /// Has those looked into again that have waited for their source for long enough.
    private static func ripen(_ state: inout State) {
        let now = DispatchTime.now()
        for (due, item) in state.later where due <= now { state.items.append(item) }
        state.later.removeAll { $0.due <= now }
    }

    /// Takes up what an earlier process has left.
    private func findUnmapped() {
        do {
            for record in try open.deliveryRecords(asOf: start) {
                state.withLock { $0.tally.add(record.position, record.state) }
                // What it deletes may come yet.
                let isEarly = record.state == .nothing && record.code == Self.unknownCode
                if record.state == .waiting || isEarly {
                    add(record.position, record.hook, nil, isEarly: isEarly)
                }
            }
        } catch {
            tell("deliveries that wait cannot be found", error)
        }
    }

    private func tell(_ what: String, _ error: any Error) {
        open.observer.notice(.remark("\(what): \(LedgerError(anything: error).message)"))
    }

    // MARK: - One delivery

    /// Looks into a delivery, and hands its responses in.
    private func map(_ item: Item) {
        guard let (source, imported) = readers[item.hook] else {
            // A source that is not configured any more: it waits.
            return drop(item)
        }
        let reader = DeliveryReader(source.mapping)
        do throws(DeliveryFault) {
            let body: [UInt8]
            do {
                body = try item.body ?? open.ledger.personalData(at: item.position)?.row ?? []
            } catch {
                tell("delivery \(item.position) cannot be opened", error)
                return drop(item)
            }
            var content = try reader.content(of: body)
            let wanted: (survey: String, response: FetchedResponse)? =
                switch content {
                case .fetch(let survey, let response): (survey, .named(response))
                case .fetched(let survey): (survey, .known(body))
                case .items, .nothing: nil
                }
            if let wanted {
                guard let fetched = fetched(item, imported, wanted.survey, wanted.response)
                else { return }
                content = try reader.content(ofFetched: fetched)
            }
            switch content {
            case .nothing(let code): finish(item, imported, .nothing, code: code)
            case .fetch, .fetched: finish(item, imported, .unreadable, code: "fetch.again")
            case .items(let responses, let withdrawn, let disagreements):
                var item = item
                item.disagreement = disagreements.first
                take(responses, withdrawn, item, source, imported)
            }
        } catch {
            finish(item, imported, .unreadable, code: error.code, expected: error.expected)
        }
    }

    /// The response that a delivery names; nil where it cannot be had now, and is asked for later.
    private func fetched(
        _ item: Item, _ imported: StartedImport, _ survey: String, _ response: FetchedResponse
    ) -> SurveyMonkeyResponse? {
        guard let fetch else {
            drop(item)
            return nil
        }
        do {
            return try fetch(item.hook, survey, response)
        } catch let error as LedgerError where error.code == .invalid {
            // No source will ever give it.
            finish(item, imported, .unreadable, code: "id.invalid", expected: "a response's id")
            return nil
        } catch {
            tell("a response of \(item.hook) cannot be fetched", error)
            var again = item
            again.failures += 1
            let wait = Self.fetchWaits[min(item.failures, Self.fetchWaits.count - 1)]
            state.withLock { $0.later.append((.now() + .seconds(wait), again)) }
            return nil
        }
    }

    private func take(
        _ responses: [JSONValue], _ withdrawn: [DeliveredWithdrawal], _ item: Item,
        _ source: DeliverySource, _ imported: StartedImport
    ) {
        var excluded = 0
        if !withdrawn.isEmpty {
            guard let count = exclude(withdrawn, item, source) else { return }
            excluded = count
        }
        guard !responses.isEmpty else {
            let isEarly = withdrawn.contains { $0.isFinal }
            // It was recorded when it was looked into before.
            if item.isEarly, excluded == 0 { return drop(item) }
            return finish(
                item, imported, excluded > 0 ? .mapped : .nothing, responses: excluded,
                code: excluded > 0 ? nil : isEarly ? Self.unknownCode : "excluded")
        }
        handIn(responses, excluded, item, source, imported)
    }

    private func handIn(
        _ responses: [JSONValue], _ excluded: Int, _ item: Item, _ source: DeliverySource,
        _ imported: StartedImport
    ) {
        let ids = responses.compactMap { response -> String? in
            guard case .object(let members) = response,
                case .string(let id)? = members.first(where: { $0.0 == "id" })?.1
            else { return nil }
            return id
        }
        let text = JSONValue.array(responses).serialized()
        let sent: SentResponses
        do {
            sent = try ResponseRequestReader(
                rules: source.mapping.rules, source: source.name
            ).read(Array(text.utf8))
        } catch {
            finish(item, imported, .unreadable, code: error.code, expected: error.description)
            return
        }
        guard let rows = sent.groups.first?.rows else {
            return finish(item, imported, .unreadable, code: "source.missing")
        }
        var request = IntakeRequest(source: source.name, actor: source.actor, rows: rows)
        request.delivery = item.position
        request.imported = imported
        state.withLock { $0.pending += 1 }
        intake.submit(request) { [self] result in
            switch result {
            case .success(let conclusions):
                let taken = conclusions.count { $0.isTaken } + excluded
                let fault = conclusions.lazy.compactMap(\.fault).first
                finish(
                    item, imported, taken > 0 ? .mapped : .invalid, responses: taken,
                    code: taken > 0
                        ? item.disagreement.map { _ in "group.other" } : fault?.code ?? "conflict",
                    expected: taken > 0
                        ? item.disagreement.map { "\($0.expected), by the score" } : fault?.expected
                )
                repeatDeletions(of: ids, source.name)
            case .failure:
                // The intake was full, or the disk: it is looked into again.
                state.withLock { $0.later.append((.now() + 1, item)) }
            }
            state.withLock { $0.pending -= 1 }
            wake.signal()
        }
    }

    /// Has deletions looked into again that came before the responses they delete.
    private func repeatDeletions(of ids: [String], _ hook: String) {
        let again = early.withLock { early in
            ids.compactMap { early[hook]?.removeValue(forKey: $0) }
        }
        for item in again { add(item.position, item.hook, nil) }
    }

    /// Takes responses out of every score that were deleted at their source, or that a rule leaves out.
    ///
    /// - Returns: how many; nil where that has to wait.
    private func exclude(
        _ withdrawn: [DeliveredWithdrawal], _ item: Item, _ source: DeliverySource
    ) -> Int? {
        // What it deletes may be on its way.
        let isEarly = state.withLock { state in
            guard state.pending > 0 else { return false }
            state.later.append((.now() + .milliseconds(20), item))
            return true
        }
        if isEarly { return nil }
        do {
            let (log, ledger) = (open.log, open.ledger)
            let known = try log.lookUp(
                withdrawn.map { IdempotencyKey(source: source.name, id: $0.id) })
            var batch = EventBatch()
            for (withdrawal, known) in zip(withdrawn, known) {
                guard let known else {
                    if withdrawal.isFinal {
                        early.withLock {
                            $0[source.name, default: [:]][withdrawal.id] = item
                        }
                    }
                    continue
                }
                try batch.append(
                    EventDraft(
                        ResponseExcluded(response: known.position, reason: withdrawal.reason),
                        occurredAt: ledger.clock(), actor: source.actor, cause: item.position),
                    key: .exclusion(of: withdrawal.id, source: source.name))
            }
            let count = batch.count
            if count > 0 { _ = try log.append(batch) }
            return count
        } catch {
            tell("a deletion cannot be recorded", error)
            state.withLock { $0.later.append((.now() + 5, item)) }
            return nil
        }
    }

    // MARK: - What came of it

    /// The code of a deletion of a response that has not come.
    private static let unknownCode = "response.unknown"

    /// Leaves a delivery as it is.
    private func drop(_ item: Item) {
        _ = state.withLock { $0.queued.remove(item.position) }
    }

    private func finish(
        _ item: Item, _ imported: StartedImport, _ outcome: DeliveryMapped.Outcome,
        responses: Int = 0, code: String? = nil, expected: String? = nil
    ) {
        state.withLock { state in
            state.finished.append(
                DeliveryMapped(
                    delivery: item.position, importNumber: imported.number, outcome: outcome,
                    responses: UInt64(responses), code: code, expected: expected))
        }
    }

    /// Records what came of deliveries; what cannot be recorded is looked into again by the next
    /// process.
    private func record(_ finished: [DeliveryMapped]) {
        guard !finished.isEmpty else { return }
        do {
            var batch = EventBatch()
            for mapped in finished {
                try batch.append(
                    EventDraft(
                        mapped, occurredAt: open.ledger.clock(), actor: .system,
                        cause: mapped.delivery))
            }
            _ = try open.log.append(batch)
            state.withLock { state in
                for mapped in finished {
                    state.tally.settle(mapped.delivery, DeliveryRecord.State(mapped.outcome))
                }
            }
            onCommit()
        } catch {
            tell("what came of deliveries cannot be recorded", error)
        }
        state.withLock { $0.queued.subtract(finished.map(\.delivery)) }
    }
}
