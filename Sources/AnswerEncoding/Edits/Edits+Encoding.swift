import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import Presentation

/// Threshold sets as they were put into force.
package enum ThresholdsEncoding {
    /// The sets.
    package static func json(_ edits: [ThresholdRegistry.Edit]) -> JSONValue {
        [
            "thresholds": .array(
                edits.map { edit in
                    .object(
                        [("id", .integer(edit.id))] + EventDetail.json(edit.thresholds) + [
                            ("position", .integer(edit.position)),
                            ("recordedAt", .string(Timestamp.format(edit.recordedAt))),
                            ("actor", .string(edit.actor)),
                        ])
                })
        ]
    }

    /// The same, one a row.
    package static func csv(
        _ edits: [ThresholdRegistry.Edit]
    ) -> (header: [String], rows: [[String]]) {
        (
            [
                "id", "passiveFrom", "promoterFrom", "minConfidence", "position", "recordedAt",
                "actor",
            ], edits.map { row($0, time: Timestamp.format($0.recordedAt)) }
        )
    }

    /// A set as texts, with the time written as it is to be shown.
    package static func row(_ edit: ThresholdRegistry.Edit, time: String) -> [String] {
        [
            "\(edit.id)", EventDetail.score(edit.thresholds.passiveFrom),
            EventDetail.score(edit.thresholds.promoterFrom),
            EventDetail.score(edit.thresholds.confidenceMin), "\(edit.position)", time, edit.actor,
        ]
    }
}

/// Policies and their values.
package enum PolicyEncoding {
    /// The values, each with the act that put it into force.
    package static func json(_ values: [PolicyValue]) -> JSONValue {
        [
            "policies": .array(
                values.map { value in
                    [
                        "policy": .string(value.policy.rawValue), "value": .string(value.value),
                        "position": .optional(value.edit?.position),
                        "recordedAt": .optional(value.edit.map { Timestamp.format($0.recordedAt) }),
                        "actor": .optional(value.edit?.actor),
                    ]
                })
        ]
    }

    /// The same, one a row.
    package static func csv(_ values: [PolicyValue]) -> (header: [String], rows: [[String]]) {
        (
            ["policy", "value", "position", "recordedAt", "actor"],
            values.map { value in
                [
                    value.policy.rawValue, value.value, value.edit.map { "\($0.position)" } ?? "",
                    value.edit.map { Timestamp.format($0.recordedAt) } ?? "",
                    value.edit?.actor ?? "",
                ]
            }
        )
    }
}
