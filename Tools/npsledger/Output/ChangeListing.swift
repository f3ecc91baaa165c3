import LedgerCore
import NPSBySegmentProjection
import NPSStatistics
import Presentation

/// Writes a difference and then its responses one after the other, so that a list of millions
/// takes no more memory than one of twenty.
struct ChangeListing {
    /// Rows of a table printed at a time; each such page has its columns' titles.
    static let pageRows = 500

    private let report: DifferenceReport
    /// Dimensions whose values are shown.
    private let dimensions: [String]
    private let hasTexts: Bool
    private let printer: Printer
    private var page: [ListedChange] = []
    private var written = 0

    init(_ report: DifferenceReport, by: [String], hasTexts: Bool, _ printer: Printer) {
        self.report = report
        dimensions = by
        self.hasTexts = hasTexts
        self.printer = printer
    }

    func begin() {
        switch printer.format {
        case .json:
            // The object stays open: its last member is written as it is found.
            let head = JSONValue.object(report.json).serialized(pretty: true).dropLast(2)
            Printer.write(head + ",\n  \"responses\": [")
        case .csv:
            printer.csv(
                ["position"] + dimensions + [
                    "first", "second", "reason", "because", "points", "events",
                ] + (hasTexts ? ["text"] : []), [])
        case .table:
            report.show(printer)
            if report.listed > 0 { printer.line() }
        }
    }

    mutating func add(_ listed: ListedChange) {
        if printer.format == .json {
            let line = json(listed).serialized()
            Printer.write((written == 0 ? "\n    " : ",\n    ") + line)
        } else {
            page.append(listed)
            if page.count == Self.pageRows { flush() }
        }
        written += 1
    }

    mutating func end() {
        flush()
        switch printer.format {
        case .json: Printer.write((written == 0 ? "]" : "\n  ]") + "\n}\n")
        case .csv: break
        case .table:
            let left = report.total.changed - report.listed
            if left > 0 {
                printer.muted(
                    "\(Formatted.count(left)) more "
                        + (left == 1 ? "response counts" : "responses count")
                        + " otherwise; --limit shows more")
            }
        }
    }

    private mutating func flush() {
        guard let first = page.first else { return }
        switch printer.format {
        case .json: break
        case .csv: printer.csv(csv(first), page.dropFirst().map(csv))
        case .table: if hasTexts { showBlocks() } else { printer.table(table) }
        }
        page.removeAll(keepingCapacity: true)
    }

    /// A response's part of the difference in points.
    private func points(_ change: ResponseChange) -> Double? {
        let sums = report.total
        return DifferenceReport.points(
            ResponseChange.effect(
                ofKind: change.kind, first: sums.first.total, second: sums.second.total), sums)
    }

    private func json(_ listed: ListedChange) -> JSONValue {
        let change = listed.change
        var fields: [(String, JSONValue)] = [
            ("position", .integer(change.position)),
            ("segment", .object(dimensions.map { ($0, .optional(listed.segments[$0])) })),
            ("first", .optional(change.first?.npsClass.name)),
            ("second", .optional(change.second?.npsClass.name)),
            ("reason", .string(change.reason.name)),
            ("because", .string(report.words.label(change))),
            ("amended", .array(change.amended.map { .string($0.rawValue) })),
            // One response of ten million is a hundred-thousandth of a point.
            ("points", .optional(points(change).map { ($0 * 1e9).rounded() / 1e9 })),
            ("events", .array(listed.events.map { .integer($0) })),
        ]
        if hasTexts { fields.append(("text", .optional(listed.text))) }
        return .object(fields)
    }

    private func csv(_ listed: ListedChange) -> [String] {
        let change = listed.change
        return ["\(change.position)"] + dimensions.map { listed.segments[$0] ?? "" } + [
            change.first?.npsClass.name ?? "", change.second?.npsClass.name ?? "",
            change.reason.name, report.words.label(change),
            points(change).flatMap { Formatted.shortest(($0 * 1e9).rounded() / 1e9) } ?? "",
            listed.events.map { "\($0)" }.joined(separator: " "),
        ] + (hasTexts ? [listed.text ?? ""] : [])
    }

    private func segment(_ listed: ListedChange) -> String {
        dimensions.compactMap { listed.segments[$0] }.joined(separator: " · ")
    }

    private func shown(_ points: Double?) -> String {
        points.map { DifferenceReport.signed($0, decimals: 4) } ?? "—"
    }

    private var table: Table {
        // All dimensions of a response side by side would leave no room for the reason.
        let isGrouped = !report.by.isEmpty
        let title = report.by.joined(separator: " · ")
        var table = Table(
            columns: [.number("response")]
                + (isGrouped
                    ? [Table.Column(title, minWidth: 8, flexible: true, dropPriority: 1)] : []) + [
                    Table.Column("first"), Table.Column("second"),
                    Table.Column("because", minWidth: 18, flexible: true), .number("points"),
                    Table.Column("events", dropPriority: 2),
                ])
        for listed in page {
            let change = listed.change
            table.append(
                [Table.Cell("\(change.position)", .muted)]
                    + (isGrouped ? [Table.Cell(segment(listed))] : []) + [
                        Self.cell(change.first), Self.cell(change.second),
                        Table.Cell(report.words.label(change)), Table.Cell(shown(points(change))),
                        Table.Cell(listed.events.map { "\($0)" }.joined(separator: " "), .muted),
                    ])
        }
        return table
    }

    private static func cell(_ counted: ResponseChange.Counted?) -> Table.Cell {
        let role: TerminalStyle.Role =
            switch counted?.npsClass {
            case .promoter?: .good
            case .detractor?: .bad
            case .passive?: .plain
            case nil: .muted
            }
        return Table.Cell(DifferenceWords.counted(counted), role)
    }

    /// With texts a row takes several lines.
    private func showBlocks() {
        for listed in page {
            let change = listed.change
            let title = "\(change.position)".leftPadded(to: 8) + "  "
            let line =
                "\(DifferenceWords.counted(change.first)) → "
                + "\(DifferenceWords.counted(change.second)), \(report.words.label(change)), "
                + "\(shown(points(change))) points"
                + (listed.events.isEmpty
                    ? "" : ", by " + listed.events.map { "\($0)" }.joined(separator: " "))
            let lines = TerminalText.wrapped(line, printer.width - 10)
            for (index, line) in lines.enumerated() {
                let margin = index == 0 ? title : String(repeating: " ", count: 10)
                printer.line(printer.style.paint(margin, .muted) + line)
            }
            let values = segment(listed)
            let rest =
                TerminalText.wrapped(values, printer.width - 10)
                + (listed.text.map { TerminalText.wrapped("“\($0)”", printer.width - 10) } ?? [])
            for line in rest { printer.muted("          " + line) }
        }
    }
}
