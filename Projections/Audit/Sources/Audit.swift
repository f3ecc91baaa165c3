import LedgerCore

/// Who changed what, when, and from what to what: every act of governance, and the quarantine of
/// rows that could not be recorded.
///
/// State (positions in eight bytes, big-endian; values in deterministic CBOR):
/// `a` ‖ position → the act; `r` ‖ position → the rejected row; `s` ‖ kind ‖ concern → the fact now
/// standing, from which the next act takes its “before”.
///
/// The fold keeps nothing in memory: acts are rare, and what stands is read back from the state.
public struct Audit: Projection {
    /// `audit`, version 1; activations and thresholds stand for all responses, so it does not
    /// split.
    public static let descriptor = ProjectionDescriptor(
        id: "audit", version: 1,
        consumes: Set(AuditActKind.allCases.map(\.event)).union([.rowRejected]))

    /// Nothing has happened.
    public init() {}

    /// Writes one act or one rejected row.
    ///
    /// - Throws: `PoisonEvent` where the payload does not decode; `AuditStateDamage` where the
    ///   state does not.
    public mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        if event.name == .rowRejected {
            let rejection = AuditRejection(event, try Self.payload(RowRejected.self, of: event))
            try state.put(AuditKey.rejection(event.position), rejection.encoded)
        } else if let statement = try Self.statement(of: event) {
            try record(statement, event, in: state)
        }
    }

    /// Nothing waits.
    public mutating func flush(to state: some StateWriter) throws {}

    private func record(
        _ statement: Statement, _ event: EventView, in state: some StateWriter
    ) throws {
        let kind = statement.fact.kind
        let before = try state.withValue(AuditKey.standing(statement.fact)) { bytes in
            try AuditFact(kind: kind, stored: bytes, position: event.position)
        }
        var standing = ModelStanding()
        var isDisputed = false
        if let change = statement.change {
            standing = try Self.standing(before: change, event.position, in: state)
            isDisputed = try standing.isContradicted(by: change, at: event.position) {
                try Self.isActivation($0, in: state)
            }
        }
        let act = AuditAct(
            position: event.position, recordedAt: event.recordedAt,
            occurredAt: event.occurredAt, actor: event.actorName, cause: event.cause,
            before: before, after: statement.fact, rollsBack: statement.change?.claim?.takesBack,
            gate: statement.change?.claim?.gate, isDisputed: isDisputed,
            sealedReason: event.sealedCommitment == nil ? nil : event.position)
        try state.put(AuditKey.act(event.position), act.encoded)
        guard let change = statement.change else {
            return try put(statement.fact, in: state)
        }
        let had = standing.shadows
        standing.evolve(change, at: event.position)
        // A shadow that does not stand leaves no fact, and an activation ends one.
        if case .shadowed(let model, _) = change, standing.shadows[model] == nil { return }
        try put(statement.fact, in: state)
        if case .activated(let model, _) = change, had[model] != nil {
            try put(.shadow(model: model, isOn: false), in: state)
        }
    }

    private func put(_ fact: AuditFact, in state: some StateWriter) throws {
        try state.put(AuditKey.standing(fact), CBORValue.map(fact.fields.values).encoded)
    }

    /// What stands of models, as far as it concerns a change of one, taken up from the facts.
    private static func standing(
        before change: ModelEvent, _ position: Position, in state: some StateReader
    ) throws -> ModelStanding {
        func fact(_ like: AuditFact) throws -> AuditFact? {
            try state.withValue(AuditKey.standing(like)) { bytes in
                try AuditFact(kind: like.kind, stored: bytes, position: position)
            }
        }
        let isOn = AuditFact.shadow(model: change.model, isOn: true)
        return ModelStanding(
            // Which model is asked with does not matter: there is one active model.
            active: try fact(.active(model: 0))?.activeModel,
            shadows: try fact(isOn) == isOn
                // Since when does not matter, nor how much of it: what the facts tell is that it is.
                ? [change.model: ModelStanding.Shadow(position: position, share: nil)] : [:])
    }

    private static func isActivation(
        _ position: Position, in state: some StateReader
    ) throws -> Bool {
        try state.withValue(AuditKey.act(position)) { bytes in
            try AuditAct.kind(ofStored: bytes, position: position) == .modelActivated
        } ?? false
    }
}

