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
