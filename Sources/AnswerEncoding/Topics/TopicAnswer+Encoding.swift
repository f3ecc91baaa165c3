import Classification
import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

extension TopicAnswer {
    /// The answer, for programs.
    package var json: JSONValue {
        .object(
            frame.json + [
                ("model", .integer(model)), frame.unlearntJSON,
                (
                    "segments",
                    .array(
                        groups.map { group in
                            [
                                "segment": .object(
                                    zip(by, group.values).map { ($0, .optional($1)) }),
                                "read": .integer(group.tally.read),
                                "unread": .integer(group.tally.unread),
                                "withoutTopic": .integer(group.tally.withoutTopic),
                                "nps": .optional(AnswerNumber.points(group.tally.scores.score)),
                                "topics": .array(group.rows.map(json)),
                            ]
                        })
                ),
            ])
    }

    private func json(_ row: Row) -> JSONValue {
        let bounds = row.difference?.interval(confidence: frame.confidenceShare)
        return [
            "topic": .integer(row.number), "name": .string(row.topic.name),
            "origin": .optional(row.topic.origin?.name),
            "responses": .integer(row.responses), "share": .optional(row.share),
            "scored": .integer(row.scores.total),
            "promoters": .integer(row.scores.promoters),
            "passives": .integer(row.scores.passives),
            "detractors": .integer(row.scores.detractors),
            "nps": .optional(AnswerNumber.points(row.scores.score)),
            "low": .optional(AnswerNumber.points(row.interval?.low)),
            "high": .optional(AnswerNumber.points(row.interval?.high)),
            "othersScored": .integer(row.others.total),
            "othersNps": .optional(AnswerNumber.points(row.others.score)),
            "difference": .optional(AnswerNumber.points(row.difference?.estimate)),
            "differenceLow": .optional(AnswerNumber.points(bounds?.low)),
            "differenceHigh": .optional(AnswerNumber.points(bounds?.high)),
            "p": .optional(row.difference?.pValue), "adjustedP": .optional(row.adjustedP),
        ]
    }

    /// A row for each topic of each segment.
    package var csv: (header: [String], rows: [[String]]) {
        let header =
            by + [
                "topic", "origin", "responses", "share", "scored", "promoters", "passives",
                "detractors", "nps", "low", "high", "othersScored", "othersNps", "difference",
                "differenceLow", "differenceHigh", "p", "adjustedP",
            ]
        return Incomplete.csv(
            (header, groups.flatMap { group in group.rows.map { csv($0, group) } }),
            frame.incomplete)
    }

    private func csv(_ row: Row, _ group: Group) -> [String] {
        let bounds = row.difference?.interval(confidence: frame.confidenceShare)
        let counts = [
            row.scores.total, row.scores.promoters, row.scores.passives, row.scores.detractors,
        ].map(String.init)
        let scores = [row.scores.score, row.interval?.low, row.interval?.high]
        let differences = [
            row.others.score, row.difference?.estimate, bounds?.low, bounds?.high,
        ]
        return group.values.map { $0 ?? "" }
            + [
                row.topic.name, row.topic.origin?.name ?? "", "\(row.responses)",
                AnswerNumber.text(row.share),
            ] + counts + scores.map(AnswerNumber.pointsText) + ["\(row.others.total)"]
            + differences.map(AnswerNumber.pointsText)
            + [AnswerNumber.text(row.difference?.pValue), AnswerNumber.text(row.adjustedP)]
    }
}

extension TopicTaxonomy {
    /// The topics as their file has them.
    package var json: JSONValue {
        [
            "exclusive": .bool(isExclusive),
            "topics": .array(
                topics.map { topic in
                    [
                        "name": .string(topic.name), "description": .string(topic.description),
                        "phrases": .array(topic.phrases.map { .string($0) }),
                    ]
                }),
        ]
    }

    /// A row for each topic.
    package var csv: (header: [String], rows: [[String]]) {
        (
            ["topic", "description", "phrases"],
            topics.map { [$0.name, $0.description, $0.phrases.joined(separator: "; ")] }
        )
    }

    /// Topics without phrases: they are found only once there are labels.
    package var mute: [String] { topics.filter(\.phrases.isEmpty).map(\.name) }

    /// How much there is to train with.
    package var summary: [(String, JSONValue)] {
        [
            ("topics", .integer(topics.count)), ("exclusive", .bool(isExclusive)),
            ("phrases", .integer(topics.reduce(0) { $0 + $1.phrases.count })),
            ("withoutPhrases", .array(mute.map { .string($0) })),
        ]
    }
}
