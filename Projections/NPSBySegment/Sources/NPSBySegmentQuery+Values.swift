import LedgerCore

extension NPSBySegmentQuery {
    /// The values that responses have in a dimension, sorted; whatever the lens.
    public func values(of dimension: String) throws -> [String] {
        try Grouping(SegmentSelection(by: [dimension]), state).groups.compactMap { $0[0] }.sorted()
    }

    /// Number of groups of a selection, whatever the lens: what a tally takes memory for, whether
    /// or not anything falls into them.
    public func groupCount(_ selection: SegmentSelection) throws -> Int {
        try Grouping(selection, state).groups.count
    }
}
