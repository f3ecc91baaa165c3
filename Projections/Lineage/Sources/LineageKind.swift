import LedgerCore

/// What an event did to a response. The raw values are the state's bytes: a change of one is a new
/// version of the projection.
public enum LineageKind: UInt8, CaseIterable, Sendable {
    /// A later message changed it.
    case amended = 1
    /// It was taken out of every score.
    case excluded = 2
    /// A model judged it.
    case classified = 3
    /// A person decided what it counts as.
    case reviewed = 4
    /// A person was asked to read it.
    case requested = 5
    /// A model found what it is about.
    case topics = 6

    /// The event type that makes such a link.
    public var event: EventName {
        switch self {
        case .amended: .responseAmended
        case .excluded: .responseExcluded
        case .classified: .classificationRecorded
        case .reviewed: .reviewDecided
        case .requested: .reviewRequested
        case .topics: .topicsRecorded
        }
    }

    /// The kind of link an event type makes, or nil where it is not about one response.
    public init?(_ event: EventName) {
        switch event {
        case .responseAmended: self = .amended
        case .responseExcluded: self = .excluded
        case .classificationRecorded: self = .classified
        case .reviewDecided: self = .reviewed
        case .reviewRequested: self = .requested
        case .topicsRecorded: self = .topics
        default: return nil
        }
    }

    private static let stateValues: [[UInt8]] = (0...6).map { [$0] }

    /// The value in the state; shared arrays, so that a million links allocate none.
    var stateValue: [UInt8] { Self.stateValues[Int(rawValue)] }
}
