/// Rows under column titles, aligned for a terminal.
///
/// Alignment counts terminal columns, not characters (see ``DisplayWidth``). Cells are made safe
/// when they are rendered (see ``TerminalText``), so that a table may show what respondents wrote.
public struct Table: Sendable, Hashable {
    /// The columns from left to right.
    public var columns: [Column]
    /// The rows from top to bottom.
    public var rows: [Row]

    /// A table, by default without rows.
    public init(columns: [Column], rows: [[Cell]] = []) {
        self.columns = columns
        self.rows = rows.map { .cells($0) }
    }

    /// Adds a row; missing cells are blank, cells beyond the columns are not shown.
    public mutating func append(_ cells: [Cell]) {
        rows.append(.cells(cells))
    }

    /// Adds a rule across the table, as above a total.
    public mutating func appendRule() {
        rows.append(.rule)
    }

    /// Adds a heading over the rows that follow.
    public mutating func appendSection(_ title: String) {
        rows.append(.section(title))
    }
}

extension Table {
    /// How a column is laid out.
    public struct Column: Sendable, Hashable {
        /// Where cells stand in a column wider than they are.
        public enum Alignment: Sendable, Hashable {
            /// At the left edge, for text.
            case left
            /// At the right edge, for numbers.
            case right
        }

        /// The heading.
        public var title: String
        /// Where cells stand.
        public var alignment: Alignment
        /// The least width in terminal columns that a narrow terminal may leave.
        public var minWidth: Int
        /// Whether the column gives way when the table is too wide.
        public var isFlexible: Bool
        /// Which column goes first when even that is not enough: the highest; 0 stays.
        public var dropPriority: Int

        /// A column; text to the left, of fixed width, always shown.
        public init(
            _ title: String, alignment: Alignment = .left, minWidth: Int = 1,
            flexible: Bool = false, dropPriority: Int = 0
        ) {
            self.title = title
            self.alignment = alignment
            self.minWidth = minWidth
            isFlexible = flexible
            self.dropPriority = dropPriority
        }

        /// A column of numbers, aligned to the right.
        public static func number(_ title: String, dropPriority: Int = 0) -> Column {
            Column(title, alignment: .right, dropPriority: dropPriority)
        }

        /// A column of labels: numbers go before they are cut, up to a width.
        ///
        /// - Parameter labels: all that will stand in it, but for the title.
        public static func label(_ title: String, _ labels: some Sequence<String>) -> Column {
            let width = labels.map { DisplayWidth.of($0) }.max() ?? 0
            return Column(
                title, minWidth: min(Table.labelWidthMax, max(width, DisplayWidth.of(title))),
                flexible: true)
        }
    }

    /// A label's longest width that a narrow terminal has to have room for.
    static let labelWidthMax = 24

    /// One field of a row.
    public struct Cell: Sendable, Hashable, ExpressibleByStringInterpolation {
        /// The text; it may come from outside.
        public var text: String
        /// What the text means.
        public var role: TerminalStyle.Role

        /// A cell, by default without a meaning of its own.
        public init(_ text: String, _ role: TerminalStyle.Role = .plain) {
            self.text = text
            self.role = role
        }

        /// A plain cell.
        public init(stringLiteral value: String) {
            self.init(value)
        }

        /// A count with thousands grouped.
        public static func count(_ value: some BinaryInteger) -> Cell {
            Cell(Formatted.count(value))
        }

        /// Points with their sign: positive is good, negative is bad.
        public static func points(_ value: Double) -> Cell {
            let text = Formatted.points(value)
            let role: TerminalStyle.Role =
                text.hasPrefix("+") ? .good : text.hasPrefix("-") ? .bad : .plain
            return Cell(text, role)
        }
    }