extension Audit {
    /// What an event says became so, and what that is in the life of a model.
    struct Statement {
        let fact: AuditFact
        var change: ModelEvent?
    }

    /// The statement of an event, or nil where it is no act of governance.
    static func statement(of event: EventView) throws(PoisonEvent) -> Statement? {
        switch event.name {
        case .ledgerOpened:
            let payload = try payload(LedgerOpened.self, of: event)
            return Statement(
                fact: .ledger(origin: payload.origin, program: payload.program))
        case .mappingEdited:
            let payload = try payload(MappingEdited.self, of: event)
            return Statement(
                fact: .mapping(source: payload.source, mapping: payload.mapping))
        case .importStarted:
            return Statement(fact: AuditFact(try payload(ImportStarted.self, of: event)))
        case .modelRegistered:
            let payload = try payload(ModelRegistered.self, of: event)
            return Statement(
                fact: .registration(
                    model: payload.model, kind: payload.kind, digest: payload.digest,
                    provenance: payload.provenance, card: payload.card))
        case .modelActivated:
            let payload = try payload(ModelActivated.self, of: event)
            return Statement(
                fact: .active(model: payload.model),
                change: ModelEvent(payload))
        case .modelShadowed:
            let payload = try payload(ModelShadowed.self, of: event)
            return Statement(
                fact: .shadow(model: payload.model, isOn: !payload.ends),
                change: ModelEvent(payload))
        case .thresholdsEdited:
            let payload = try payload(ThresholdsEdited.self, of: event)
            return Statement(fact: .thresholds(id: payload.id, payload.thresholds))
        case .policyEdited:
            let payload = try payload(PolicyEdited.self, of: event)
            return Statement(fact: .policy(payload.policy, value: payload.value))
        case .responseExcluded:
            let payload = try payload(ResponseExcluded.self, of: event)
            return Statement(
                fact: .exclusion(response: payload.response, reason: payload.reason))
        case .reviewRequested:
            let payload = try payload(ReviewRequested.self, of: event)
            return Statement(
                fact: .request(
                    response: payload.response, payload.reason, sample: payload.sample?.round))
        case .retrainingRequested:
            let payload = try payload(RetrainingRequested.self, of: event)
            return Statement(
                fact: .retraining(
                    request: event.position, payload.trigger, follows: payload.follows,
                    newLabels: payload.newLabels))
        case .retrainingCompleted:
            let payload = try payload(RetrainingCompleted.self, of: event)
            return Statement(
                fact: .retrained(
                    request: payload.request, payload.outcome, model: payload.model,
                    error: payload.error))
        case .reviewDecided:
            let payload = try payload(ReviewDecided.self, of: event)
            return Statement(
                fact: .decision(response: payload.response, payload.decision))
        case .projectionCommitted:
            let payload = try payload(ProjectionCommitted.self, of: event)
            return Statement(
                fact: .commitment(
                    projection: payload.projection, version: payload.projectionVersion,
                    upTo: payload.upTo, digest: payload.digest))
        default: return nil
        }
    }

    /// A typed payload; one that does not decode makes the event poison.
    static func payload<P: EventPayload>(
        _ type: P.Type, of event: EventView
    ) throws(PoisonEvent) -> P {
        do {
            return try P(event)
        } catch {
            throw PoisonEvent(position: event.position, reason: error.description)
        }
    }
}

