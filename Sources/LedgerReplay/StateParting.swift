import LedgerCore

/// Where two states of one projection part.
public enum StateParting: Hashable, Sendable, CustomStringConvertible {
    /// They agree about everything before this event, and not about it.
    case at(Position, EventName?)
    /// They differ whatever prefix of the log is looked at.
    case everywhere
    /// Their bytes differ, and yet they say the same about every prefix that was looked at.
    case nowhere(prefixesAsked: Int)
    /// The projection cannot describe prefixes.
    case unknown

    /// The position at which they part.
    public var position: Position? {
        if case .at(let position, _) = self { position } else { nil }
    }

    /// A clause such as `they part at position 1234: response.recorded`.
    public var description: String {
        switch self {
        case .at(let position, let name):
            "they part at position \(position)" + (name.map { ": \($0.rawValue)" } ?? "")
        case .everywhere: "it cannot be read for any prefix of the log"
        case .nowhere(let count):
            "its bytes differ, though no answer does for any of \(count) prefixes looked at"
        case .unknown: "where they part cannot be told"
        }
    }
}
