/// Whether a row may be shown.
public enum SuppressionDecision: String, CaseIterable, Sendable, Hashable {
    /// May be shown.
    case shown
    /// Holds fewer responses than the minimum.
    case small
    /// Large enough, but with it a small group could be computed from what is shown.
    case complementary
}
