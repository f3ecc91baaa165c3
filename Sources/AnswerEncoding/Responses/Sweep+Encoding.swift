import JSON
import LedgerQueries
import Presentation

extension SweepAnswer {
    /// The responses that are named, with how the ledger stands to each.
    package var listed: [(response: Response, state: String)] {
        missingResponses.map { ($0, "missing") } + behindResponses.map { ($0, "behind") }
    }

    /// How many more there are than are named.
    package var omitted: Int { missing + behind - listed.count }

    /// What was found, in a sentence.
    package var sentence: String {
        let total = Formatted.count(rows, of: "response")
        let parts = [
            (missing, "missing from the ledger"), (behind, "changed at the source since"),
            (rejected, "not readable"),
        ].filter { $0.0 > 0 }.map { "\(Formatted.count($0.0)) \($0.1)" }
        return parts.isEmpty
            ? "\(total), all of them in the ledger as of position \(Formatted.count(asOf))"
            : "\(total): " + parts.joined(separator: ", ")
                + " as of position \(Formatted.count(asOf))"
    }

    /// The answer, for programs.
    package var json: JSONValue {
        [
            "source": .string(source), "asOf": .integer(asOf), "rows": .integer(rows),
            "present": .integer(present), "missing": .integer(missing),
            "behind": .integer(behind), "rejected": .integer(rejected),
            "responses": .array(
                listed.map { row in
                    [
                        "id": .string(row.response.id), "state": .string(row.state),
                        "file": .string(row.response.file), "line": .integer(row.response.line),
                        "position": .optional(row.response.position),
                    ]
                }), "omitted": .integer(omitted),
        ]
    }

    /// The responses that are named, as a header and rows.
    package var csv: (header: [String], rows: [[String]]) {
        (
            ["id", "state", "file", "line", "position"],
            listed.map { row in
                [
                    row.response.id, row.state, row.response.file, "\(row.response.line)",
                    row.response.position.map { "\($0)" } ?? "",
                ]
            }
        )
    }
}
