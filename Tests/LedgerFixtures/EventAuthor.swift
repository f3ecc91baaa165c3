import LedgerCore
import LedgerStore

/// Drafts events of any type about what a log holds, as numbers fall: also repeated, contradictory
/// and mistaken ones, whose references lead to what is no response, or nowhere.
package struct EventAuthor: Sendable {
    /// What an event is about.
    package enum Subject: CaseIterable, Sendable {
        case response, amendment, exclusion, classification, review, rejection, mapping,
            registration
        case activation, shadow, thresholds, commitment, request, topics, retraining, policy
        case declined
    }

    package var numbers: SeededNumbers
    /// Tells the ids of this author's responses from those of others.
    private let tag: String
    private let now: Microseconds
    private let known: KnownEvents
    private var drafted = 0
    private var registered: ModelVersion = 0
    private var edited: UInt32 = 0

    package init(
        numbers: SeededNumbers, tag: String, now: Microseconds, known: KnownEvents
    ) {
        self.numbers = numbers
        self.tag = tag
        self.now = now
        self.known = known
    }

    /// Adds as many events of any kinds, mostly responses and classifications.
    package mutating func add(_ count: Int, to batch: inout EventBatch) throws {
        for _ in 0..<count {
            let subject: Subject =
                switch numbers.below(100) {
                case 0..<34: .response
                case 34..<58: .classification
                case 58..<60: .declined
                case 60..<62: .topics
                case 62..<74: .amendment
                case 74..<79: .exclusion
                case 79..<82: .review
                case 82..<84: .request
                case 84..<87: .rejection
                case 87..<89: .mapping
                case 89..<92: .registration
                case 92..<94: .activation
                case 94: .retraining
                case 95..<97: .shadow
                case 97: .thresholds
                case 98: .policy
                default: .commitment
                }
            try add(subject, to: &batch)
        }
    }

    /// Adds one event.
    package mutating func add(_ subject: Subject, to batch: inout EventBatch) throws {
        drafted += 1
        switch subject {
        case .response: try addResponse(to: &batch)
        case .amendment: try addAmendment(to: &batch)
        case .exclusion:
            let reason = pick(["test", "duplicate", "policy"])
            try batch.append(draft(ResponseExcluded(response: anyResponse(), reason: reason)))
        case .classification: try addReading(to: &batch, declines: false)
        case .declined: try addReading(to: &batch, declines: true)
        case .review:
            try batch.append(
                draft(
                    ReviewDecided(
                        response: anyResponse(), decision: pick(NPSClass.allCases), subject: 1,
                        text: numbers.happens(percent: 50) ? anyResponse() : nil,
                        settles: numbers.happens(percent: 20))),
                sealed: seal())
        case .request:
            try batch.append(
                draft(
                    ReviewRequested(
                        response: anyResponse(), text: anyResponse(),
                        reason: pick([.lowConfidence, .textAgainstScore, .asked]),
                        model: anyModel(), confidence: UInt16(numbers.below(10_001)),
                        wantsSecond: numbers.happens(percent: 30))))
        case .topics:
            try batch.append(
                draft(
                    TopicsRecorded(
                        response: anyResponse(), model: anyModel(),
                        topics: [.init(topic: UInt8(numbers.below(9)), probability: 7_000)])))
        case .retraining:
            try addRetraining(to: &batch)
        case .policy:
            let value = pick(ExternalModelPolicy.allCases).rawValue
            try batch.append(
                draft(PolicyEdited(policy: .externalModels, value: value, subject: 1)),
                sealed: seal())
        case .rejection:
            try batch.append(
                draft(
                    RowRejected(
                        source: pick(["web", "app"]), row: UInt64(drafted), line: 7,
                        code: pick(["score.unreadable", "time.unreadable"]),
                        column: pick(["score", nil]), expected: "a number", subject: 1)),
                sealed: seal())
        case .mapping:
            try batch.append(
                draft(
                    MappingEdited(
                        source: pick(["web", "app"]), mapping: "{\"version\":\(numbers.below(9))}"))
            )
        case .registration: try addRegistration(to: &batch)
        case .activation: try addActivation(to: &batch)
        case .shadow:
            try batch.append(
                draft(ModelShadowed(model: anyModel(), ends: numbers.happens(percent: 40))))
        case .thresholds: try addThresholds(to: &batch)
        case .commitment:
            // Of a projection that this program does not know, so that nobody can object.
            try batch.append(
                draft(
                    ProjectionCommitted(
                        projection: pick(["wording", "drift"]), projectionVersion: 1,
                        upTo: Position(numbers.below(Int(known.size) + 1)),
                        digest: numbers.bytes(ProjectionCommitted.digestBytes))))
        }
    }
}

