/// What a response counts as.
public enum NPSClass: UInt8, CaseIterable, Sendable {
    /// Counts −1.
    case detractor = 0
    /// Counts 0.
    case passive = 1
    /// Counts +1.
    case promoter = 2

    /// The lower-case name.
    public var name: String {
        switch self {
        case .detractor: "detractor"
        case .passive: "passive"
        case .promoter: "promoter"
        }
    }

    /// The class of a lower-case name.
    public init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}
