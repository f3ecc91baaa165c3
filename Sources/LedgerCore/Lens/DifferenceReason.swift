/// Why a response counts otherwise under one lens than under another.
///
/// The order is that of precedence. The earlier lens is turned into the later one step at a time, in
/// this order, and the first step that changes what the response counts as is its reason; so every
/// response that counts otherwise has exactly one, and the same in both directions.
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
    /// Its text was read by another model, or by the same one between them.
    case reclassified = 4
    /// The cut-offs are others.
    case thresholds = 5
    /// It counts by its score under one basis, and by its text or not at all under the other.
    case basis = 6
    /// Its response time lies in one of the windows only.
    case window = 7
    /// Another answer of the same respondent counts under one of them.
    case duplicate = 8

    /// The name in JSON and CSV.
    public var name: String {
        switch self {
        case .recorded: "recorded"
        case .excluded: "excluded"
        case .amended: "amended"
        case .reviewed: "reviewed"
        case .reclassified: "reclassified"
        case .thresholds: "thresholds"
        case .basis: "basis"
        case .window: "window"
        case .duplicate: "duplicate"
        }
    }
}
