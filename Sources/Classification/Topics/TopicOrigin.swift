/// Where a model's idea of a topic comes from.
public enum TopicOrigin: UInt8, Sendable, Hashable, CaseIterable {
    /// From nowhere: there were neither labels nor an encoder with phrases. It is never found.
    case absent = 0
    /// From labelled texts: what it gives is a probability, measured out of fold.
    case trained = 1
    /// From a few phrases: what it gives says how close a text lies to them, and is no probability.
    case prototype = 2

    /// The name in metadata and results.
    public var name: String {
        switch self {
        case .absent: "absent"
        case .trained: "trained"
        case .prototype: "prototype"
        }
    }
}
