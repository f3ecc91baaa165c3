import LedgerCore

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
