extension SegmentSelection {
    /// Whether responses of these segments are kept; the empty value stands for having none.
    public func keeps(_ segments: [String: String]) -> Bool {
        keeping.allSatisfy { dimension, values in
            segments[dimension].map(values.contains) ?? values.contains("")
        }
    }
}
