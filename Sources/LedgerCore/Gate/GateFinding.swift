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
}
