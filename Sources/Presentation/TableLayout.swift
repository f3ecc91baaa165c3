/// Which columns of a table are shown, and how wide.
struct TableLayout {
    /// Blank columns between two table columns.
    static let gap = 2

    /// The width of each table column, by its index in the table.
    private(set) var widths: [Int]
    /// The indexes of the columns shown, from left to right.
    private(set) var shown: [Int]
    /// The indexes of the columns left out.
    private(set) var dropped: [Int] = []

    /// The width of the widest line.
    var lineWidth: Int {
        shown.reduce(0) { $0 + widths[$1] } + Self.gap * max(shown.count - 1, 0)
    }

    init(columns: [Table.Column], contents: [[String]], width: Int) {
        var natural = columns.map { DisplayWidth.of(TerminalText.sanitized($0.title)) }
        for texts in contents {
            for (index, text) in texts.enumerated() {
                natural[index] = max(natural[index], DisplayWidth.of(text))
            }
        }
        widths = natural
        shown = Array(columns.indices)

        narrow(columns, to: width) { columns[$0].isFlexible ? max(columns[$0].minWidth, 1) : nil }
        while lineWidth > width, let index = nextToDrop(columns) {
            drop(index)
            widths = natural
            narrow(columns, to: width) {
                columns[$0].isFlexible ? max(columns[$0].minWidth, 1) : nil
            }
        }
        // Text is cut before a column goes, a column goes before a number is cut: half a number
        // misleads. The leftmost columns stay, since they say what a row is about.
        narrow(columns, to: width) { columns[$0].alignment == .left ? 1 : nil }
        while lineWidth > width, shown.count > 1, let last = shown.last { drop(last) }
        narrow(columns, to: width) { _ in 1 }
    }

    /// Takes from the widest of the columns that may give way, one terminal column at a time.
    private mutating func narrow(
        _ columns: [Table.Column], to width: Int, least: (Int) -> Int?
    ) {
        var excess = lineWidth - width
        while excess > 0 {
            let giving = shown.filter { index in
                guard let least = least(index) else { return false }
                return widths[index] > least
            }
            guard let widest = giving.max(by: { widths[$0] < widths[$1] }) else { return }
            let next = giving.filter { $0 != widest }.map { widths[$0] }.max() ?? 0
            let floor = max(least(widest) ?? 1, min(next, widths[widest] - 1))
            let taken = min(excess, widths[widest] - floor)
            widths[widest] -= taken
            excess -= taken
        }
    }

    private func nextToDrop(_ columns: [Table.Column]) -> Int? {
        guard shown.count > 1 else { return nil }
        // Among equals the rightmost goes first.
        let candidates = shown.filter { columns[$0].dropPriority > 0 }
        return candidates.reversed().max { columns[$0].dropPriority < columns[$1].dropPriority }
    }

    private mutating func drop(_ index: Int) {
        shown.removeAll { $0 == index }
        dropped.append(index)
        dropped.sort()
    }
}
