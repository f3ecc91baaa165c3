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
    }

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
