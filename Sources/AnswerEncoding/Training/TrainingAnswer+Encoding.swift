import JSON
import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger
import Presentation

extension TrainingAnswer {
    package var json: [(String, JSONValue)] {
        [
            ("version", .integer(model.version)), ("digest", .string(model.digest)),
            ("isNew", .bool(isNew)), ("metrics", ModelCard.json(metrics)),
        ]
    }
}

extension RetrainingPlan {
    package var json: [(String, JSONValue)] {
        [
            ("follows", .integer(model.version)), ("trainedAsOf", .integer(record.asOf)),
            ("asOf", .integer(asOf)), ("examples", .integer(examples)),
            ("newLabels", .integer(newLabels)),
            (
                "openRequests",
                .array(
                    openRequests.map {
                        [
                            "position": .integer($0.position),
                            "recordedAt": .string(Timestamp.format($0.recordedAt)),
                            "actor": .string($0.actor),
                            "trigger": .string($0.request.trigger.rawValue),
                            "follows": .optional($0.request.follows),
                        ]
                    })
            ),
        ]
    }
}

extension RetrainingAnswer {
    package var json: [(String, JSONValue)] {
        plan.json + [
            ("request", .integer(request)), ("outcome", .string(outcome.rawValue)),
            ("version", .integer(model.version)), ("digest", .string(model.digest)),
            ("metrics", ModelCard.json(metrics)),
        ]
    }
}