    /// One line of the table.
    public enum Row: Sendable, Hashable {
        /// Fields under the columns.
        case cells([Cell])
        /// A rule across the table.
        case rule
        /// A heading over the rows that follow.
        case section(String)
    }
}

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

    /// Of the leftmost column, which says what a row is about, so much is not cut before others go.
    private static let firstWidthKept = 12

    /// - Parameter titles: as they will be written.
    init(columns: [Table.Column], titles: [String], contents: [[String]], width: Int) {
        var natural = titles.map { DisplayWidth.of($0) }
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
        let kept = natural.first.map { min($0, Self.firstWidthKept, max(width / 2, 1)) } ?? 1
        narrow(columns, to: width) { index in
            columns[index].alignment == .left ? (index == 0 ? kept : 1) : nil
        }
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

extension Table {
    /// The table as lines, each ended by a line break and none wider than `width` columns.
    ///
    /// Flexible columns give way first, the widest first and down to their least width; then
    /// columns are dropped by their priority; then all text is cut, but for the beginning of the
    /// leftmost column, and columns are dropped from the right. A last line names what was dropped. A
    /// number is cut only if it alone is wider than the terminal. Pass `.max` where output goes to a
    /// file: nothing is then cut.
    public func render(width: Int = 80, style: TerminalStyle = .plain) -> String {
        let texts = rows.map { row -> [String] in
            guard case .cells(let cells) = row else { return [] }
            return cells.prefix(columns.count).map { style.spelled(Self.line(of: $0)) }
        }
        let titles = columns.map { style.spelled(Self.line(of: Cell($0.title))) }
        let layout = TableLayout(
            columns: columns, titles: titles, contents: texts, width: max(width, 1))
        guard !layout.shown.isEmpty else { return "" }

        var output = ""
        append(titles, roles: [], fallback: .strong, layout, style, to: &output)
        appendRule(layout, style, to: &output)
        for (row, texts) in zip(rows, texts) {
            switch row {
            case .cells(let cells):
                append(
                    texts, roles: cells.map(\.role), fallback: .plain, layout, style, to: &output)
            case .rule:
                appendRule(layout, style, to: &output)
            case .section(let title):
                let text = Self.fitted(
                    style.spelled(Self.line(of: Cell(title))), to: max(width, 1), style)
                output += style.paint(text, .strong) + "\n"
            }
        }
        // A column without a title is a picture of the others: nobody misses it by name.
        var names: [String] = []
        for name in layout.dropped.map({ titles[$0] }) where !name.isEmpty && !names.contains(name)
        {
            names.append(name)
        }
        if !names.isEmpty {
            let note = "not shown, for want of room: " + names.joined(separator: ", ")
            for line in TerminalText.wrapped(note, max(width, 1)) {
                output += style.paint(Self.fitted(line, to: max(width, 1), style), .muted) + "\n"
            }
        }
        return output
    }

    private static func line(of cell: Cell) -> String {
        TerminalText.sanitized(cell.text, lineBreaks: .spaces)
    }

    /// The text cut to its room; blanks at its end go, so that no line ends in them.
    private static func fitted(_ text: String, to width: Int, _ style: TerminalStyle) -> String {
        var cut = DisplayWidth.truncated(text, to: width, ellipsis: style.ellipsis)
        while cut.last == " " { cut.removeLast() }
        return cut
    }

    private func append(
        _ texts: [String], roles: [TerminalStyle.Role], fallback: TerminalStyle.Role,
        _ layout: TableLayout, _ style: TerminalStyle, to output: inout String
    ) {
        var line = ""
        var pendingSpaces = 0
        for (place, index) in layout.shown.enumerated() {
            if place > 0 { pendingSpaces += TableLayout.gap }
            let width = layout.widths[index]
            let whole = index < texts.count ? texts[index] : ""
            let text = Self.fitted(whole, to: width, style)
            let padding = width - DisplayWidth.of(text)
            let isRight = columns[index].alignment == .right
            if isRight { pendingSpaces += padding }
            if !text.isEmpty {
                // Spaces are written only in front of text: no line ends in blanks.
                line += String(repeating: " ", count: pendingSpaces)
                line += style.paint(text, index < roles.count ? roles[index] : fallback)
                pendingSpaces = 0
            }
            if !isRight { pendingSpaces += padding }
        }
        output += line + "\n"
    }

    private func appendRule(
        _ layout: TableLayout, _ style: TerminalStyle, to output: inout String
    ) {
        let rule = String(repeating: style.rule, count: layout.lineWidth)
        output += style.paint(rule, .muted) + "\n"
    }
}
