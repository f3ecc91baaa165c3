import Classification
import LedgerCore
import LedgerStore
import LedgerVault
import NPSLedger
import NPSStatistics
import Synchronization

/// Writes two years of a ledger's life: responses as an import writes them, classifications by two
/// models, amendments, exclusions, quarantined rows and acts of governance.
///
/// Half of the responses have a text and each model reads every text, so that a response comes to
/// about two events. Model 2 comes in the middle and reads the history before it counts.
struct HistoryWriter {
    /// Events of one commit.
    static let batchEvents = 100_000
    /// How often each share of a batch's responses occurs, of ten thousand.
    private static let shares = (amended: 100, excluded: 10, rejected: 50)
    /// An amendment comes within so many responses.
    private static let amendedWithin = 200_000
    private static let scores: [UInt16] = [0, 2, 3, 5, 6, 6, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10]

    let ledger: Ledger
    let plan: HistoryPlan
    private let clock: HistoryClock
    private let actor: Actor
    private let pipeline: BatchPipeline
    private var templates: ResponseTemplates
    private var numbers: SplitMix64
    private(set) var state: HistoryState
    private(set) var totals = HistoryTotals()
    private var batch = EventBatch()
    private var next: Position
    /// Models that read what comes in.
    private var models: [ModelVersion] = []

    /// A writer into a new ledger, which goes by `clock`.
    init(_ ledger: Ledger, _ plan: HistoryPlan, clock: HistoryClock) throws {
        guard let actor = Actor("benchmark") else { throw BenchmarkFailure("no actor") }
        self.ledger = ledger
        self.plan = plan
        self.clock = clock
        self.actor = actor
        pipeline = BatchPipeline(ledger.log)
        templates = try ResponseTemplates(vault: try ledger.vault(), actor: actor)
        numbers = SplitMix64(state: plan.seed)
        state = HistoryState(reserving: plan.responses)
        next = try ledger.log.head().size
    }

    /// Writes everything and waits until it is durable.
    mutating func run(progress: (Int, Int) -> Void) throws {
        try act(1)
        let cycles = (plan.responses + plan.cycleResponses - 1) / plan.cycleResponses
        for cycle in 0..<cycles {
            let start = cycle * plan.cycleResponses
            try takeIn(start..<min(plan.responses, start + plan.cycleResponses))
            progress(state.count, plan.responses)
            // Acts stand at eighths of the history, whatever its size.
            let eighth = (cycle + 1) * 8 / cycles
            if eighth > cycle * 8 / cycles, eighth < 8 { try act(1 + eighth) }
        }
        try act(9)
        totals.size = next
        totals.stated = state.groups(readBy: nil)
        totals.blended = state.groups(readBy: 1)
        let size = try ledger.log.head().size
        guard size == next else { throw BenchmarkFailure("the log has \(size) of \(next) events") }
    }

    // MARK: - Responses

    private mutating func takeIn(_ ordinals: Range<Int>) throws {
        let first = state.count
        let step = HistoryPlan.span / Microseconds(plan.responses)
        for ordinal in ordinals {
            let at = HistoryPlan.start + Microseconds(ordinal) * step
            let random = numbers.next()
            let tuple = Int(random % UInt64(HistorySegments.tuples.count))
            let score =
                random >> 16 % 10 == 0
                ? nil : Self.scores[Int(random >> 20 % UInt64(Self.scores.count))] * 100
            let hasText = score == nil || random >> 32 % 9 < 4
            let made = try templates.response(
                ordinal, tuple: tuple, score: score, hasText: hasText, at: at)
            state.add(position: next, tuple: tuple, score: score, hasText: hasText)
            if hasText { totals.texts += 1 }
            try append(made.draft, key: made.key, sealed: made.sealed)
            clock.advance(to: at)
        }
        for _ in 0..<share(Self.shares.rejected, of: ordinals.count) { try reject() }
        for model in models {
            for index in first..<state.count where state.hasText(index) {
                try classify(index, by: model)
            }
        }
        for _ in 0..<share(Self.shares.amended, of: ordinals.count) { try amend() }
        for _ in 0..<share(Self.shares.excluded, of: ordinals.count) { try exclude() }
    }

    private func share(_ share: Int, of count: Int) -> Int { max(1, count * share / 10_000) }

    private mutating func append(
        _ draft: EventDraft, key: IdempotencyKey, sealed: SealedPart? = nil
    ) throws {
        try batch.append(draft, key: key, sealed: sealed)
        next += 1
        if batch.count >= Self.batchEvents { try submit() }
    }

    private mutating func submit() throws {
        var full = EventBatch(reservingEvents: Self.batchEvents)
        swap(&full, &batch)
        full.stamp(clock.now)
        try pipeline.submit(full)
    }

    private mutating func classify(_ index: Int, by model: ModelVersion) throws {
        let random = numbers.next()
        let promoter = UInt16(random % 10_001)
        let detractor = UInt16(random >> 20 % (10_001 - UInt64(promoter)))
        let negative = UInt16(random >> 34 % 5_000)
        let text = state.textPosition(index)
        let response = Position(state.positions[index])
        if let classified = Thresholds.standard.classify(detractor: detractor, promoter: promoter) {
            state.read(index, by: model, classified)
        }
        totals.classifications += 1
        try append(
            EventDraft(
                ClassificationRecorded(
                    response: response, model: model,
                    classes: [detractor, 10_000 - detractor - promoter, promoter],
                    sentiment: [negative, 4_000, 6_000 - negative],
                    intents: [promoter, detractor, 310, 45, negative], featureCount: 61),
                occurredAt: clock.now, actor: .system, cause: text),
            key: .classification(of: response, text: text, by: model))
    }

