import LedgerCore

extension AuditFact: CustomStringConvertible {
    /// The fact in a few words, such as `model 2`. A mapping and a model's card are named, not
    /// spelled out.
    public var description: String {
        switch self {
        case .ledger(let origin, let program): "ledger \(origin), created by \(program)"
        case .mapping(let source, let mapping):
            "mapping of \(source) (\(mapping.utf8.count) bytes)"
        case .registration(let model, let kind, let digest, let provenance, _):
            "model \(model), \(kind), \(provenance), sha256 \(Self.hex(digest.prefix(8)))…"
        case .active(let model): "model \(model)"
        case .thresholds(let id, let cuts):
            "thresholds \(id): passive from \(Self.decimal(cuts.passiveFrom)), promoter from "
                + "\(Self.decimal(cuts.promoterFrom)), confidence from "
                + "\(Self.decimal(cuts.confidenceMin)) %"
        case .policy(let policy, let value): "policy \(policy.rawValue)=\(value)"
        case .exclusion(let response, let reason): "response \(response) excluded: \(reason)"
        case .shadow(let model, let isOn):
            "model \(model) " + (isOn ? "shadows" : "does not shadow")
        case .decision(let response, let decision):
            "response \(response) counts as \(decision.name)"
        case .request(let response, let reason, let sample):
            "response \(response) to be read: \(reason.rawValue)"
                + (sample.map { " \($0)" } ?? "")
        case .retraining(_, let trigger, let follows, let newLabels):
            "to be trained again" + (follows.map { " as model \($0) was" } ?? "")
                + ": \(trigger.rawValue), \(newLabels) new labels"
        case .retrained(let request, let outcome, let model, let error):
            "retraining \(request): \(outcome.rawValue)" + (model.map { ", model \($0)" } ?? "")
                + (error.map { ", \($0)" } ?? "")
        case .commitment(let projection, let version, let upTo, let digest):
            "\(projection) (version \(version)) as of \(upTo): sha256 \(Self.hex(digest.prefix(8)))…"
        }
    }

    /// Hundredths as a decimal number without needless zeros.
    private static func decimal(_ hundredths: UInt16) -> String {
        let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: 100)
        if rest == 0 { return String(whole) }
        if rest % 10 == 0 { return "\(whole).\(rest / 10)" }
        return "\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
