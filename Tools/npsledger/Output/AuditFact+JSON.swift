import AnswerEncoding
import AuditProjection
import LedgerCore
import NPSLedger
import Presentation

extension AuditFact {
    /// The fact as fields, with its sentence as `text`.
    var json: JSONValue { .object([("text", .string(description))] + fields) }

    private var fields: [(String, JSONValue)] {
        switch self {
        case .ledger(let origin, let program):
            [("origin", .string(origin)), ("program", .string(program))]
        case .mapping(let source, let mapping):
            [("source", .string(source)), ("mapping", ModelCard.json(mapping))]
        case .registration(let model, let kind, let digest, let provenance, let card):
            [
                ("model", .integer(model)), ("kind", .string(kind)),
                ("digest", .string(Hex.encode(digest))), ("provenance", .string(provenance)),
                ("card", ModelCard.json(card)),
            ]
        case .active(let model): [("model", .integer(model))]
        case .shadow(let model, let isOn):
            [("model", .integer(model)), ("shadowing", .bool(isOn))]
        case .thresholds(let id, let cuts):
            [
                ("id", .integer(id)), ("passiveFrom", .number(Double(cuts.passiveFrom) / 100)),
                ("promoterFrom", .number(Double(cuts.promoterFrom) / 100)),
                ("minConfidence", .number(Double(cuts.confidenceMin) / 100)),
            ]
        case .policy(let policy, let value):
            [("policy", .string(policy.rawValue)), ("value", .string(value))]
        case .exclusion(let response, let reason):
            [("response", .integer(response)), ("reason", .string(reason))]
        case .decision(let response, let decision):
            [("response", .integer(response)), ("class", .string(decision.name))]
        case .request(let response, let reason, let sample):
            [
                ("response", .integer(response)), ("reason", .string(reason.rawValue)),
                ("sample", .optional(sample)),
            ]
        case .retraining(let request, let trigger, let follows, let newLabels):
            [
                ("request", .integer(request)), ("trigger", .string(trigger.rawValue)),
                ("follows", .optional(follows)), ("newLabels", .integer(newLabels)),
            ]
        case .retrained(let request, let outcome, let model, let error):
            [
                ("request", .integer(request)), ("outcome", .string(outcome.rawValue)),
                ("model", .optional(model)), ("error", error.map { .string($0) } ?? .null),
            ]
        case .commitment(let projection, let version, let upTo, let digest):
            [
                ("projection", .string(projection)), ("version", .integer(version)),
                ("upTo", .integer(upTo)), ("digest", .string(Hex.encode(digest))),
            ]
        }
    }
}
