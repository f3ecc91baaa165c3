extension NPSBySegmentQuery {
    /// The values that responses have in a dimension, sorted; whatever the lens.
    public func values(of dimension: String) throws -> [String] {
        try Grouping(SegmentSelection(by: [dimension]), state).groups.compactMap { $0[0] }.sorted()
    }
}
