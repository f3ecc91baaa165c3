import LedgerCore

/// Spans of response time, one after another; what lies before the first or after the last is in
/// none.
public struct TimeSpans: Hashable, Sendable {
    /// Where each span begins, and where the last one ends; they do not go back.
    public let bounds: [Microseconds]

    /// Spans between some times, each of which is taken once; none for fewer than two.
    public init(between times: some Sequence<Microseconds>) {
        bounds = Set(times).sorted()
    }

    /// Spans that follow on each other.
    ///
    /// - Parameter bounds: where each begins, and where the last one ends; a span in which nothing
    ///   can lie begins where it ends.
    public init(bounds: [Microseconds]) {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 <= $1 }, "time goes on")
        self.bounds = bounds
    }

    /// How many.
    public var count: Int { max(0, bounds.count - 1) }

    /// How many spans end by a time.
    func place(of time: Microseconds) -> Int {
        var (low, high) = (0, bounds.count)
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] < time { low = middle + 1 } else { high = middle }
        }
        return min(low, count)
    }

    /// The span that a time lies in; nil for none.
    ///
    /// - Parameter last: the one found last: times come mostly in order.
    @inline(__always)
    func span(of time: Microseconds, near last: inout Int) -> Int? {
        guard count > 0 else { return nil }
        if bounds[last] <= time, time < bounds[last + 1] { return last }
        guard let first = bounds.first, let end = bounds.last, first <= time, time < end else {
            return nil
        }
        var (low, high) = (0, count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if bounds[middle] <= time { low = middle } else { high = middle }
        }
        last = low
        return low
    }
}