    private mutating func amend() throws {
        let index = recent()
        let random = numbers.next()
        let changesText = random % 3 == 0
        let score = Self.scores[Int(random >> 8 % UInt64(Self.scores.count))] * 100
        let response = Position(state.positions[index])
        totals.amendments += 1
        state.amend(index, score: score, textAt: changesText ? next : nil)
        try append(
            EventDraft(
                ResponseAmended(
                    response: response, score: score, hasText: changesText,
                    updatedAt: clock.now, subject: UInt64(index % 1_000 + 1)),
                occurredAt: clock.now, actor: actor, cause: response),
            key: IdempotencyKey(
                source: ResponseTemplates.source, id: "amended \(totals.amendments)"))
        guard changesText, !state.isExcluded(index) else { return }
        for model in models { try classify(index, by: model) }
    }

    private mutating func exclude() throws {
        let index = recent()
        guard !state.isExcluded(index) else { return }
        totals.exclusions += 1
        state.exclude(index)
        let response = Position(state.positions[index])
        try append(
            EventDraft(
                ResponseExcluded(response: response, reason: "test"),
                occurredAt: clock.now, actor: actor),
            key: .exclusion(of: "\(response)", source: ResponseTemplates.source))
    }

    private mutating func reject() throws {
        totals.rejections += 1
        try append(
            EventDraft(
                RowRejected(
                    source: ResponseTemplates.source, row: UInt64(totals.rejections),
                    line: UInt64(totals.rejections + 1), code: "score.out-of-range",
                    column: "score", expected: "a number from 0 to 10",
                    subject: UInt64(totals.rejections % 1_000 + 1)),
                occurredAt: clock.now, actor: actor),
            key: IdempotencyKey(
                source: ResponseTemplates.source, id: "rejected \(totals.rejections)"))
    }

    /// A response of late.
    private mutating func recent() -> Int {
        let span = UInt64(min(state.count, Self.amendedWithin))
        return state.count - 1 - Int(numbers.next() % span)
    }

    // MARK: - Governance

    /// What people do at each eighth of the history.
    private mutating func act(_ step: Int) throws {
        try submit()
        try pipeline.drain()
        let registry = ModelRegistry(ledger)
        let thresholds = ThresholdRegistry(ledger)
        switch step {
        case 1:
            try register(NGramClassifier.embeddedArtefact, provenance: "embedded")
            _ = try registry.activate(1, reason: "the first model", actor: actor)
            _ = try thresholds.edit(.standard, reason: "the usual cut-offs", actor: actor)
        case 3:
            guard let moved = HistoryPlan.movedThresholds else { return }
            _ = try thresholds.edit(moved, reason: "a trial of a week", actor: actor)
        case 4:
            _ = try thresholds.edit(.standard, reason: "the trial is over", actor: actor)
        case 5:
            try register(Self.secondArtefact, provenance: "file")
            next = try ledger.log.head().size
            for index in 0..<state.count where state.hasText(index) && !state.isExcluded(index) {
                try classify(index, by: 2)
            }
            try submit()
            try pipeline.drain()
            _ = try registry.activate(2, reason: "agrees better with scores", actor: actor)
        case 6: _ = try registry.rollBack(reason: "EMEA moved without cause", actor: actor)
        case 7: _ = try registry.activate(2, reason: "the cause was found", actor: actor)
        default: break
        }
        next = try ledger.log.head().size
    }

    private mutating func register(_ artefact: [UInt8], provenance: String) throws {
        let model = try ModelRegistry(ledger).register(
            artefact, provenance: provenance, actor: actor)
        models.append(model.version)
    }
}

extension HistoryWriter {
    /// The embedded model with another seed in its metadata: another artefact, which classifies alike.
    static var secondArtefact: [UInt8] {
        get throws {
            var bytes = NGramClassifier.embeddedArtefact
            let field = [UInt8](#""seed":"#.utf8)
            // Metadata stands at the end, in front of the checksum.
            guard let at = bytes.lastRange(of: field)?.upperBound,
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at])
            else { throw BenchmarkFailure("the embedded model names no seed") }
            bytes[at] = bytes[at] == UInt8(ascii: "9") ? UInt8(ascii: "1") : bytes[at] + 1
            // FNV-1a of 64 bits over all that stands before it, little-endian.
            var sum: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in bytes.dropLast(8) { sum = (sum ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            withUnsafeBytes(of: sum.littleEndian) {
                bytes.replaceSubrange((bytes.count - 8)..., with: $0)
            }
            return bytes
        }
    }
}

extension [UInt8] {
    /// Where `part` stands last.
    fileprivate func lastRange(of part: [UInt8]) -> Range<Int>? {
        guard count >= part.count else { return nil }
        return (0...(count - part.count)).reversed().lazy
            .map { $0..<($0 + part.count) }.first { self[$0].elementsEqual(part) }
    }
}

/// The time of a history that is being written: as its responses came, not as they are made up.
final class HistoryClock: Sendable {
    private let time = Mutex(HistoryPlan.start)

    var now: Microseconds { time.withLock { $0 } }

    func advance(to moment: Microseconds) { time.withLock { $0 = max($0, moment) } }
}
