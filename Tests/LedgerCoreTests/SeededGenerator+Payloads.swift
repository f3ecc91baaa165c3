import LedgerCore

extension SeededGenerator {
    /// A payload of the given type with every field anywhere in its range.
    mutating func payload(_ name: EventName) -> any EventPayload {
        switch name {
        case .ledgerOpened:
            LedgerOpened(origin: text(maxLength: 9), program: text(maxLength: 9))
        case .mappingEdited:
            MappingEdited(source: text(maxLength: 9), mapping: text(maxLength: 90))
        case .responseRecorded: responseRecorded()
        case .responseAmended:
            ResponseAmended(
                response: magnitude(), score: score(), hasText: oneIn(2),
                updatedAt: oneIn(2) ? signed() : nil, subject: magnitude(),
                segments: oneIn(2) ? [text(maxLength: 5): text(maxLength: 5)] : nil,
                importNumber: oneIn(2) ? magnitude() : 0)
        case .responseExcluded:
            ResponseExcluded(response: magnitude(), reason: text(maxLength: 9))
        case .importStarted, .deliveryReceived, .deliveryMapped: incoming(name)
        case .rowRejected:
            RowRejected(
                source: text(maxLength: 9), row: magnitude(), line: magnitude(),
                code: text(maxLength: 9), column: oneIn(2) ? text(maxLength: 9) : nil,
                expected: text(maxLength: 9), subject: magnitude(),
                importNumber: oneIn(2) ? magnitude() : 0)
        case .modelRegistered:
            ModelRegistered(
                model: model(), kind: text(maxLength: 9), digest: bytes(32),
                provenance: text(maxLength: 9), card: text(maxLength: 90),
                program: oneIn(2) ? text(maxLength: 9) : nil, encoder: oneIn(2) ? bytes(32) : nil,
                training: oneIn(2) ? trainingEvidence() : nil,
                topics: oneIn(2) ? [text(maxLength: 9)] : [],
                request: oneIn(2) ? magnitude() : nil)
        case .classificationDeclined: declined()
        case .topicsRecorded:
            TopicsRecorded(
                response: magnitude(), model: model(),
                topics: (0..<63).filter { _ in oneIn(9) }.map {
                    .init(topic: $0, probability: .random(in: 0...10_000, using: &self))
                } + [.init(topic: 63, probability: 7)])
        case .retrainingRequested:
            RetrainingRequested(
                trigger: RetrainingTrigger.allCases.randomElement(using: &self) ?? .asked,
                follows: oneIn(2) ? model() : nil, newLabels: magnitude(), subject: magnitude())
        case .retrainingCompleted:
            oneIn(2)
                ? RetrainingCompleted(
                    request: magnitude(), outcome: .failed, model: nil, error: text(maxLength: 9))
                : RetrainingCompleted(
                    request: magnitude(), outcome: oneIn(2) ? .registered : .unchanged,
                    model: model())
        case .modelActivated:
            ModelActivated(
                model: model(), previous: oneIn(2) ? model() : nil,
                rollsBack: oneIn(2) ? magnitude() : nil, subject: magnitude(),
                gate: oneIn(2) ? gate() : nil)
        case .modelShadowed:
            oneIn(2)
                ? ModelShadowed(model: model(), ends: oneIn(2))
                : ModelShadowed(
                    model: model(), share: oneIn(2) ? .random(in: 1...9_999, using: &self) : nil)
        case .classificationRecorded: classificationRecorded()
        case .thresholdsEdited:
            ThresholdsEdited(id: model(), thresholds: thresholds(), subject: magnitude())
        case .policyEdited: policyEdited()
        case .reviewRequested: reviewRequested()
        case .reviewDecided: reviewDecided()
        case .projectionCommitted:
            ProjectionCommitted(
                projection: text(maxLength: 9), projectionVersion: model(), upTo: magnitude(),
                digest: bytes(32))
        }
    }

