/// One condition that a candidate model has to meet: a metric, a rule and a limit.
public struct GateCondition: Hashable, Sendable {
    /// How the limit is meant. The raw values begin the names of fields on the wire.
    public enum Rule: String, CaseIterable, Sendable {
        /// The figure is no less than the limit.
        case atLeast
        /// The figure, or for a change its size either way, is no more than the limit.
        case atMost
        /// The figure is worse than the active model's by no more than the limit.
        case worseByAtMost
    }

    /// Dimensions that segments may be made of; with longest names and values, all conditions of a
    /// gate still fit one entry.
    public static let dimensionsMax = 4

    /// What is measured.
    public let metric: GateMetric
    /// How the limit is meant.
    public let rule: Rule
    /// The limit in the metric's unit.
    public let limit: Int64
    /// Which responses count by what; for changes alone.
    public let basis: Lens.Basis?
    /// The dimensions that make segments; for segments alone.
    public let by: [String]
    /// Segments with fewer responses are passed over; for segments alone.
    public let responsesAtLeast: UInt64?

    /// A condition, or nil where the parts do not go together or the limit is out of range.
    ///
    /// A change has a basis other than the stated one, which no model can move; a change by segment
    /// has 1 to ``dimensionsMax`` dimensions and a least number of responses; nothing else has any.
    public init?(
        _ metric: GateMetric, _ rule: Rule, _ limit: Int64, basis: Lens.Basis? = nil,
        by: [String] = [], responsesAtLeast: UInt64? = nil
    ) {
        let isBySegment = metric == .segmentChange
        guard metric.rules.contains(rule), metric.limits.contains(limit), basis != .stated,
            metric.isChange == (basis != nil), isBySegment == (responsesAtLeast != nil),
            isBySegment ? (1...Self.dimensionsMax).contains(by.count) : by.isEmpty
        else { return nil }
        self.metric = metric
        self.rule = rule
        self.limit = limit
        self.basis = basis
        self.by = by
        self.responsesAtLeast = responsesAtLeast
    }

    /// Whether a figure in the metric's unit meets it. For ``Rule/worseByAtMost`` the figure is how
    /// much worse the candidate is.
    public func isMet(by observed: Int64) -> Bool {
        switch rule {
        case .atLeast: observed >= limit
        case .atMost: observed.magnitude <= limit.magnitude
        case .worseByAtMost: observed <= limit
        }
    }
}

/// A figure of a candidate model that a gate sets a limit to. The raw values are wire names.
public enum GateMetric: String, CaseIterable, Sendable {
    /// Mean F1 over the classes, against stated scores.
    case macroF1
    /// Share of the classes that stated scores have too.
    case accuracy
    /// Expected calibration error against stated scores.
    case ece
    /// Cohen's kappa with the active model.
    case kappa
    /// How far the overall score moves.
    case npsChange
    /// How far the score of the segment that moves furthest does.
    case segmentChange
    /// Texts that the candidate has not read.
    case unread

    /// What a figure is counted in, always whole numbers.
    public enum Unit: String, Sendable {
        /// Ten-thousandths of one, for shares and coefficients.
        case tenThousandths = "TenThousandths"
        /// Hundredths of a point of NPS.
        case pointHundredths = "PointHundredths"
        /// Texts.
        case texts = "Texts"

        /// Decimals of the figure as people write it.
        public var decimals: Int {
            switch self {
            case .tenThousandths: 4
            case .pointHundredths: 2
            case .texts: 0
            }
        }
    }

    /// What its figures are counted in.
    public var unit: Unit {
        switch self {
        case .macroF1, .accuracy, .ece, .kappa: .tenThousandths
        case .npsChange, .segmentChange: .pointHundredths
        case .unread: .texts
        }
    }

    /// The rules that may be set for it.
    public var rules: [GateCondition.Rule] {
        switch self {
        case .macroF1, .accuracy: [.atLeast, .worseByAtMost]
        case .ece: [.atMost, .worseByAtMost]
        case .kappa: [.atLeast]
        case .npsChange, .segmentChange, .unread: [.atMost]
        }
    }

    /// Whether it is a change of the score, which depends on a basis.
    public var isChange: Bool { unit == .pointHundredths }

    /// The limits that may be set, in its unit.
    public var limits: ClosedRange<Int64> {
        switch unit {
        case .tenThousandths: 0...10_000
        case .pointHundredths: 0...20_000
        case .texts: 0...Int64.max
        }
    }

    /// What may be observed under a rule, in its unit.
    public func observable(_ rule: GateCondition.Rule) -> ClosedRange<Int64> {
        switch unit {
        case .tenThousandths:
            // A coefficient of agreement and a difference have a sign.
            self == .kappa || rule == .worseByAtMost ? -10_000...10_000 : 0...10_000
        case .pointHundredths: -20_000...20_000
        case .texts: 0...Int64.max
        }
    }
}
