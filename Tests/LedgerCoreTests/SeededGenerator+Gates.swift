import LedgerCore

extension SeededGenerator {
    /// Evidence with every condition and figure anywhere in its range.
    mutating func gate() -> GateEvidence? {
        let count = Int.random(in: 1...GateEvidence.conditionsMax, using: &self)
        var findings: [GateFinding] = []
        while findings.count < count { if let one = finding() { findings.append(one) } }
        return GateEvidence(digest: bytes(32), asOf: magnitude(), findings: findings)
    }

    mutating func finding() -> GateFinding? {
        let metric = GateMetric.allCases.randomElement(using: &self) ?? .unread
        let rule = metric.rules.randomElement(using: &self) ?? .atMost
        let isBySegment = metric == .segmentChange
        let dimensions = Int.random(in: 1...GateCondition.dimensionsMax, using: &self)
        let condition = GateCondition(
            metric, rule, .random(in: metric.limits, using: &self),
            basis: metric.isChange ? (oneIn(2) ? .blended : .inferred) : nil,
            by: isBySegment ? (0..<dimensions).map { _ in text(maxLength: 5) } : [],
            responsesAtLeast: isBySegment ? magnitude() : nil)
        let observed = Int64.random(in: metric.observable(rule), using: &self)
        let active = Int64.random(in: metric.limits, using: &self)
        let segment = [text(maxLength: 5): text(maxLength: 5)]
        return condition.flatMap {
            GateFinding(
                $0, observed: observed, active: rule == .worseByAtMost ? active : nil,
                segment: isBySegment ? segment : nil, responses: magnitude())
        }
    }
}
