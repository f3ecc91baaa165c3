import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import Presentation

extension ImportsAnswer {
    /// The imports, for programs.
    package var json: JSONValue {
        [
            "asOf": .integer(asOf),
            "imports": .array(
                imports.map { started in
                    [
                        "import": .integer(started.number), "source": .string(started.source),
                        "kind": .string(started.kind.rawValue),
                        "scheme": .optional(started.scheme),
                        "mapping": .integer(started.mapping),
                        "position": .integer(started.position),
                        "startedAt": .string(Timestamp.format(started.startedAt)),
                        "actor": .string(started.actor),
                    ]
                }),
        ]
    }

    /// A header and a row for each import.
    package var csv: (header: [String], rows: [[String]]) {
        (
            ["import", "source", "kind", "scheme", "mapping", "position", "startedAt", "actor"],
            imports.map { started in
                [
                    "\(started.number)", started.source, started.kind.rawValue,
                    started.scheme ?? "", "\(started.mapping)", "\(started.position)",
                    Timestamp.format(started.startedAt), started.actor,
                ]
            }
        )
    }
}

extension DeliveriesAnswer {
    /// The deliveries, for programs.
    package var json: JSONValue {
        let states = DeliveryRecord.State.allCases
        return [
            "asOf": .integer(asOf), "waiting": .integer(waiting),
            "oldestWaiting": .optional(oldestWaiting.map { Timestamp.format($0) }),
            "hooks": .array(
                hooks.map { hook in
                    .object(
                        [("hook", .string(hook.name))]
                            + states.map { ($0.rawValue, .integer(hook.counts[$0] ?? 0)) })
                }),
            "deliveries": .array(deliveries.map(\.json)), "omitted": .integer(omitted),
        ]
    }

    /// A header and a row for each delivery.
    package var csv: (header: [String], rows: [[String]]) {
        (
            [
                "position", "hook", "receivedAt", "bytes", "state", "responses", "attempts",
                "code", "expected",
            ],
            deliveries.map { record in
                [
                    "\(record.position)", record.hook, Timestamp.format(record.receivedAt),
                    "\(record.bytes)", record.state.rawValue, "\(record.responses)",
                    "\(record.attempts)", record.code ?? "", record.expected ?? "",
                ]
            }
        )
    }

    /// How many wait, in a sentence.
    package var sentence: String {
        guard waiting > 0 else { return "No delivery waits for a good attempt." }
        let age = recordedAt.flatMap { now in
            oldestWaiting.map { max(0, now - $0) / 1_000_000 }
        }
        return Formatted.count(waiting, of: "delivery")
            + (waiting == 1 ? " waits" : " wait") + " for a good attempt"
            + (age.map { ", the oldest for \(Formatted.count(Int($0))) s" } ?? "") + "."
    }
}

extension DeliveryRecord {
    fileprivate var json: JSONValue {
        [
            "position": .integer(position), "hook": .string(hook),
            "receivedAt": .string(Timestamp.format(receivedAt)), "bytes": .integer(bytes),
            "state": .string(state.rawValue), "responses": .integer(responses),
            "attempts": .integer(attempts), "code": .optional(code),
            "expected": .optional(expected),
        ]
    }
}
