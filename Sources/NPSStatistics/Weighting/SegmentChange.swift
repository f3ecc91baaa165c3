/// One segment in two periods.
public struct SegmentChange: Sendable, Hashable {
    /// The segment's responses in the earlier period.
    public var before: NPSCounts
    /// The segment's responses in the later period.
    public var after: NPSCounts

    /// A segment's two periods.
    public init(before: NPSCounts, after: NPSCounts) {
        self.before = before
        self.after = after
    }
}
