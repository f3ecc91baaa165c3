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
