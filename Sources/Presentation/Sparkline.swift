/// A series as one row of blocks: `▁▂▄▆█ ▅▃`.
///
/// A value that is missing or not finite leaves a gap.
public struct Sparkline: Sendable, Hashable {
    /// The values from left to right; nil where there is none.
    public var values: [Double?]
    /// The value of the lowest block; nil takes the smallest value.
    public var low: Double?
    /// The value of the highest block; nil takes the largest value.
    public var high: Double?

    private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    private static let asciiBlocks: [Character] = ["_", ".", "-", ":", "=", "+", "*", "#"]

    /// A sparkline; fix `low` and `high` where several stand under each other.
    public init(_ values: [Double?], low: Double? = nil, high: Double? = nil) {
        self.values = values
        self.low = low
        self.high = high
    }

    /// One character a value; values beyond the bounds show as the lowest or highest block.
    public func render(style: TerminalStyle = .plain) -> String {
        let blocks = style.usesUnicode ? Self.blocks : Self.asciiBlocks
        let known = values.compactMap { $0 }.filter(\.isFinite)
        guard let smallest = low ?? known.min(), let largest = high ?? known.max() else {
            return String(repeating: " ", count: values.count)
        }
        let characters = values.map { value -> Character in
            guard let value, value.isFinite else { return " " }
            // A flat series has no scale of its own; it stands in the middle.
            guard largest > smallest else { return blocks[3] }
            // Halves keep the span of the widest doubles finite.
            let share = (value / 2 - smallest / 2) / (largest / 2 - smallest / 2)
            return blocks[Int((min(max(share, 0), 1) * 7).rounded())]
        }
        return String(characters)
    }
}
