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
