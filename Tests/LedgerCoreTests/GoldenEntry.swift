import Foundation
import LedgerCore
import Testing

/// One file of golden bytes: a whole entry, and what it must decode to for ever.
///
/// A file of an older event version is no longer written, but still read: then `version` is that
/// version, and `payload` what the upcasters make of it.
struct GoldenEntry: CustomTestStringConvertible, Sendable {
    let payload: any EventPayload
    let version: UInt32
    let variant: String?
    let actor: String
    let cause: Position?
    let sealed: [UInt8]?
    let clock: Microseconds?

    private init(
        _ payload: any EventPayload, version: UInt32? = nil, variant: String? = nil,
        actor: String = "system", cause: Position? = nil, sealed: [UInt8]? = nil,
        clock: Microseconds? = nil
    ) {
        self.payload = payload
        self.version = version ?? type(of: payload).version
        self.variant = variant
        self.actor = actor
        self.cause = cause
        self.sealed = sealed
        self.clock = clock
    }

    var name: EventName { type(of: payload).name }
    var isCurrent: Bool { version == type(of: payload).version }

    var fileName: String {
        "\(name.rawValue).v\(version)" + (variant.map { ".\($0)" } ?? "") + ".cbor"
    }

    var testDescription: String { fileName }

    var draft: EventDraft {
        draft(of: payload)
    }

    private func draft(of payload: some EventPayload) -> EventDraft {
        EventDraft(
            payload, occurredAt: EntryBytes.occurredAt, actor: Actor(actor) ?? .system,
            cause: cause)
    }

    /// Beside this file, not in a bundle: rewriting must reach the source.
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("Golden")

    private var file: URL { Self.folder.appendingPathComponent(fileName) }

    /// The bytes as this software writes them, for a current version.
    func encoded() throws -> [UInt8] { try EntryBytes.make(draft, sealed: sealed, clock: clock) }

    /// The bytes in the file.
    func stored() throws -> [UInt8] {
        try Self.rewriting.get()
        return [UInt8](try Data(contentsOf: file))
    }

    /// Done once, before any test reads a file: tests run beside each other.
    private static let rewriting = Result {
        guard ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" else { return }
        for golden in all where golden.isCurrent {
            try Data(golden.encoded()).write(to: golden.file)
        }
    }

    private static let commitment = (0..<32).map { UInt8($0 * 7) }

    /// Every kind of condition, each at its limit.
    private static let gate: GateEvidence? = {
        func finding(
            _ condition: GateCondition?, _ observed: Int64, active: Int64? = nil,
            segment: [String: String]? = nil, on responses: UInt64
        ) -> GateFinding? {
            condition.flatMap {
                GateFinding(
                    $0, observed: observed, active: active, segment: segment, responses: responses)
            }
        }
        let findings = [
            finding(GateCondition(.macroF1, .worseByAtMost, 100), 100, active: 7_821, on: 9_033),
            finding(GateCondition(.accuracy, .atLeast, 7_000), 7_000, on: 9_034),
            finding(GateCondition(.ece, .atMost, 500), 500, on: 9_034),
            finding(GateCondition(.kappa, .atLeast, 0), 0, on: 9_419),
            finding(
                GateCondition(.npsChange, .atMost, 300, basis: .blended), -300, on: 20_000),
            finding(
                GateCondition(
                    .segmentChange, .atMost, 20_000, basis: .inferred, by: ["region", "größe"],
                    responsesAtLeast: 100), 20_000, segment: ["größe": "水"], on: 100),
            finding(GateCondition(.unread, .atMost, .max), .max, on: .max),
        ]
        return GateEvidence(
            digest: commitment, asOf: 79_999, findings: findings.compactMap { $0 })
    }()

