/// What was found where a condition of a gate was held against a candidate.
///
/// Figures are rounded to the candidate's disadvantage, so that the whole numbers here decide: what
/// was found meets the condition if, and only if, ``isMet``.
public struct GateFinding: Hashable, Sendable {
    /// What was asked.
    public let condition: GateCondition
    /// What was observed, in the metric's unit: the candidate's figure, how much worse it is than
    /// the active model's, or a change with its sign.
    public let observed: Int64
    /// The active model's figure, where the candidate is held against it.
    public let active: Int64?
    /// The segment that moves furthest, by dimension; a dimension that its responses lack is left
    /// out.
    public let segment: [String: String]?
    /// Responses it was measured on: those of the segment, where one is named.
    public let responses: UInt64

    /// A finding, or nil where the parts do not go together or a figure is out of range.
    public init?(
        _ condition: GateCondition, observed: Int64, active: Int64? = nil,
        segment: [String: String]? = nil, responses: UInt64
    ) {
        guard condition.metric.observable(condition.rule).contains(observed),
            (condition.rule == .worseByAtMost) == (active != nil),
            active.map(condition.metric.limits.contains) ?? true,
            (condition.metric == .segmentChange) == (segment != nil)
        else { return nil }
        self.condition = condition
        self.observed = observed
        self.active = active
        self.segment = segment
        self.responses = responses
    }

    /// Whether the condition is met.
    public var isMet: Bool { condition.isMet(by: observed) }

    /// The candidate's own figure where it is held against the active model's: what was observed is
    /// how much worse it is, which of an error is more and of all else less. Rounded as that is, to
    /// the candidate's disadvantage.
    public var candidate: Int64? {
        active.map { condition.metric == .ece ? $0 + observed : $0 - observed }
    }
}

extension GateFinding {
    /// The finding as a map; the unit stands in the names of what is measured in it.
    var encoded: CBORValue {
        let unit = condition.metric.unit.rawValue
        var map: [String: CBORValue] = [
            "metric": .text(condition.metric.rawValue),
            condition.rule.rawValue + unit: .integer(condition.limit),
            "observed" + unit: .integer(observed), "responses": .unsigned(responses),
        ]
        if let active { map["active" + unit] = .integer(active) }
        if let basis = condition.basis { map["basis"] = .text(basis.rawValue) }
        if let least = condition.responsesAtLeast { map["responsesAtLeast"] = .unsigned(least) }
        if !condition.by.isEmpty { map["by"] = .array(condition.by.map(CBORValue.text)) }
        if let segment { map["segment"] = .map(segment.mapValues(CBORValue.text)) }
        return .map(map)
    }

    /// Reads a map.
    init(fields: EventFields) throws(CBORError) {
        guard let metric = GateMetric(rawValue: try fields.text("metric")) else {
            throw CBORError(.invalidField, offset: 0, field: "metric")
        }
        let unit = metric.unit.rawValue
        let rules = metric.rules.filter { fields[$0.rawValue + unit] != nil }
        guard rules.count == 1 else {
            throw CBORError(.invalidField, offset: 0, field: metric.rawValue)
        }
        let condition = GateCondition(
            metric, rules[0], try fields.number(rules[0].rawValue + unit),
            basis: try Self.basis(fields), by: try Self.dimensions(fields),
            responsesAtLeast: fields["responsesAtLeast"] == nil
                ? nil : try fields.unsigned("responsesAtLeast"))
        guard let condition,
            let finding = GateFinding(
                condition, observed: try fields.number("observed" + unit),
                active: try fields.optionalNumber("active" + unit),
                segment: fields["segment"] == nil ? nil : try fields.texts("segment"),
                responses: try fields.unsigned("responses"))
        else { throw CBORError(.invalidField, offset: 0, field: metric.rawValue) }
        self = finding
    }

    private static func basis(_ fields: EventFields) throws(CBORError) -> Lens.Basis? {
        guard let name = try fields.optionalText("basis") else { return nil }
        guard let basis = Lens.Basis(rawValue: name) else {
            throw CBORError(.invalidField, offset: 0, field: "basis")
        }
        return basis
    }

    private static func dimensions(_ fields: EventFields) throws(CBORError) -> [String] {
        guard let value = fields["by"] else { return [] }
        let names = value.arrayValue?.compactMap(\.textValue) ?? []
        guard !names.isEmpty, names.count == value.arrayValue?.count else {
            throw CBORError(.invalidField, offset: 0, field: "by")
        }
        return names
    }
}

/// On what ground a gate let a model pass: recorded with the activation, for whoever asks later.
public struct GateEvidence: Hashable, Sendable {
    /// Conditions of one gate; with longest names and values they fit an entry beside the rest.
    public static let conditionsMax = 24

    /// SHA-256 of the gate file's bytes.
    public let digest: [UInt8]
    /// As of which position it was measured: events from there on had no part in it.
    public let asOf: Position
    /// What was found, in the order of the file.
    public let findings: [GateFinding]

    /// Evidence, or nil without findings, with more than ``conditionsMax``, or for a digest that is
    /// none.
    public init?(digest: [UInt8], asOf: Position, findings: [GateFinding]) {
        guard digest.count == 32, (1...Self.conditionsMax).contains(findings.count) else {
            return nil
        }
        self.digest = digest
        self.asOf = asOf
        self.findings = findings
    }

    /// Whether every condition is met, by the figures given here.
    public var isMet: Bool { findings.allSatisfy(\.isMet) }

    /// The map that an event carries.
    public var encoded: CBORValue {
        .map([
            "asOf": .unsigned(asOf), "digest": .bytes(digest),
            "conditions": .array(findings.map(\.encoded)),
        ])
    }

    /// Reads a map.
    public init(_ value: CBORValue) throws(CBORError) {
        let fields = EventFields(value)
        var findings: [GateFinding] = []
        for item in fields["conditions"]?.arrayValue ?? [] {
            findings.append(try GateFinding(fields: EventFields(item)))
        }
        guard
            let evidence = GateEvidence(
                digest: try fields.bytes("digest"), asOf: try fields.unsigned("asOf"),
                findings: findings)
        else { throw CBORError(.invalidField, offset: 0, field: "gate") }
        self = evidence
    }
}