    mutating func declined() -> ClassificationDeclined {
        let letters = UInt16.random(in: 0...25, using: &self) << 8
        return ClassificationDeclined(
            response: magnitude(), model: model(),
            reason: .language(
                LanguageCode(packed: 0x6161 + letters + UInt16.random(in: 0...25, using: &self))
                    ?? exampleLanguage))
    }

    mutating func policyEdited() -> PolicyEdited {
        let policy = Policy.allCases.randomElement(using: &self) ?? .externalModels
        let values = policy.values ?? ["UTC", "Europe/Vienna", "America/Argentina/Ushuaia"]
        return PolicyEdited(
            policy: policy, value: values.randomElement(using: &self) ?? "", subject: magnitude())
    }

    mutating func trainingEvidence() -> TrainingEvidence {
        TrainingEvidence(
            asOf: magnitude(), root: bytes(32), selection: text(maxLength: 9), seed: magnitude(),
            examples: magnitude(), reviewed: magnitude(), erased: magnitude(),
            positions: bytes(32),
            files: oneIn(2) ? [.init(digest: bytes(32), examples: magnitude())] : [],
            taxonomy: oneIn(2) ? bytes(32) : nil)
    }

    mutating func reviewDecided() -> ReviewDecided {
        ReviewDecided(
            response: magnitude(),
            decision: NPSClass.allCases.randomElement(using: &self) ?? .passive,
            subject: oneIn(2) ? magnitude() : nil, text: oneIn(2) ? magnitude() : nil,
            request: oneIn(2) ? magnitude() : nil,
            sentiment: oneIn(2) ? .random(in: 0...2, using: &self) : nil,
            intents: oneIn(2) ? (0..<5).filter { _ in oneIn(2) } : nil, settles: oneIn(2))
    }

    mutating func reviewRequested() -> ReviewRequested {
        let reason = ReviewReason.allCases.randomElement(using: &self) ?? .asked
        let population = max(1, magnitude())
        let sample = ReviewSample(
            round: max(1, model()), seed: magnitude(),
            size: .random(in: 1...population, using: &self), population: population)
        return ReviewRequested(
            response: magnitude(), text: magnitude(), reason: reason,
            model: oneIn(2) ? model() : nil,
            confidence: oneIn(2) ? .random(in: 0...10_000, using: &self) : nil,
            sample: reason == .sample ? sample : nil, wantsSecond: oneIn(2))
    }

    /// What is recorded of how responses come in.
    private mutating func incoming(_ name: EventName) -> any EventPayload {
        switch name {
        case .importStarted:
            ImportStarted(
                number: max(1, magnitude()), source: text(maxLength: 9), mapping: magnitude(),
                kind: ImportStarted.Kind.allCases.randomElement(using: &self) ?? .files,
                scheme: oneIn(2) ? text(maxLength: 9) : nil)
        case .deliveryReceived:
            DeliveryReceived(
                hook: text(maxLength: 9), scheme: text(maxLength: 9),
                delivery: oneIn(2) ? text(maxLength: 9) : nil, bytes: magnitude(),
                type: text(maxLength: 9), subject: magnitude())
        default:
            DeliveryMapped(
                delivery: magnitude(), importNumber: max(1, magnitude()),
                outcome: DeliveryMapped.Outcome.allCases.randomElement(using: &self) ?? .mapped,
                responses: magnitude(), code: oneIn(2) ? text(maxLength: 9) : nil,
                expected: oneIn(2) ? text(maxLength: 9) : nil)
        }
    }

    mutating func responseRecorded() -> ResponseRecorded {
        var segments: [String: String] = [:]
        for _ in 0..<Int.random(in: 0...6, using: &self) {
            segments[text(maxLength: 5)] = text(maxLength: 5)
        }
        return ResponseRecorded(
            source: text(maxLength: 9), id: text(maxLength: 9), subject: magnitude(),
            score: score(), hasText: oneIn(2), updatedAt: oneIn(2) ? signed() : nil,
            originalScore: oneIn(2) ? text(maxLength: 5) : nil,
            scale: oneIn(2) ? [signed(), signed()] : nil, segments: segments,
            excluded: oneIn(4) ? text(maxLength: 9) : nil, importNumber: oneIn(2) ? magnitude() : 0)
    }