    static let all: [GoldenEntry] = [
        GoldenEntry(LedgerOpened(origin: "ledger.example/nps", program: "npsledger 0.1.0")),
        GoldenEntry(
            MappingEdited(
                source: "survey", mapping: #"{"fields":{"id":"response_id","score":"nps"}}"#),
            actor: "analyst@example.org"),
        GoldenEntry(
            ResponseRecorded(
                source: "survey", id: "R-000123", subject: 4711, score: 850, hasText: true,
                updatedAt: EntryBytes.occurredAt + 60_000_000, originalScore: "8.5",
                scale: [-100, 1000],
                segments: [
                    "region": "EMEA", "channel": "e-mail", "language": "fr", "größe": "水",
                    "plan": "",
                ], excluded: "mapping.exclude.1"),
            version: 1, variant: "full", actor: "importer", cause: 41, sealed: commitment),
        GoldenEntry(
            ResponseRecorded(source: "s", id: "1", subject: 0, score: nil, hasText: false),
            version: 1, variant: "minimal"),
        GoldenEntry(
            ResponseRecorded(
                source: "survey", id: "R-000123", subject: 4711, score: 850, hasText: true,
                updatedAt: EntryBytes.occurredAt + 60_000_000, originalScore: "8.5",
                scale: [-100, 1000], segments: ["region": "EMEA", "größe": "水"],
                excluded: "mapping.exclude.1", importNumber: 300),
            variant: "full", actor: "hook survey", cause: 70_001, sealed: commitment),
        GoldenEntry(
            ResponseRecorded(source: "s", id: "1", subject: 0, score: nil, hasText: false),
            variant: "minimal"),
        GoldenEntry(
            ResponseRecorded(source: "s", id: "2", subject: 0, score: 900, hasText: true),
            version: 1, variant: "clock", cause: 41, sealed: commitment,
            clock: EntryBytes.recordedAt - 3_600_000_000),
        GoldenEntry(
            ResponseAmended(
                response: 70_000, score: 0, hasText: true,
                updatedAt: EntryBytes.occurredAt + 1, subject: 4711,
                segments: ["region": "APAC"]),
            version: 1, variant: "full", cause: 70_000, sealed: commitment),
        GoldenEntry(
            ResponseAmended(response: 3, score: nil, hasText: false, subject: 9), version: 1,
            variant: "minimal"),
        GoldenEntry(
            ResponseAmended(
                response: 70_000, score: 0, hasText: true,
                updatedAt: EntryBytes.occurredAt + 1, subject: 4711,
                segments: ["region": "APAC"], importNumber: 2),
            variant: "full", cause: 70_001, sealed: commitment),
        GoldenEntry(
            ResponseAmended(response: 3, score: nil, hasText: false, subject: 9), variant: "minimal"
        ),
        GoldenEntry(
            ImportStarted(
                number: 2, source: "survey", mapping: 70_000, kind: .deliveries,
                scheme: "standard-webhooks"),
            variant: "full", actor: "npsledgerd", cause: 70_000),
        GoldenEntry(
            ImportStarted(number: 1, source: "s", mapping: 5, kind: .requests), variant: "minimal"),
        GoldenEntry(
            DeliveryReceived(
                hook: "survey", scheme: "standard-webhooks", delivery: "msg_2Kq", bytes: 70_000,
                type: "application/json", subject: 4712),
            variant: "full", actor: "hook survey", sealed: commitment),
        GoldenEntry(
            DeliveryReceived(hook: "s", scheme: "unsigned", bytes: 0, type: "", subject: 1),
            variant: "minimal", sealed: commitment),
        GoldenEntry(
            DeliveryMapped(
                delivery: 70_001, importNumber: 2, outcome: .unreadable, code: "json.invalid",
                expected: "a JSON object"),
            variant: "full", actor: "npsledgerd", cause: 70_001),
        GoldenEntry(
            DeliveryMapped(delivery: 6, importNumber: 1, outcome: .mapped, responses: 300),
            variant: "minimal"),
        GoldenEntry(ResponseExcluded(response: 300, reason: "status=preview"), cause: 300),
        GoldenEntry(
            RowRejected(
                source: "survey", row: 24, line: 31, code: "score.out-of-range", column: "nps",
                expected: "0 to 10", subject: 256),
            version: 1, variant: "full", sealed: commitment),
        GoldenEntry(
            RowRejected(
                source: "survey", row: 1, line: 2, code: "columns.count", column: nil,
                expected: "5 columns", subject: 1),
            version: 1, variant: "minimal"),
        GoldenEntry(
            RowRejected(
                source: "survey", row: 24, line: 31, code: "score.out-of-range", column: "nps",
                expected: "0 to 10", subject: 256, importNumber: 2),
            variant: "full", cause: 70_001, sealed: commitment),
        GoldenEntry(
            RowRejected(
                source: "survey", row: 1, line: 2, code: "columns.count", column: nil,
                expected: "5 columns", subject: 1),
            variant: "minimal"),
        GoldenEntry(
            ModelRegistered(
                model: 2, kind: "ngram-1", digest: commitment.reversed(), provenance: "trained",
                card: #"{"seed":7,"upTo":5000}"#),
            version: 1),
        GoldenEntry(
            ModelRegistered(
                model: 2, kind: "ngram-1", digest: commitment.reversed(), provenance: "file",
                card: "{}"),
            variant: "minimal"),
        GoldenEntry(
            ModelRegistered(
                model: 3, kind: "ngram-1+minilm", digest: commitment.reversed(),
                provenance: "trained", card: #"{"trainer":"liblinear"}"#,
                program: "npsledger 0.2.0", encoder: commitment,
                training: TrainingEvidence(
                    asOf: 80_000, root: commitment, selection: #"{"window":"90d"}"#, seed: 7,
                    examples: 5_000, reviewed: 23, erased: 1, positions: commitment.reversed(),
                    files: [.init(digest: commitment, examples: 300)], taxonomy: commitment),
                topics: ["delay", "staff"], request: 79_998),
            variant: "full", actor: "engineer@example.org", cause: 79_998),
        GoldenEntry(
            ClassificationDeclined(response: 42, model: 3, reason: .language(exampleLanguage)),
            variant: "full", cause: 42),
        GoldenEntry(
            TopicsRecorded(
                response: 42, model: 3,
                topics: [
                    .init(topic: 0, probability: 10_000), .init(topic: 63, probability: 255),
                ]), variant: "full", cause: 42),
        GoldenEntry(
            PolicyEdited(policy: .externalModels, value: "redacted", subject: 12),
            variant: "full", actor: "owner@example.org", sealed: commitment),
        GoldenEntry(
            RetrainingRequested(trigger: .newLabels, follows: 2, newLabels: 1_000, subject: 12),
            variant: "full", actor: "engineer@example.org", sealed: commitment),
        GoldenEntry(
            RetrainingRequested(trigger: .asked, follows: nil, newLabels: 0, subject: 1),
            variant: "minimal"),
        GoldenEntry(
            RetrainingCompleted(request: 79_998, outcome: .registered, model: 3),
            variant: "full", cause: 79_998),
        GoldenEntry(
            RetrainingCompleted(
                request: 79_998, outcome: .failed, model: nil, error: "too few examples"),
            variant: "failed", cause: 79_998),
        GoldenEntry(
            ModelActivated(model: 1, previous: 2, rollsBack: 80_000, subject: 12),
            version: 1, variant: "full", actor: "engineer@example.org", cause: 80_000,
            sealed: commitment),
        GoldenEntry(
            ModelActivated(model: 1, previous: nil, rollsBack: nil, subject: 2),
            version: 1, variant: "minimal"),
        GoldenEntry(
            ModelActivated(model: 1, previous: nil, rollsBack: nil, subject: 2),
            variant: "minimal"),
        GoldenEntry(
            ModelActivated(
                model: 3, previous: 2, rollsBack: 80_000, subject: 12, gate: gate),
            variant: "full", actor: "engineer@example.org", cause: 80_000, sealed: commitment),
        GoldenEntry(
            ModelShadowed(model: 70_000, ends: true), version: 1, variant: "full",
            actor: "engineer@example.org", cause: 80_000),
        GoldenEntry(ModelShadowed(model: 2), version: 1, variant: "minimal"),
        GoldenEntry(
            ModelShadowed(model: 70_000, ends: true), variant: "end",
            actor: "engineer@example.org", cause: 80_000),
        GoldenEntry(ModelShadowed(model: 2), variant: "minimal"),
        GoldenEntry(ModelShadowed(model: 2, share: 1_000), variant: "share"),
        GoldenEntry(
            ClassificationRecorded(
                response: 42, model: 2, classes: [7000, 2000, 1000], sentiment: [8000, 1995, 5],
                intents: [0, 23, 24, 255, 10_000], featureCount: 65_536),
            cause: 42),
        GoldenEntry(
            ThresholdsEdited(
                id: 3,
                thresholds: Thresholds(
                    passiveFrom: 650, promoterFrom: 900, confidenceMin: 5500) ?? .standard,
                subject: 5),
            actor: "auditor", sealed: commitment),
        GoldenEntry(
            ReviewRequested(
                response: 42, text: 70_000, reason: .sample, model: 2, confidence: 10_000,
                sample: ReviewSample(
                    round: 3, seed: .max, size: 300, population: 300), wantsSecond: true),
            variant: "full", actor: "analyst@example.org", cause: 70_000),
        GoldenEntry(
            ReviewRequested(response: 42, text: 42, reason: .asked), variant: "minimal"),
        GoldenEntry(
            ReviewDecided(response: 42, decision: .promoter, subject: 4711), version: 1, cause: 43,
            sealed: commitment),
        GoldenEntry(
            ReviewDecided(
                response: 42, decision: .promoter, subject: 4711, text: 70_000, request: 70_001,
                sentiment: 2, intents: [0, 4], settles: true),
            variant: "full", actor: "reviewer@example.org", cause: 70_001, sealed: commitment),
        GoldenEntry(ReviewDecided(response: 42, decision: .detractor), variant: "minimal"),
        GoldenEntry(
            ProjectionCommitted(
                projection: "nps-by-segment", projectionVersion: 2, upTo: 90_000,
                digest: commitment)),
    ]
}

/// A language in golden entries and random payloads.
let exampleLanguage: LanguageCode = {
    guard let german = LanguageCode("de") else { preconditionFailure("two letters are a code") }
    return german
}()
