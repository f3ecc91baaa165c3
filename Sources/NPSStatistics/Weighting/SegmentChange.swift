/// One segment in two periods.
public struct SegmentChange: Sendable, Hashable {
    /// The segment's responses in the earlier period.
    public var before: NPSCounts
    /// The segment's responses in the later period.
    public var after: NPSCounts

    private let knownError: Double?

    /// A segment's two periods.
    ///
    /// - Parameter standardError: of the change of its score, where it is known otherwise than from
    ///   the counts, such as by persons who answered in both periods.
    public init(before: NPSCounts, after: NPSCounts, standardError: Double? = nil) {
        self.before = before
        self.after = after
        knownError = standardError
    }

    /// The standard error of the change of its score; without one of its own that of two independent
    /// periods. Nil where a period has no responses.
    public var standardError: Double? {
        guard let first = before.standardError, let second = after.standardError else { return nil }
        return knownError ?? (first * first + second * second).squareRoot()
    }
}
