import JSON
import LedgerQueries
import Presentation

/// How many events an answer lacks, as its member of that name and its last column: whoever reads
/// only the answer must not take it for the whole.
enum Incomplete {
    static let name = "incomplete"

    static func json(_ events: Int) -> (String, JSONValue) { (name, .integer(events)) }

    /// A table with the column; every row has the same.
    static func csv(
        _ table: (header: [String], rows: [[String]]), _ events: Int
    ) -> (header: [String], rows: [[String]]) {
        (table.header + [name], table.rows.map { $0 + ["\(events)"] })
    }

    /// The same for people; nil where nothing is missing.
    static func sentence(_ events: Int) -> String? {
        guard events > 0 else { return nil }
        return "incomplete: \(Formatted.count(events, of: "event")) could not be applied"
    }
}

extension AnswerFrame {
    /// How many events the answer lacks, in words; nil where it is whole.
    package var incompleteSentence: String? { Incomplete.sentence(incomplete) }
}
