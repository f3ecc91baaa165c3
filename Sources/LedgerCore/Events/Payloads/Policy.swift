/// What a ledger's owner decides once for everybody. The raw values are those of the log.
public enum Policy: String, CaseIterable, Sendable {
    /// Whether texts may be sent to models outside the process, and how much of them.
    case externalModels

    /// The values it can have, the strictest first: that one is in force until another is set.
    public var values: [String] {
        switch self {
        case .externalModels: ExternalModelPolicy.allCases.map(\.rawValue)
        }
    }
}
