/// What a row is to the importer that reads it.
public enum SimulatedRowKind: Sendable, Hashable {
    /// A response seen for the first time.
    case normal
    /// A row seen before, the same in every byte.
    case duplicate
    /// A response seen before, with another score and the same times.
    case conflict
    /// A row to turn away.
    case bad(BadRowReason)
    /// A response seen before, now with its comment and a later time of update.
    case lateComment
}
