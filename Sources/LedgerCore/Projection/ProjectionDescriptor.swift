/// What a projection is and reads.
public struct ProjectionDescriptor: Hashable, Sendable {
    /// Stable name, also of its folder: lower case, digits and hyphens.
    public let id: String
    /// Layout of its state; another version means a rebuild.
    public let version: UInt32
    /// The events it consumes.
    public let consumes: Set<EventName>

    /// A descriptor.
    public init(id: String, version: UInt32, consumes: Set<EventName>) {
        self.id = id
        self.version = version
        self.consumes = consumes
    }
}
