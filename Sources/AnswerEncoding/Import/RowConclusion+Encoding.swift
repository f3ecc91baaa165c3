import JSON
import NPSLedger

extension RowConclusion {
    /// What became of a response, for programs: with the position and leaf hash of what was
    /// recorded, which prove it.
    package var json: JSONValue {
        var members: [(String, JSONValue)] = [("outcome", .string(outcome))]
        if let receipt {
            members.append(("position", .integer(receipt.position)))
            members.append(("leafHash", .string(receipt.leafHash)))
        }
        if let response { members.append(("response", .integer(response))) }
        if let fault {
            members += [
                ("code", .string(fault.code)), ("field", .optional(fault.field)),
                ("expected", .string(fault.expected)),
            ]
        }
        return .object(members)
    }
}

/// What became of responses that were sent together, in the order in which they were sent.
package struct IntakeAnswer: Sendable {
    package let conclusions: [RowConclusion]

    package init(_ conclusions: [RowConclusion]) { self.conclusions = conclusions }

    /// Whether none of them was, or is, in the ledger.
    package var isNothingTaken: Bool {
        !conclusions.isEmpty && !conclusions.contains { $0.isTaken }
    }

    /// The conclusions, and how often each outcome came.
    package var json: JSONValue {
        let counts = conclusions.reduce(into: [String: Int]()) { $0[$1.outcome, default: 0] += 1 }
        let totals = counts.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.integer($0.value)) }
        return [
            "results": .array(conclusions.map(\.json)), "totals": .object(totals),
        ]
    }
}
