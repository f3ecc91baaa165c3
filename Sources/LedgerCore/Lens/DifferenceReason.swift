/// Why a response counts otherwise under one lens than under another.
///
/// The order is that of precedence. The earlier lens is turned into the later one step at a time, in
/// this order, and the first step that changes what the response counts as is its reason; so every
/// response that counts otherwise has exactly one, and the same in both directions. Where thresholds
/// were edited before the model was changed, their step comes before the model's.
public enum DifferenceReason: UInt8, CaseIterable, Sendable {
    /// It was recorded between the two positions asked about.
    case recorded = 0
    /// It was excluded between them.
    case excluded = 1
    /// Its score, its text or its segments were amended between them. What a model reads in a new
    /// text belongs to the amendment, whichever model that is, and so does what people decide.
    case amended = 2
    /// A person decided on its text between them, or under one of them decisions do not count.
    case reviewed = 3
    /// Its text was read by the models of both, or twice by one, and otherwise.
    case reclassified = 4
    /// Its text was read under one of them only: the other's model has not read it, or not yet.
    case unread = 5
    /// The cut-offs are others.
    case thresholds = 6
    /// It counts by its score under one basis, and by its text or not at all under the other.
    case basis = 7
    /// Its response time lies in one of the windows only.
    case window = 8
    /// Another answer of the same respondent counts under one of them.
    case duplicate = 9

    /// The name in JSON and CSV.
    public var name: String {
        switch self {
        case .recorded: "recorded"
        case .excluded: "excluded"
        case .amended: "amended"
        case .reviewed: "reviewed"
        case .reclassified: "reclassified"
        case .unread: "unread"
        case .thresholds: "thresholds"
        case .basis: "basis"
        case .window: "window"
        case .duplicate: "duplicate"
        }
    }
}
