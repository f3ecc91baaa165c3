import JSON
import LedgerCore
import LedgerQueries
import Presentation

extension AuditAnswer {
    /// The acts, each with what was so before it and since.
    package var json: JSONValue {
        [
            "asOf": .integer(asOf), Incomplete.name: .integer(incomplete),
            "sealedBecause": .optional(sealedBecause),
            "acts": .array(
                acts.map { act in
                    [
                        "position": .integer(act.position),
                        "recordedAt": .string(Timestamp.format(act.recordedAt)),
                        "clock": .optional(act.clock.map { Timestamp.format($0) }),
                        "actor": .string(act.actor), "event": .string(act.event.rawValue),
                        "before": act.before.map(EventDetail.json) ?? .null,
                        "after": EventDetail.json(act.after),
                        "rollsBack": .optional(act.rollsBack), "cause": .optional(act.cause),
                        "gate": act.gate.map(GateText.json) ?? .null,
                        "disputed": .bool(act.isDisputed), "reason": .optional(act.reason),
                        "count": .integer(act.count), "through": .integer(act.through),
                    ]
                }),
            "omitted": .integer(omitted),
        ]
    }

    /// The acts, one a row; a gate's evidence as JSON in a field.
    package var csv: (header: [String], rows: [[String]]) {
        Incomplete.csv(
            (
                [
                    "position", "recordedAt", "actor", "event", "before", "after", "rollsBack",
                    "reason", "gate", "clock",
                ],
                acts.map { act in
                    [
                        "\(act.position)", Timestamp.format(act.recordedAt), act.actor,
                        act.event.rawValue, act.before.map(EventDetail.describe) ?? "",
                        EventDetail.describe(act.after), act.rollsBack.map { "\($0)" } ?? "",
                        act.reason ?? "", act.gate.map { GateText.json($0).serialized() } ?? "",
                        act.clock.map { Timestamp.format($0) } ?? "",
                    ]
                }
            ), incomplete)
    }
}

extension AuditAnswer {
    /// Why no act is on the page, for people; nil where one is.
    package var emptySentence: String? {
        EmptyPage.sentence(matching, of: existing, "act", none: "No acts.")
    }
}

extension QuarantineAnswer {
    /// Why no row is on the page, for people; nil where one is.
    package var emptySentence: String? {
        EmptyPage.sentence(
            matching, of: existing, "row", " in quarantine", none: "No rows in quarantine.")
    }
    /// The rows, with what was wrong with each.
    package var json: JSONValue {
        [
            "asOf": .integer(asOf), Incomplete.name: .integer(incomplete),
            "sealedBecause": .optional(sealedBecause),
            "rows": .array(
                rows.map { row in
                    [
                        "position": .integer(row.position),
                        "recordedAt": .string(Timestamp.format(row.recordedAt)),
                        "source": .string(row.source), "row": .integer(row.row),
                        "line": .integer(row.line), "code": .string(row.code),
                        "column": .optional(row.column), "expected": .string(row.expected),
                        "sourceRow": .optional(row.sourceRow),
                    ]
                }),
            "omitted": .integer(omitted),
        ]
    }

    /// The same, one a row.
    package var csv: (header: [String], rows: [[String]]) {
        Incomplete.csv(
            (
                ["position", "source", "row", "line", "code", "column", "expected", "sourceRow"],
                rows.map { row in
                    [
                        "\(row.position)", row.source, "\(row.row)", "\(row.line)", row.code,
                        row.column ?? "", row.expected, row.sourceRow ?? "",
                    ]
                }
            ), incomplete)
    }
}

/// A page without anything on it: whether there is nothing, or only nothing of what is asked for.
private enum EmptyPage {
    static func sentence(
        _ matching: Int, of existing: Int?, _ noun: String, _ place: String = "", none: String
    ) -> String? {
        guard let existing else { return nil }
        guard existing > 0 else { return none }
        let (matches, all) = (Formatted.count(matching, of: noun), Formatted.count(existing))
        if matching > 0 { return "The page begins after the last of \(matches)." }
        return "No \(noun) matches; there \(existing == 1 ? "is" : "are") \(all)\(place)."
    }
}
