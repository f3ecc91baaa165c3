import JSON
import LedgerCore
import LedgerQueries
import NPSStatistics
import Presentation

extension ScoreDifference {
    private func side(
        _ counts: NPSCounts, _ persons: ClusterSums, _ frame: AnswerFrame
    ) -> [(String, JSONValue)] {
        let bounds = frame.interval(of: counts, persons)
        return [
            ("responses", .integer(counts.total)), ("promoters", .integer(counts.promoters)),
            ("passives", .integer(counts.passives)), ("detractors", .integer(counts.detractors)),
            ("nps", .optional(AnswerNumber.points(counts.score))),
            ("low", .optional(AnswerNumber.points(bounds?.low))),
            ("high", .optional(AnswerNumber.points(bounds?.high))),
            ("persons", .integer(persons.persons)),
        ]
    }

    /// Points for reading, and the fraction of n₁·n₂ for adding up exactly.
    private func amount(_ numerator: Int, of group: Group) -> [(String, JSONValue)] {
        [
            (
                "points",
                .optional(group.points(numerator).map { ($0 * 10_000).rounded() / 10_000 })
            ),
            ("numerator", group.denominator == nil ? .null : .integer(numerator)),
        ]
    }

    private func json(_ group: Group, isTotal: Bool = false) -> [(String, JSONValue)] {
        [
            (
                "difference",
                .object(
                    amount(group.numerator, of: group)
                        + [("denominator", .optional(group.denominator))])
            ),
            (
                "reasons",
                .array(
                    rows(group).map { row in
                        .object(
                            [
                                ("reason", .string(row.name)), ("label", .string(row.label)),
                                ("responses", .integer(row.part.responses)),
                            ] + amount(row.part.numerator, of: group)
                                + (isTotal ? effects(row.name, row.part) : []))
                    })
            ),
            (
                "steps",
                .array(
                    group.steps.map { step in
                        [
                            "reason": .string(step.reason.name),
                            "points": .number((step.effect * 1e6).rounded() / 1e4),
                        ]
                    })
            ),
        ]
    }

    /// A reason's part in points, by scores and by mix; both null where nothing is grouped by.
    package func effects(_ name: String, _ part: Part) -> (score: Double, mix: Double)? {
        let reason = DifferenceReason.allCases.first { $0.name == name }
        guard let score = scoreEffect(of: reason), let whole = total.points(part.numerator) else {
            return nil
        }
        return (score * 100, whole - score * 100)
    }

    private func effects(_ name: String, _ part: Part) -> [(String, JSONValue)] {
        let found: (score: Double, mix: Double)? = effects(name, part)
        func points(_ value: Double?) -> JSONValue {
            .optional(value.map { ($0 * 10_000).rounded() / 10_000 })
        }
        return [("scoreEffect", points(found?.score)), ("mixEffect", points(found?.mix))]
    }

    /// The rows that add up to a difference: those of the reasons that occur, then the rest.
    package func rows(_ group: Group) -> [(name: String, label: String, part: Part)] {
        let words = DifferenceWords(self)
        return group.reasons.map { ($0.reason.name, words.label($0.reason, $0.part), $0.part) }
            + [("unchanged", "same responses, other total", group.unchanged)]
    }

    /// Everything but the responses.
    package var json: [(String, JSONValue)] {
        [
            ("first", .object(first.json + side(total.first, total.persons.first, first))),
            ("second", .object(second.json + side(total.second, total.persons.second, second))),
        ]
            + json(total, isTotal: true) + [
                (
                    "segments",
                    .array(
                        groups.map { group in
                            .object(
                                [
                                    (
                                        "segment",
                                        .object(zip(by, group.values).map { ($0, .optional($1)) })
                                    ),
                                    (
                                        "first",
                                        .object(side(group.first, group.persons.first, first))
                                    ),
                                    (
                                        "second",
                                        .object(side(group.second, group.persons.second, second))
                                    ),
                                ] + json(group))
                        })
                ), ("mix", mix.map { MixWords.json($0) } ?? .null),
                (
                    "causes",
                    .array(
                        causes.map {
                            [
                                "reason": .string($0.reason.name),
                                "position": .optional($0.position),
                            ]
                        })
                ), ("changed", .integer(changed)), ("omitted", .integer(changed - listed)),
            ]
    }

    /// The whole answer as JSON, in pieces: the head, then each response, then the end. The object
    /// stays open between them, since its last member is written as it is found.
    package var jsonHead: String {
        JSONValue.object(json).serialized(pretty: true).dropLast(2) + ",\n  \"responses\": ["
    }

    /// What comes before and with a response.
    package func jsonPiece(_ change: ListedChange, isFirst: Bool) -> String {
        (isFirst ? "\n    " : ",\n    ") + json(change).serialized()
    }

    /// What closes the answer.
    package static func jsonEnd(isEmpty: Bool) -> String { (isEmpty ? "]" : "\n  ]") + "\n}\n" }

    /// A response's part of the difference in points: one of ten million is a hundred-thousandth.
    private func points(_ change: ListedChange) -> Double? {
        total.points(change.numerator).map { ($0 * 1e9).rounded() / 1e9 }
    }

    private func json(_ change: ListedChange) -> JSONValue {
        var fields: [(String, JSONValue)] = [
            ("position", .integer(change.position)),
            ("segment", .object(dimensions.map { ($0, .optional(change.segments[$0])) })),
            ("first", .optional(change.first?.name)), ("second", .optional(change.second?.name)),
            ("reason", .string(change.reason.name)),
            ("because", .string(DifferenceWords(self).label(change))),
            ("amended", .array(change.amended.map { .string($0) })),
            ("points", .optional(points(change))),
            ("events", .array(change.events.map { .integer($0) })),
        ]
        if hasTexts { fields.append(("text", .optional(change.text))) }
        return .object(fields)
    }

    /// The columns of the listed responses.
    package var csvHeader: [String] {
        ["position"] + dimensions + ["first", "second", "reason", "because", "points", "events"]
            + (hasTexts ? ["text"] : []) + [Incomplete.name]
    }

    /// A listed response.
    package func csv(_ change: ListedChange) -> [String] {
        ["\(change.position)"] + dimensions.map { change.segments[$0] ?? "" } + [
            change.first?.name ?? "", change.second?.name ?? "", change.reason.name,
            DifferenceWords(self).label(change), AnswerNumber.text(points(change)),
            change.events.map { "\($0)" }.joined(separator: " "),
        ] + (hasTexts ? [change.text ?? ""] : []) + ["\(incomplete)"]
    }
}
