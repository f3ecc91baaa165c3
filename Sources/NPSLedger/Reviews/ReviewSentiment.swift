/// Sentiments that a person can decide on, by the numbers they have in the log.
public enum ReviewSentiment: UInt8, CaseIterable, Sendable {
    /// Against it.
    case negative = 0
    /// Neither.
    case neutral = 1
    /// For it.
    case positive = 2

    /// The lower-case name.
    public var name: String { "\(self)" }

    /// The sentiment of a name.
    public init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}
