/// `retraining.completed`: what came of a `retraining.requested`, which is its cause.
public struct RetrainingCompleted: EventPayload {
    /// `retraining.completed`
    public static let name = EventName.retrainingCompleted
    /// 1
    public static let version: UInt32 = 1

    /// Position of the request.
    public var request: Position
    /// What came of it.
    public var outcome: RetrainingOutcome
    /// The version that it gave; nil where it failed, and only there.
    public var model: ModelVersion?
    /// Why it failed, in words of this program; only there.
    public var error: String?

    /// A payload.
    public init(
        request: Position, outcome: RetrainingOutcome, model: ModelVersion?, error: String? = nil
    ) {
        self.request = request
        self.outcome = outcome
        self.model = model
        self.error = error
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        var map: [String: CBORValue] = [
            "request": .unsigned(request), "outcome": .text(outcome.rawValue),
        ]
        if let model { map["model"] = .unsigned(UInt64(model)) }
        if let error { map["error"] = .text(error) }
        return CBORValue.map(map).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        request = try fields.unsigned("request")
        guard let outcome = RetrainingOutcome(rawValue: try fields.text("outcome")) else {
            throw CBORError(.invalidField, offset: 0, field: "outcome")
        }
        self.outcome = outcome
        model = try fields.optionalNumber("model")
        error = try fields.optionalText("error")
        guard (model == nil) == (outcome == .failed), error == nil || outcome == .failed else {
            throw CBORError(.invalidField, offset: 0, field: "outcome")
        }
    }
}

/// What came of a retraining. The raw values are those of the log.
public enum RetrainingOutcome: String, CaseIterable, Sendable {
    /// A new version.
    case registered
    /// An artefact that is registered already: the same events give the same bytes.
    case unchanged
    /// No model: there was too little to learn from, or training ended with an error.
    case failed
}
