/// Which responses, and how they are grouped: dimensions to group by and values to keep.
public struct SegmentSelection: Hashable, Sendable {
    /// Dimensions of the groups, in the order of the result's columns.
    public var by: [String]
    /// Dimensions and the values kept; several values of one dimension are alternatives.
    public var keeping: [String: Set<String>]

    /// A selection.
    public init(by: [String] = [], keeping: [String: Set<String>] = [:]) {
        self.by = by
        self.keeping = keeping
    }

    /// Whether responses of these segments are kept; the empty value stands for having none.
    public func keeps(_ segments: [String: String]) -> Bool {
        keeping.allSatisfy { dimension, values in
            segments[dimension].map(values.contains) ?? values.contains("")
        }
    }
}
