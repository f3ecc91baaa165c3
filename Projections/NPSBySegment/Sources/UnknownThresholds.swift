/// A pinned threshold set that did not exist.
public struct UnknownThresholds: Error, Hashable, Sendable {
    /// Its number.
    public let id: UInt32
}
