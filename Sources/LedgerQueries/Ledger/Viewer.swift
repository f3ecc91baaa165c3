/// Who asks, and what they may see. Every question takes one, so that rights, small groups and
/// personal data can be held in one place.
public struct Viewer: Hashable, Sendable {
    /// May see everything.
    public static let everything = Viewer()
}
