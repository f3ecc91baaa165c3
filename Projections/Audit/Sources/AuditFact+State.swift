import LedgerCore

extension AuditFact {
    /// The fact as the pairs of a map.
    var fields: EventFields {
        switch self {
        case .ledger(let origin, let program):
            EventFields(["origin": .text(origin), "program": .text(program)])
        case .mapping(let source, let mapping):
            EventFields(["source": .text(source), "mapping": .text(mapping)])
        case .registration(let model, let kind, let digest, let provenance, let card):
            EventFields([
                "model": .unsigned(UInt64(model)), "kind": .text(kind),
                "digest": .bytes(digest), "provenance": .text(provenance),
                "card": .text(card),
            ])
        case .active(let model): EventFields(["model": .unsigned(UInt64(model))])
        case .thresholds(let id, let cuts):
            EventFields([
                "id": .unsigned(UInt64(id)), "passiveFrom": .unsigned(UInt64(cuts.passiveFrom)),
                "promoterFrom": .unsigned(UInt64(cuts.promoterFrom)),
                "confidenceMin": .unsigned(UInt64(cuts.confidenceMin)),
            ])
        case .policy(let policy, let value):
            EventFields(["policy": .text(policy.rawValue), "value": .text(value)])
        case .exclusion(let response, let reason):
            EventFields(["response": .unsigned(response), "reason": .text(reason)])
        case .decision(let response, let decision):
            EventFields([
                "response": .unsigned(response), "class": .unsigned(UInt64(decision.rawValue)),
            ])
        case .request(let response, let reason, let sample):
            EventFields(
                ["response": .unsigned(response), "reason": .text(reason.rawValue)].merging(
                    sample.map { ["sample": .unsigned(UInt64($0))] } ?? [:]
                ) { $1 })
        case .imported(let number, let source, let mapping, let kind, let scheme):
            EventFields(
                [
                    "import": .unsigned(number), "source": .text(source),
                    "mapping": .unsigned(mapping), "kind": .text(kind.rawValue),
                ].merging(scheme.map { ["scheme": .text($0)] } ?? [:]) { $1 })
        case .retraining(let request, let trigger, let follows, let newLabels):
            EventFields(
                [
                    "request": .unsigned(request), "trigger": .text(trigger.rawValue),
                    "newLabels": .unsigned(newLabels),
                ].merging(follows.map { ["follows": .unsigned(UInt64($0))] } ?? [:]) { $1 })
        case .retrained(let request, let outcome, let model, let error):
            EventFields(
                ["request": .unsigned(request), "outcome": .text(outcome.rawValue)]
                    .merging(model.map { ["model": .unsigned(UInt64($0))] } ?? [:]) { $1 }
                    .merging(error.map { ["error": .text($0)] } ?? [:]) { $1 })
        case .shadow(let model, let isOn):
            EventFields(["model": .unsigned(UInt64(model)), "shadows": .bool(isOn)])
        case .commitment(let projection, let version, let upTo, let digest):
            EventFields([
                "projection": .text(projection), "version": .unsigned(UInt64(version)),
                "upTo": .unsigned(upTo), "digest": .bytes(digest),
            ])
        }
    }

    /// Reads a fact of a known kind.
    init(kind: AuditActKind, fields: EventFields) throws(CBORError) {
        switch kind {
        case .ledgerOpened:
            self = .ledger(
                origin: try fields.text("origin"), program: try fields.text("program"))
        case .mappingEdited:
            self = .mapping(
                source: try fields.text("source"), mapping: try fields.text("mapping"))
        case .importStarted:
            guard let kind = ImportStarted.Kind(rawValue: try fields.text("kind")) else {
                throw CBORError(.invalidField, offset: 0, field: "kind")
            }
            self = .imported(
                number: try fields.unsigned("import"), source: try fields.text("source"),
                mapping: try fields.unsigned("mapping"), kind,
                scheme: try fields.optionalText("scheme"))
        case .modelRegistered:
            self = .registration(
                model: try fields.number("model"), kind: try fields.text("kind"),
                digest: try fields.bytes("digest"),
                provenance: try fields.text("provenance"), card: try fields.text("card"))
        case .modelActivated: self = .active(model: try fields.number("model"))
        case .thresholdsEdited:
            self = .thresholds(id: try fields.number("id"), try Self.cutOffs(fields))
        case .policyEdited:
            guard let policy = Policy(rawValue: try fields.text("policy")) else {
                throw CBORError(.invalidField, offset: 0, field: "policy")
            }
            self = .policy(policy, value: try fields.text("value"))
        case .responseExcluded:
            self = .exclusion(
                response: try fields.unsigned("response"), reason: try fields.text("reason"))
        case .reviewDecided:
            guard let decision = NPSClass(rawValue: try fields.number("class")) else {
                throw CBORError(.invalidField, offset: 0, field: "class")
            }
            self = .decision(response: try fields.unsigned("response"), decision)
        case .reviewRequested:
            guard let reason = ReviewReason(rawValue: try fields.text("reason")) else {
                throw CBORError(.invalidField, offset: 0, field: "reason")
            }
            self = .request(
                response: try fields.unsigned("response"), reason,
                sample: try fields.optionalNumber("sample"))
        case .retrainingRequested:
            guard let trigger = RetrainingTrigger(rawValue: try fields.text("trigger")) else {
                throw CBORError(.invalidField, offset: 0, field: "trigger")
            }
            self = .retraining(
                request: try fields.unsigned("request"), trigger,
                follows: try fields.optionalNumber("follows"),
                newLabels: try fields.unsigned("newLabels"))
        case .retrainingCompleted:
            guard let outcome = RetrainingOutcome(rawValue: try fields.text("outcome")) else {
                throw CBORError(.invalidField, offset: 0, field: "outcome")
            }
            self = .retrained(
                request: try fields.unsigned("request"), outcome,
                model: try fields.optionalNumber("model"),
                error: try fields.optionalText("error"))
        case .modelShadowed:
            self = .shadow(
                model: try fields.number("model"), isOn: try fields.flag("shadows"))
        case .projectionCommitted:
            self = .commitment(
                projection: try fields.text("projection"),
                version: try fields.number("version"), upTo: try fields.unsigned("upTo"),
                digest: try fields.bytes("digest"))
        }
    }

    private static func cutOffs(_ fields: EventFields) throws(CBORError) -> Thresholds {
        guard
            let cuts = Thresholds(
                passiveFrom: try fields.number("passiveFrom"),
                promoterFrom: try fields.number("promoterFrom"),
                confidenceMin: try fields.number("confidenceMin"))
        else { throw CBORError(.invalidField, offset: 0, field: "thresholds") }
        return cuts
    }

    /// Reads a standing fact; `position` is that of the event being applied.
    init(
        kind: AuditActKind, stored bytes: UnsafeRawBufferPointer, position: Position
    ) throws(AuditStateDamage) {
        do throws(CBORError) {
            var cursor = CBORCursor(unsafe: bytes)
            try self.init(kind: kind, fields: EventFields(try cursor.value()))
        } catch {
            throw AuditStateDamage(position: position, reason: error.description)
        }
    }
}

/// The audit state holds bytes that the fold never writes.
public struct AuditStateDamage: StateDamage, Hashable {
    /// The event whose record, or whose “before”, was read.
    public let position: Position
    /// What is wrong.
    public let reason: String

    /// The audit's id.
    public var projection: String { Audit.descriptor.id }

    /// What is wrong.
    public var description: String {
        "the audit state at event \(position) is damaged (\(reason)); the log is not concerned"
    }
}
