import LedgerCore
import LedgerStore

/// Which responses are asked about: groups, values, time.
public struct Selection: Hashable, Sendable {
    /// Dimensions to group by and values to keep.
    public var segments: SegmentSelection
    /// First response time.
    public var from: TimeBound?
    /// Response time to stop before.
    public var to: TimeBound?
    /// The span up to the latest response, instead of the two.
    public var window: TimeSpan?

    /// A selection; without arguments, everything.
    public init(
        _ segments: SegmentSelection = SegmentSelection(), from: TimeBound? = nil,
        to: TimeBound? = nil, window: TimeSpan? = nil
    ) {
        self.segments = segments
        self.from = from
        self.to = to
        self.window = window
    }

    /// Whether it has a bound in time.
    public var hasTime: Bool { from != nil || to != nil || window != nil }

    /// - Throws: `LedgerError` with code `invalid` where the parts contradict each other.
    package func check() throws(LedgerError) {
        guard window == nil || from == nil && to == nil else {
            throw LedgerError(.invalid, "a window ends with the latest response: it has no bounds")
        }
        if let from, let to, from.time >= to.time {
            throw LedgerError(.invalid, "“from” must lie before “to”")
        }
        guard Set(segments.by).count == segments.by.count else {
            throw LedgerError(.invalid, "a dimension to group by is named twice")
        }
    }
}
