import LedgerCore

extension NPSBySegmentQuery {
    /// The values that responses have in a dimension, sorted; whatever the lens.
    public func values(of dimension: String) throws -> [String] {
        try tuples().values(of: dimension)
    }

    /// Number of groups of a selection, whatever the lens: what a tally takes memory for, whether
    /// or not anything falls into them.
    public func groupCount(_ selection: SegmentSelection) throws -> Int {
        try tuples().grouping(selection).groups.count
    }
}