    mutating func classificationRecorded() -> ClassificationRecorded {
        ClassificationRecorded(
            response: magnitude(), model: model(), classes: shares(3), sentiment: shares(3),
            intents: (0..<5).map { _ in UInt16.random(in: 0...10_000, using: &self) },
            featureCount: model())
    }

    mutating func thresholds() -> Thresholds {
        let cuts = [UInt16.random(in: 1...1000, using: &self), .random(in: 1...1000, using: &self)]
        return Thresholds(
            passiveFrom: min(cuts[0], cuts[1]), promoterFrom: max(cuts[0], cuts[1]),
            confidenceMin: .random(in: 0...10_000, using: &self)) ?? .standard
    }

    private mutating func model() -> UInt32 { UInt32(truncatingIfNeeded: magnitude()) }

    private mutating func score() -> UInt16? {
        oneIn(4) ? nil : UInt16.random(in: 0...1000, using: &self)
    }

    /// A draft of a random payload with a random envelope.
    mutating func draft(_ name: EventName) -> EventDraft {
        let actors = ["system", "a", "ada@example.org", String(repeating: "é", count: 64)]
        let actor = actors.randomElement(using: &self).flatMap(Actor.init) ?? .system
        return EventDraft(
            payload(name), occurredAt: time(), actor: actor,
            cause: oneIn(2) ? magnitude() : nil)
    }

    /// The fields of a payload with one or two of them dropped, replaced or added.
    mutating func damaged(_ fields: [String: CBORValue]) -> [String: CBORValue] {
        var fields = fields
        for _ in 0..<Int.random(in: 1...2, using: &self) {
            guard let key = fields.keys.sorted().randomElement(using: &self) else { break }
            switch Int.random(in: 0..<5, using: &self) {
            case 0: fields[key] = nil
            case 1: fields[key] = value(depth: 2)
            case 2: fields[key] = nudged(fields[key] ?? .null)
            case 3: fields[text(maxLength: 3)] = value(depth: 1)
            default:
                // Exchanges two values: right kinds in wrong places.
                let other = fields.keys.sorted().randomElement(using: &self) ?? key
                (fields[key], fields[other]) = (fields[other], fields[key])
            }
        }
        return fields
    }

    /// A value near the given one: beside a limit, one longer, one shorter.
    private mutating func nudged(_ value: CBORValue) -> CBORValue {
        let edges: [UInt64] = [
            0, 1, 2, 3, 1000, 1001, 10_000, 10_001, 1 << 32, (1 << 32) - 1, .max,
        ]
        switch value {
        case .unsigned: return .unsigned(edges.randomElement(using: &self) ?? 0)
        case .negative: return .negative(edges.randomElement(using: &self) ?? 0)
        case .bool(let flag): return .bool(!flag)
        case .bytes(let bytes): return .bytes(oneIn(2) ? bytes + [0] : Array(bytes.dropLast()))
        case .text(let text): return oneIn(2) ? .bytes(Array(text.utf8)) : .text(text + "x")
        case .null: return .bool(true)
        case .array(let items):
            guard !items.isEmpty, !oneIn(3) else { return .array(items + [.unsigned(0)]) }
            var items = items
            let index = Int.random(in: 0..<items.count, using: &self)
            if oneIn(2) { items.remove(at: index) } else { items[index] = nudged(items[index]) }
            return .array(items)
        case .map(var pairs):
            pairs[text(maxLength: 3)] = oneIn(2) ? .text("") : .unsigned(0)
            return .map(pairs)
        }
    }
}
