/// A horizontal bar for an amount: `██████▌   `.
public struct Bar: Sendable, Hashable {
    /// The filled share, 0…1; beyond is shown as empty or full.
    public var share: Double

    private static let eighths: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// A bar of a share, 0…1.
    public init(share: Double) {
        self.share = share
    }

    /// A bar of a value out of the value that fills it.
    public init(_ value: Double, of full: Double) {
        self.init(share: full > 0 ? value / full : 0)
    }

    /// The bar, padded with spaces to `width` columns.
    ///
    /// With Unicode it is exact to an eighth of a column; in ASCII to one `#`.
    public func render(width: Int, style: TerminalStyle = .plain) -> String {
        let columns = max(width, 0)
        let clamped = share.isNaN ? 0 : min(max(share, 0), 1)
        guard style.usesUnicode else {
            let full = Int((clamped * Double(columns)).rounded())
            return String(repeating: "#", count: full)
                + String(repeating: " ", count: columns - full)
        }
        let units = Int((clamped * Double(columns) * 8).rounded())
        var text = String(repeating: "█", count: units / 8)
        if units % 8 > 0 { text.append(Self.eighths[units % 8 - 1]) }
        return text + String(repeating: " ", count: columns - (units + 7) / 8)
    }
}

/// A value around a middle axis, such as a Net Promoter Score: `    ──┼───█──    `.
///
/// With an interval: the estimate `█` on its whisker `─`, which crosses the axis as `┼` where the
/// interval covers zero, so that "could be nothing" is seen at once. Without: a bar that grows from
/// the axis.
public struct DivergingBar: Sendable, Hashable {
    /// The value, −extent…extent; beyond it is drawn at the edge.
    public var value: Double
    /// The ends of its interval; nil draws none.
    public var interval: ClosedRange<Double>?
    /// The value at the right edge; its negative is at the left edge.
    public var extent: Double

    /// A bar; `extent` is 100 for points.
    public init(_ value: Double, interval: ClosedRange<Double>? = nil, extent: Double = 100) {
        self.value = value
        self.interval = interval
        self.extent = extent
    }

    /// The extent for bars that are read together: the smallest of 5, 10, 25, 50 and 100 that holds
    /// all of `values`.
    public static func extent(for values: some Sequence<Double>) -> Double {
        let furthest = values.lazy.map(\.magnitude).max() ?? 0
        return [5, 10, 25, 50].first { furthest <= $0 } ?? 100
    }

    /// The bar in exactly so many columns; an odd width puts the axis in the middle.
    public func render(width: Int, style: TerminalStyle = .plain) -> String {
        let columns = max(width, 0)
        guard columns > 0 else { return "" }
        let axis = column(of: 0, columns)
        var cells = [Character](repeating: " ", count: columns)
        cells[axis] = style.usesUnicode ? "│" : "|"
        guard value.isFinite else { return String(cells) }
        let block: Character = style.usesUnicode ? "█" : "#"
        let mark = column(of: value, columns)
        if let interval {
            let line: Character = style.usesUnicode ? "─" : "-"
            let low = min(column(of: interval.lowerBound, columns), mark)
            let high = max(column(of: interval.upperBound, columns), mark)
            let bare = cells[axis]
            for index in low...high { cells[index] = line }
            if (low...high).contains(axis) {
                // An interval that only shares the axis's column does not cover zero.
                cells[axis] = interval.contains(0) ? (style.usesUnicode ? "┼" : "+") : bare
            }
            cells[mark] = block
        } else if mark != axis {
            for index in min(mark, axis)...max(mark, axis) where index != axis {
                cells[index] = block
            }
        }
        return String(cells)
    }

    private func column(of value: Double, _ columns: Int) -> Int {
        guard extent > 0, extent.isFinite, !value.isNaN else { return (columns - 1) / 2 }
        let share = (min(max(value, -extent), extent) / extent + 1) / 2
        // Just under one half, so that the axis of an even width stands left of the middle.
        return Int((share * Double(columns - 1) + 0.499_999).rounded(.down))
    }
}

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
