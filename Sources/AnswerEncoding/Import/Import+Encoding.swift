import JSON
import LedgerOperations
import NPSLedger
import Presentation

extension ImportAnswer {
    /// What became of the rows, in the order in which it is told.
    package var counts: [(name: String, count: Int)] {
        [
            ("read", report.read), ("recorded", report.recorded), ("amended", report.amended),
            ("excluded", report.excluded), ("duplicates", report.duplicates),
            ("conflicts", report.conflicts), ("rejected", report.rejected),
        ]
    }

    /// What a count says of the rows; nil for one that its name says it of.
    package func meaning(of count: String) -> String? {
        switch count {
        case "recorded":
            report.scored == report.recorded
                ? nil : "\(Formatted.count(report.scored)) with a score"
        case "duplicates": "recorded before, the same"
        case "conflicts": "another content under an id recorded before"
        case "excluded": "recorded, and left out by the mapping"
        case "amended": "changed a response recorded before"
        default: nil
        }
    }

    /// What was taken in, for programs.
    package var json: JSONValue {
        let reasons = report.reasons.sorted { $0.key < $1.key }
        return .object(
            counts.map { ($0.name, .integer($0.count)) } + [
                ("reasons", .object(reasons.map { ($0.key, .integer($0.value)) })),
                ("scored", .integer(report.scored)), ("classified", .integer(report.classified)),
                ("shadowClassified", .integer(report.shadowClassified)),
                ("unlearntLanguages", UnlearntLanguages.json(report.unlearnt)),
                ("datedAhead", .integer(report.datedAhead)),
            ])
    }

    /// A header and one row.
    package var csv: (header: [String], rows: [[String]]) {
        (counts.map(\.name), [counts.map { "\($0.count)" }])
    }
}

extension BootstrapAnswer {
    /// The new ledger, for programs.
    package var fields: [(String, JSONValue)] {
        [
            ("ledger", .string(paths.directory)), ("origin", .string(origin)),
            ("masterKey", .string(paths.masterKey)), ("model", .integer(model.version)),
            ("size", .integer(size)), ("root", .string(root)),
        ]
    }
}
