import JSON
import LedgerCore
import NPSLedger
import Presentation

// What an act leaves, or found: beside the sentences on payloads, and in the same words where the
// two say the same.
extension EventDetail {
    /// A fact in a few words, such as `model 2`. A mapping and a model's card are named, not
    /// spelled out.
    package static func describe(_ fact: AuditFact) -> String {
        switch fact {
        case .ledger(let origin, let program): "ledger \(origin), created by \(program)"
        case .mapping(let source, let mapping):
            "mapping of \(source) (\(mapping.utf8.count) bytes)"
        case .imported(let number, let source, _, let kind, let scheme):
            imported(number, source, kind, scheme)
        case .registration(let model, let kind, let digest, let provenance, _):
            registration(model, kind, provenance, digest)
        case .active(let model): "model \(model)"
        case .thresholds(let id, let cuts):
            "thresholds \(id): \(cutOffs(cuts)), confidence from \(score(cuts.confidenceMin)) %"
        case .policy(let policy, let value): Self.policy(policy, value)
        case .exclusion(let response, let reason): "response \(response) excluded: \(reason)"
        case .shadow(let model, let isOn):
            "model \(model) " + (isOn ? "shadows" : "does not shadow")
        case .decision(let response, let decision):
            "response \(response) counts as \(decision.name)"
        case .request(let response, let reason, let sample):
            "response \(response) to be read: \(reason.rawValue)"
                + (sample.map { " \($0)" } ?? "")
        case .retraining(_, let trigger, let follows, let newLabels):
            retraining(trigger, follows, newLabels)
        case .retrained(let request, let outcome, let model, let error):
            retrained(request, outcome, model, error)
        case .commitment(let projection, let version, let upTo, let digest):
            commitment(projection, version, upTo, digest)
        }
    }

    /// A fact as fields, with its sentence as `text`.
    package static func json(_ fact: AuditFact) -> JSONValue {
        .object([("text", .string(describe(fact)))] + fields(fact))
    }

    private static func fields(_ fact: AuditFact) -> [(String, JSONValue)] {
        switch fact {
        case .ledger(let origin, let program):
            [("origin", .string(origin)), ("program", .string(program))]
        case .mapping(let source, let mapping):
            [("source", .string(source)), ("mapping", ModelCard.json(mapping))]
        case .imported(let number, let source, let mapping, let kind, let scheme):
            [
                ("import", .integer(number)), ("source", .string(source)),
                ("mapping", .integer(mapping)), ("kind", .string(kind.rawValue)),
                ("scheme", .optional(scheme)),
            ]
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
            [("id", .integer(id))] + json(cuts)
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

    /// The cut-offs as people write them: scores, and a confidence in percent.
    static func json(_ cuts: Thresholds) -> [(String, JSONValue)] {
        [
            ("passiveFrom", .number(Double(cuts.passiveFrom) / 100)),
            ("promoterFrom", .number(Double(cuts.promoterFrom) / 100)),
            ("minConfidence", .number(Double(cuts.confidenceMin) / 100)),
        ]
    }

    // What an event and the fact that it leaves say alike.

    static func registration(
        _ model: ModelVersion, _ kind: String, _ provenance: String, _ digest: [UInt8]
    ) -> String {
        "model \(model), \(kind), \(provenance), sha256 " + Hex.encode(digest.prefix(8)) + "…"
    }

    static func policy(_ policy: Policy, _ value: String) -> String {
        "policy \(policy.rawValue)=\(value)"
    }

    static func retraining(
        _ trigger: RetrainingTrigger, _ follows: ModelVersion?, _ newLabels: UInt64
    ) -> String {
        "to be trained again" + (follows.map { " as model \($0) was" } ?? "")
            + ": \(trigger.rawValue), \(newLabels) new labels"
    }

    static func retrained(
        _ request: Position, _ outcome: RetrainingOutcome, _ model: ModelVersion?,
        _ error: String?
    ) -> String {
        "retraining \(request): \(outcome.rawValue)" + (model.map { ", model \($0)" } ?? "")
            + (error.map { ", \($0)" } ?? "")
    }

    static func commitment(
        _ projection: String, _ version: UInt32, _ upTo: Position, _ digest: [UInt8]
    ) -> String {
        "\(projection) (version \(version)) as of \(upTo): sha256 "
            + Hex.encode(digest.prefix(8)) + "…"
    }
}
