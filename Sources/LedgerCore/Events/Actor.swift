/// Who caused an event: a person's or a program's name within the organisation.
public struct Actor: Hashable, Sendable, CustomStringConvertible {
    /// Longest name in UTF-8 bytes; long enough for an address, short enough for every entry.
    public static let nameBytesMax = 128

    /// The name.
    public let name: String

    /// An actor, or nil where the name is empty, too long, or holds control characters
    /// (U+0000–001F and U+007F–009F: a terminal obeys both ranges).
    public init?(_ name: String) {
        guard !name.isEmpty, name.utf8.count <= Self.nameBytesMax,
            !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return nil }
        self.name = name
    }

    private init(trusted name: String) { self.name = name }

    /// The ledger software itself, acting by rule.
    public static let system = Actor(trusted: "system")

    /// The name.
    public var description: String { name }
}
