/// How many events of each kind are about a response.
public struct LineageCounts: Hashable, Sendable {
    /// Amendments.
    public var amended = 0
    /// Exclusions; more than one says the same again.
    public var excluded = 0
    /// Judgements by models.
    public var classified = 0
    /// Decisions by people.
    public var reviewed = 0
    /// Requests to people.
    public var requested = 0
    /// Topics found by models.
    public var topics = 0

    /// No events.
    public init() {}

    /// All of them.
    public var total: Int { amended + excluded + classified + reviewed + requested + topics }

    mutating func add(_ kind: LineageKind) {
        switch kind {
        case .amended: amended += 1
        case .excluded: excluded += 1
        case .classified: classified += 1
        case .reviewed: reviewed += 1
        case .requested: requested += 1
        case .topics: topics += 1
        }
    }
}