extension EventAuthor {
    /// A response, under a key of its own.
    package mutating func addResponse(to batch: inout EventBatch) throws {
        drafted += 1
        let hasText = numbers.happens(percent: 60)
        var segments: [String: String] = [:]
        for (dimension, values) in Self.dimensions where numbers.happens(percent: 75) {
            segments[dimension] = pick(values)
        }
        let id = "\(tag)-\(drafted)"
        let subject = anySubject()
        let payload = ResponseRecorded(
            source: "randomised", id: id, subject: subject,
            score: !hasText || numbers.happens(percent: 70) ? anyScore() : nil, hasText: hasText,
            segments: segments, excluded: numbers.happens(percent: 4) ? "mapping.exclude.1" : nil)
        try batch.append(
            draft(payload), key: IdempotencyKey(source: "randomised", id: id),
            sealed: hasText ? seal(subject) : nil)
    }

    private mutating func addAmendment(to batch: inout EventBatch) throws {
        let hasText = numbers.happens(percent: 60)
        let subject = anySubject()
        let payload = ResponseAmended(
            response: anyResponse(),
            score: !hasText || numbers.happens(percent: 40) ? anyScore() : nil, hasText: hasText,
            subject: subject,
            segments: numbers.happens(percent: 30) ? ["region": pick(Self.regions)] : nil)
        try batch.append(draft(payload), sealed: hasText ? seal(subject) : nil)
    }

    private mutating func addReading(to batch: inout EventBatch, declines: Bool) throws {
        let (response, cause) = anyReading()
        guard declines, let language = LanguageCode(pick(["de", "es", "zh"])) else {
            let payload = ClassificationRecorded(
                response: response, model: anyModel(), classes: basisPoints(),
                sentiment: basisPoints(), intents: [0, 10_000, 1, 2, 3],
                featureCount: UInt32(numbers.below(9)))
            return try batch.append(draft(payload, cause: cause))
        }
        let payload = ClassificationDeclined(
            response: response, model: anyModel(), reason: .language(language))
        try batch.append(draft(payload, cause: cause))
    }

    /// A response to be read, and the text of it that is.
    private mutating func anyReading() -> (response: Position, cause: Position?) {
        var response = anyResponse()
        var cause: Position? = response
        // Any text there ever was: also one that was replaced meanwhile, and now and then the text
        // of another response.
        if !known.texts.isEmpty, numbers.happens(percent: 90) {
            let text = pick(known.texts)
            cause = text.event
            if !numbers.happens(percent: 4) { response = text.response }
        } else if numbers.happens(percent: 20) {
            cause = nil
        }
        return (response, cause)
    }

    private mutating func addRegistration(to batch: inout EventBatch) throws {
        registered += 1
        let version = (known.models.max() ?? 0) + registered
        // The registry's key: of two that register at once, one gets the number.
        try batch.append(
            draft(
                ModelRegistered(
                    model: version, kind: "ngram-1", digest: numbers.bytes(32),
                    provenance: "file", card: "{}", program: "randomised")),
            key: .registration(of: version))
    }

    private mutating func addRetraining(to batch: inout EventBatch) throws {
        if numbers.happens(percent: 50) {
            let payload = RetrainingRequested(
                trigger: pick(RetrainingTrigger.allCases), follows: anyModel(), newLabels: 5,
                subject: 1)
            try batch.append(draft(payload), sealed: seal())
        } else {
            let payload = RetrainingCompleted(
                request: Position(numbers.below(Int(known.size) + 1)), outcome: .unchanged,
                model: anyModel())
            try batch.append(draft(payload))
        }
    }

    private mutating func addActivation(to batch: inout EventBatch) throws {
        let isMistaken = numbers.happens(percent: 15)
        var rollsBack: Position?
        if numbers.happens(percent: 40) {
            rollsBack =
                known.activations.isEmpty || isMistaken
                ? known.size + 2 : pick(known.activations)
        }
        let gate = rollsBack == nil && numbers.happens(percent: 40) ? gate() : nil
        try batch.append(
            draft(
                ModelActivated(
                    model: anyModel(), previous: isMistaken ? 77 : known.active,
                    rollsBack: rollsBack, subject: 1, gate: gate)), sealed: seal())
    }

