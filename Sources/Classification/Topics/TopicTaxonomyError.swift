/// Why topics make no taxonomy.
public struct TopicTaxonomyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The member concerned, such as `topics[2].name`.
    public let place: String
    /// What is wrong and what would be right.
    public let reason: String

    /// Where, and what.
    public var description: String { "\(place): \(reason)" }
}
