import JSON
import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger
import Presentation

extension ProjectionListing {
    /// The projections and how far the log has come.
    package var json: JSONValue {
        [
            "size": .integer(size), "commitEvery": .optional(recordsDigestsEvery),
            "projections": .array(projections.map(\.json)),
        ]
    }

    /// The projections, one a row.
    package var csv: (header: [String], rows: [[String]]) {
        (
            [
                "id", "version", "position", "lag", "digest", "bytes", "otherBuild",
                "otherVersion", "otherPosition", "committedUpTo", "committedAt", "quarantined",
                "needsRebuild", "reason",
            ], projections.map(\.fields)
        )
    }
}

extension ProjectionStatus {
    fileprivate var json: JSONValue {
        [
            "id": .string(id), "version": .optional(live?.version),
            "position": .optional(live?.position), "lag": .optional(lag),
            "digest": .optional(digest.map { Hex.encode($0) }), "bytes": .integer(bytes),
            "builds": .array(
                builds.map { build in
                    [
                        "state": .string(build.state.rawValue),
                        "version": .optional(build.version), "position": .integer(build.position),
                    ]
                }),
            "committed": recorded.map { record in
                [
                    "upTo": .integer(record.upTo), "position": .integer(record.position),
                    "recordedAt": .string(Timestamp.format(record.recordedAt)),
                    "digest": .string(Hex.encode(record.digest)),
                ]
            } ?? .null,
            "quarantined": .optional(quarantined), "needsRebuild": .bool(need != nil),
            "reason": .optional(need?.reason),
        ]
    }

    fileprivate var fields: [String] {
        func text(_ value: (some CustomStringConvertible)?) -> String {
            value.map { "\($0)" } ?? ""
        }
        return [
            id, text(live?.version), text(live?.position), text(lag),
            digest.map { Hex.encode($0) } ?? "", "\(bytes)", other?.state.rawValue ?? "",
            text(other?.version), text(other?.position), text(recorded?.upTo),
            text(recorded?.position), text(quarantined), need == nil ? "false" : "true",
            need?.reason ?? "",
        ]
    }
}

/// What rebuilds came to.
package enum RebuildEncoding {
    /// The projections that were rebuilt.
    package static func json(_ outcomes: [RebuildOutcome]) -> JSONValue {
        [
            "projections": .array(
                outcomes.map { outcome in
                    [
                        "id": .string(outcome.projection),
                        "result": .string(outcome.result.rawValue),
                        "digest": .string(Hex.encode(outcome.digest)),
                    ]
                })
        ]
    }

    /// The same, one a row.
    package static func csv(
        _ outcomes: [RebuildOutcome]
    ) -> (header: [String], rows: [[String]]) {
        (
            ["id", "result", "digest"],
            outcomes.map { [$0.projection, $0.result.rawValue, Hex.encode($0.digest)] }
        )
    }
}

extension SwapBackOutcome {
    /// Both builds, and how they compare.
    package var fields: [(String, JSONValue)] {
        func json(_ build: Build) -> JSONValue {
            [
                "version": .integer(build.version), "position": .integer(build.position),
                "digest": .optional(build.digest.map { Hex.encode($0) }),
            ]
        }
        return [
            ("id", .string(projection)), ("live", json(live)), ("kept", json(kept)),
            ("comparison", .optional(isEqual.map { $0 ? "equal" : "different" })),
        ]
    }
}

extension DigestsOutcome {
    /// The cadence, and what became of each projection.
    package var json: JSONValue {
        [
            "commitEvery": .optional(cadence),
            "projections": .array(
                projections.map { outcome in
                    [
                        "id": .string(outcome.projection),
                        "result": .string(outcome.result.rawValue),
                        "version": .integer(outcome.version), "upTo": .integer(outcome.upTo),
                        "position": .integer(outcome.position),
                        "digest": .string(Hex.encode(outcome.digest)),
                    ]
                }),
        ]
    }

    /// The projections, one a row.
    package var csv: (header: [String], rows: [[String]]) {
        (
            ["id", "result", "version", "upTo", "position", "digest"],
            projections.map { outcome in
                [
                    outcome.projection, outcome.result.rawValue, "\(outcome.version)",
                    "\(outcome.upTo)", "\(outcome.position)", Hex.encode(outcome.digest),
                ]
            }
        )
    }
}
