import AuditProjection
import LedgerCore

/// Who changed what, by looking back through every event for what stood before.
package struct NaiveAudit {
    /// An act, or a rejected row where there is no fact, as the log itself tells it.
    package struct Record: Hashable {
        package let position: Position
        package let times: [Microseconds]
        package let actor: String
        package let cause: Position?
        package var before: AuditFact?
        package var after: AuditFact?
        package var rollsBack: Position?
        package var gate: GateEvidence?
        package var isDisputed = false
        package var isSealed: Bool
        /// Source, row, line, code, column and expectation of a rejected row.
        package var row: [String?] = []
    }

    private var records: [Record] = []

    package init() {}

    /// Takes the log's next event.
    package mutating func append(_ event: NaiveEvent) {
        var record = Record(
            position: event.position, times: [event.recordedAt, event.occurredAt],
            actor: event.actor, cause: event.cause, isSealed: event.isSealed)
        if let rejected = event.payload as? RowRejected {
            record.row = [
                rejected.source, "\(rejected.row)", "\(rejected.line)", rejected.code,
                rejected.column, rejected.expected,
            ]
        } else {
            guard let fact = Self.fact(event.payload, at: event.position) else { return }
            record.after = fact
            record.before = standing(beside: fact)
        }
        if let activated = event.payload as? ModelActivated {
            record.rollsBack = activated.rollsBack
            record.gate = activated.gate
            let isKnown = records.contains { earlier in
                if case .active = earlier.after {
                    earlier.position == activated.rollsBack
                } else {
                    false
                }
            }
            let isGrounded =
                activated.gate.map { $0.isMet && $0.asOf <= event.position } ?? true
            record.isDisputed =
                activated.previous != active || !isGrounded
                || (activated.rollsBack != nil && !isKnown)
        }
        if let shadowed = event.payload as? ModelShadowed {
            record.isDisputed =
                shadowed.ends
                ? record.before != .shadow(model: shadowed.model, isOn: true)
                : active == shadowed.model
        }
        records.append(record)
    }

    /// What stands before a fact about the same thing.
    private func standing(beside fact: AuditFact) -> AuditFact? {
        guard case .shadow(let model, _) = fact else {
            return records.last { $0.after.map { Self.concern($0, fact) } ?? false }?.after
        }
        // An activation ends the shadow of its model without a word, and a shadow of what is active
        // never began.
        var standing: AuditFact?
        for record in records {
            switch record.after {
            case .shadow(model, let isOn) where !isOn || !record.isDisputed:
                standing = .shadow(model: model, isOn: isOn)
            case .active(model) where standing != nil:
                standing = .shadow(model: model, isOn: false)
            default: break
            }
        }
        return standing
    }

    private var active: ModelVersion? {
        for case .active(let model) in records.reversed().compactMap(\.after) { return model }
        return nil
    }

    /// The acts, in log order.
    package func acts(asOf: Position) -> [Record] {
        records.filter { $0.after != nil && $0.position < asOf }
    }

    /// The rejected rows, in log order.
    package func rejections(asOf: Position) -> [Record] {
        records.filter { $0.after == nil && $0.position < asOf }
    }

    private static func fact(
        _ payload: any EventPayload, at position: Position
    ) -> AuditFact? {
        switch payload {
        case let opened as LedgerOpened: .ledger(origin: opened.origin, program: opened.program)
        case let edited as MappingEdited:
            .mapping(source: edited.source, mapping: edited.mapping)
        case let started as ImportStarted:
            .imported(
                number: started.number, source: started.source, mapping: started.mapping,
                started.kind, scheme: started.scheme)
        case let model as ModelRegistered:
            .registration(
                model: model.model, kind: model.kind, digest: model.digest,
                provenance: model.provenance, card: model.card)
        case let activated as ModelActivated: .active(model: activated.model)
        case let edited as ThresholdsEdited: .thresholds(id: edited.id, edited.thresholds)
        case let excluded as ResponseExcluded:
            .exclusion(response: excluded.response, reason: excluded.reason)
        case let shadowed as ModelShadowed:
            .shadow(model: shadowed.model, isOn: !shadowed.ends)
        case let committed as ProjectionCommitted:
            .commitment(
                projection: committed.projection, version: committed.projectionVersion,
                upTo: committed.upTo, digest: committed.digest)
        case let request as ReviewRequested:
            .request(
                response: request.response, request.reason, sample: request.sample?.round)
        case let edited as PolicyEdited: .policy(edited.policy, value: edited.value)
        case let requested as RetrainingRequested:
            .retraining(
                request: position, requested.trigger, follows: requested.follows,
                newLabels: requested.newLabels)
        case let completed as RetrainingCompleted:
            .retrained(
                request: completed.request, completed.outcome, model: completed.model,
                error: completed.error)
        case let decided as ReviewDecided: .decision(response: decided.response, decided.decision)
        default: nil
        }
    }

    /// Whether two facts are about the same thing, so that the later replaces the earlier.
    private static func concern(_ one: AuditFact, _ other: AuditFact) -> Bool {
        switch (one, other) {
        case (.ledger, .ledger), (.active, .active), (.thresholds, .thresholds): true
        case (.mapping(let one, _), .mapping(let other, _)): one.utf8.elementsEqual(other.utf8)
        case (.registration(let one, _, _, _, _), .registration(let other, _, _, _, _)):
            one == other
        case (.imported(let one, _, _, _, _), .imported(let other, _, _, _, _)): one == other
        case (.exclusion(let one, _), .exclusion(let other, _)): one == other
        case (.request(let one, _, _), .request(let other, _, _)): one == other
        case (.policy(let one, _), .policy(let other, _)): one == other
        case (.retraining(let one, _, _, _), .retraining(let other, _, _, _)): one == other
        case (.retrained(let one, _, _, _), .retrained(let other, _, _, _)): one == other
        case (.decision(let one, _), .decision(let other, _)): one == other
        case (.commitment(let one, _, _, _), .commitment(let other, _, _, _)):
            one.utf8.elementsEqual(other.utf8)
        default: false
        }
    }
}

extension NaiveAudit.Record {
    /// What the projection says of an act.
    package init(_ act: AuditAct) {
        position = act.position
        times = [act.recordedAt, act.occurredAt]
        actor = act.actor
        cause = act.cause
        before = act.before
        after = act.after
        rollsBack = act.rollsBack
        gate = act.gate
        isDisputed = act.isDisputed
        isSealed = act.sealedReason == act.position
    }

    /// What the projection says of a rejected row.
    package init(_ rejection: AuditRejection) {
        position = rejection.position
        times = [rejection.recordedAt, rejection.occurredAt]
        actor = rejection.actor
        cause = rejection.cause
        isSealed = rejection.sealedRow == rejection.position
        row = [
            rejection.source, "\(rejection.row)", "\(rejection.line)", rejection.code,
            rejection.column, rejection.expected,
        ]
    }
}
