extension Table {
    /// The table as lines, each ended by a line break and none wider than `width` columns.
    ///
    /// Flexible columns give way first, the widest first and down to their least width; then
    /// columns are dropped by their priority; then all text is cut, and columns are dropped from
    /// the right. A last line names what was dropped. A number is cut only if it alone is wider
    /// than the terminal. Pass `.max` where output goes to a file: nothing is then cut.
    public func render(width: Int = 80, style: TerminalStyle = .plain) -> String {
        let texts = rows.map { row -> [String] in
            guard case .cells(let cells) = row else { return [] }
            return cells.prefix(columns.count).map(Self.line(of:))
        }
        let layout = TableLayout(
            columns: columns, contents: texts, width: max(width, 1))
        guard !layout.shown.isEmpty else { return "" }

        var output = ""
        let titles = columns.map { Self.line(of: Cell($0.title)) }
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
                let text = Self.fitted(Self.line(of: Cell(title)), to: max(width, 1), style)
                output += style.paint(text, .strong) + "\n"
            }
        }
        // A column without a title is a picture of the others: nobody misses it by name.
        let names = layout.dropped.map { Self.line(of: Cell(columns[$0].title)) }
            .filter { !$0.isEmpty }
        if !names.isEmpty {
            let note = "not shown, for want of room: " + names.joined(separator: ", ")
            let text = Self.fitted(note, to: max(width, 1), style)
            output += style.paint(text, .muted) + "\n"
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