    /// Evidence of one condition, which is met or not, as of the log's end or of later.
    private mutating func gate() -> GateEvidence? {
        let limit = Int64(numbers.below(500))
        let finding = GateCondition(.npsChange, .atMost, limit, basis: .blended).flatMap {
            GateFinding($0, observed: Int64(numbers.below(600)), responses: 7)
        }
        return GateEvidence(
            digest: numbers.bytes(32), asOf: known.size + Position(3 * numbers.below(2)),
            findings: [finding].compactMap { $0 })
    }

    private mutating func addThresholds(to batch: inout EventBatch) throws {
        edited += 1
        let id = known.thresholdsCount + edited
        try batch.append(
            draft(ThresholdsEdited(id: id, thresholds: anyThresholds(), subject: 1)),
            key: .thresholds(id), sealed: seal())
    }
}

extension EventAuthor {
    private static let regions = ["EMEA", "APAC", "Île-de-France", ""]
    private static let dimensions: [(String, [String])] = [
        ("region", regions), ("channel", ["app", "web", "phone"]), ("language", ["en", "fr"]),
    ]

    private mutating func pick<T>(_ items: [T]) -> T { items[numbers.below(items.count)] }

    private mutating func draft(
        _ payload: some EventPayload, cause: Position? = nil
    ) -> EventDraft {
        // Response times wander over three weeks and often coincide.
        let occurredAt = TestClock.start + Microseconds(numbers.below(84) - 42) * 21_600_000_000
        return EventDraft(
            payload, occurredAt: numbers.happens(percent: 80) ? occurredAt : now,
            actor: Actor(pick(["analyst", "engineer", "importer"])) ?? .system, cause: cause)
    }

    /// Bytes that stand for what only the vault could open.
    private mutating func seal(_ subject: UInt64 = 1) -> SealedPart {
        SealedPart(subject: subject, bytes: numbers.bytes(40))
    }

    private mutating func anySubject() -> UInt64 { UInt64(1 + numbers.below(9)) }

    /// Mostly a response; else a position of something else, one of this batch, one still to come,
    /// or as far away as a number can be.
    private mutating func anyResponse() -> Position {
        if known.responses.isEmpty || numbers.happens(percent: 7) {
            return switch numbers.below(4) {
            case 0: Position(numbers.below(Int(known.size) + 1))
            case 1: known.size + Position(numbers.below(8))
            case 2: known.size + Position(numbers.below(90))
            default: .max
            }
        }
        // Recent ones are met again more often, so that much happens to a few.
        let count = known.responses.count
        let reach = numbers.happens(percent: 50) ? min(count, 6) : count
        return known.responses[count - 1 - numbers.below(reach)]
    }

    private mutating func anyModel() -> ModelVersion {
        if known.models.isEmpty || numbers.happens(percent: 4) {
            return ModelVersion(1 + numbers.below(5))
        }
        return pick(known.models)
    }

    private mutating func anyScore() -> UInt16 {
        UInt16(numbers.happens(percent: 90) ? 100 * numbers.below(11) : numbers.below(1_001))
    }

    /// Cut-offs anywhere, mostly on whole scores.
    package mutating func anyThresholds() -> Thresholds {
        let passiveFrom = 100 * (1 + numbers.below(10))
        let promoterFrom = passiveFrom + 50 * numbers.below((1_000 - passiveFrom) / 50 + 1)
        return Thresholds(
            passiveFrom: UInt16(passiveFrom), promoterFrom: UInt16(promoterFrom),
            confidenceMin: UInt16(numbers.below(3) * numbers.below(4_000))) ?? .standard
    }

    /// Three numbers that sum to 10,000, now and then a tie.
    private mutating func basisPoints() -> [UInt16] {
        if numbers.happens(percent: 8) { return pick([[5_000, 0, 5_000], [0, 10_000, 0]]) }
        let first = numbers.below(10_001)
        let second = numbers.below(10_001 - first)
        let parts = [first, second, 10_000 - first - second].map { UInt16($0) }
        let turn = numbers.below(3)
        return (0..<3).map { parts[($0 + turn) % 3] }
    }
}