extension Audit: DescribedProjection {
    /// The acts and rejected rows of the first `position` events, as they stand in the state.
    ///
    /// The facts now standing follow from the acts, so they are told only where they do not: such
    /// a fact is told with the last act about the same thing, which should have set it.
    /// - Throws: `AuditStateDamage` for a record that does not decode.
    public static func describe(
        _ state: some StateReader, asOf position: Position,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var standing: [[UInt8]: StandingFact] = [:]
        var models = ModelStanding()
        func tell(_ key: [UInt8], _ value: UnsafeRawBufferPointer) throws {
            try key.withUnsafeBytes(body)
            try AuditKey.bytes(of: UInt64(value.count)).withUnsafeBytes(body)
            try body(value)
        }
        try PositionWalk(prefix: AuditKey.acts, from: 0, to: .max).run(in: state) {
            (at, bytes) throws in
            let act: AuditAct
            do {
                act = try AuditAct(stored: bytes, position: at)
            } catch {
                // A later record that is damaged says nothing about this prefix.
                guard at < position else { return true }
                throw error
            }
            follow(act, &models, &standing)
            if at < position { try tell(AuditKey.act(at), bytes) }
            return true
        }
        try PositionWalk(prefix: AuditKey.rejections, from: 0, to: position).run(in: state) {
            (at, bytes) throws in
            _ = try AuditRejection(stored: bytes, position: at)
            try tell(AuditKey.rejection(at), bytes)
            return true
        }
        // What the fold cannot have left behind, in key order.
        try state.scan(prefix: [AuditKey.facts]) { key, value in
            let name = [UInt8](key)
            let known = standing.removeValue(forKey: name)
            guard known?.fact.elementsEqual(value) != true else { return true }
            if known?.act ?? 0 < position { try tell(name, value) }
            return true
        }
        for (key, missing) in standing.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) })
        where missing.act < position {
            try tell(key, UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }

    /// A fact that should stand, and the act that set it.
    private struct StandingFact {
        var act: Position
        var fact: [UInt8]
    }

    /// Sets what the fold sets with an act.
    private static func follow(
        _ act: AuditAct, _ models: inout ModelStanding, _ standing: inout [[UInt8]: StandingFact]
    ) {
        func set(_ fact: AuditFact) {
            standing[AuditKey.standing(fact)] = StandingFact(
                act: act.position, fact: CBORValue.map(fact.fields.values).encoded)
        }
        let had = models.shadows
        if let change = act.change { models.evolve(change, at: act.position) }
        if case .shadow(let model, isOn: true) = act.after, models.shadows[model] == nil { return }
        set(act.after)
        guard case .active(let model) = act.after, had[model] != nil else { return }
        set(.shadow(model: model, isOn: false))
    }
}

extension AuditAct {
    /// What became of a model, where the act is about what counts or shadows.
    fileprivate var change: ModelEvent? {
        switch after {
        case .active(let model): .activated(model, ModelEvent.ActivationClaim())
        case .shadow(let model, isOn: true): .shadowed(model, share: nil)
        case .shadow(let model, isOn: false): .shadowEnded(model)
        default: nil
        }
    }
}

/// The keys of the state.
enum AuditKey {
    /// First byte of an act's key.
    static let acts = UInt8(ascii: "a")
    /// First byte of a rejected row's key.
    static let rejections = UInt8(ascii: "r")
    /// First byte of a standing fact's key.
    static let facts = UInt8(ascii: "s")

    /// Longest part of a source's or projection's name that a key holds: LMDB's keys end at 511 bytes.
    static let sourceBytesMax = 255

    static func act(_ position: Position) -> [UInt8] { [acts] + bytes(of: position) }

    static func rejection(_ position: Position) -> [UInt8] { [rejections] + bytes(of: position) }

    /// Where the fact stands that a fact of the same kind about the same thing replaces.
    static func standing(_ fact: AuditFact) -> [UInt8] {
        let start = [facts, fact.kind.rawValue]
        switch fact {
        case .ledger, .active, .thresholds: return start
        case .registration(let model, _, _, _, _): return start + bytes(of: UInt64(model))
        case .policy(let policy, _): return start + name(policy.rawValue)
        case .shadow(let model, _): return start + bytes(of: UInt64(model))
        case .decision(let response, _): return start + bytes(of: response)
        case .request(let response, _, _): return start + bytes(of: response)
        case .retraining(let request, _, _, _): return start + bytes(of: request)
        case .retrained(let request, _, _, _): return start + bytes(of: request)
        case .exclusion(let response, _): return start + bytes(of: response)
        case .mapping(let source, _): return start + name(source)
        case .imported(let number, _, _, _, _): return start + bytes(of: number)
        case .commitment(let projection, _, _, _): return start + name(projection)
        }
    }

    private static func name(_ text: String) -> [UInt8] {
        let name = [UInt8](text.utf8)
        guard name.count > sourceBytesMax else { return name }
        // A longer name is told from its like by a hash of the whole.
        return name.prefix(sourceBytesMax) + bytes(of: fnv1a(name))
    }

    static func bytes(of number: UInt64) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { [UInt8]($0) }
    }

    /// FNV-1a, 64 bits.
    private static func fnv1a(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

extension AuditFact {
    fileprivate init(_ started: ImportStarted) {
        self = .imported(
            number: started.number, source: started.source, mapping: started.mapping,
            started.kind, scheme: started.scheme)
    }
}
