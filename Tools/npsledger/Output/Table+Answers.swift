import AnswerEncoding
import LedgerCore
import NPSStatistics
import Presentation

extension TerminalStyle.Role {
    /// How a class is shown; nil for what counts as none.
    static func of(_ npsClass: NPSClass?) -> TerminalStyle.Role {
        switch npsClass {
        case .promoter?: .good
        case .detractor?: .bad
        case .passive?: .plain
        case nil: .muted
        }
    }
}

extension Table.Cell {
    /// What a response counts as.
    static func npsClass(_ npsClass: NPSClass?) -> Table.Cell {
        Table.Cell(DifferenceWords.counted(npsClass), .of(npsClass))
    }

    /// The score of what was counted.
    static func score(_ counts: NPSCounts, _ role: TerminalStyle.Role = .plain) -> Table.Cell {
        counts.score.map { Table.Cell(Formatted.points($0 * 100), role) } ?? "—"
    }

    /// The interval of a score.
    static func interval(_ interval: Interval?) -> Table.Cell {
        Table.Cell(AnswerNumber.intervalText(interval), .muted)
    }
}

extension Table {
    /// How many texts or responses are of one class (rows) by one reading, and of which (columns) by
    /// another.
    static func classes(_ title: String, _ count: (Int, Int) -> Int) -> Table {
        let names = NPSClass.allCases.map(\.name)
        var table = Table(
            columns: [Table.Column(title, flexible: true)] + names.map { .number($0) })
        for (row, name) in names.enumerated() {
            table.append([Table.Cell(name)] + names.indices.map { .count(count(row, $0)) })
        }
        return table
    }
}
