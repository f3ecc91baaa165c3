import JSON
import LedgerQueries
import NPSStatistics
import Presentation

extension ComparisonAnswer {
    /// The comparison for programs.
    package var json: JSONValue {
        .object(
            frame.json + [
                ("rows", .array(rows.map { $0.json(confidence($0)) })),
                ("omitted", .integer(omitted)), ("responses", .integer(responses)),
                ("persons", .optional(persons)),
                ("total", total.map { $0.json(frame.confidenceShare) } ?? .null),
                ("mix", mix.map { MixWords.json($0, confidence: frame.confidenceShare) } ?? .null),
                frame.unlearntJSON,
            ])
    }

    /// The comparison as a header and rows.
    package var csv: (header: [String], rows: [[String]]) {
        Incomplete.csv(
            (
                [
                    "name", "first", "second", "firstResponses", "secondResponses", "firstNps",
                    "secondNps", "difference", "low", "high", "p", "adjustedP", "firstPersons",
                    "secondPersons", "personsInBoth", "test", "intervalConfidence", "scoreEffect",
                    "mixEffect",
                ] + (rows.first?.perPerson == nil ? [] : PersonChange.columns),
                rows.map { $0.csv(confidence($0)) }
                    + (total.map { [$0.csv(frame.confidenceShare)] } ?? [])
            ), frame.incomplete)
    }

    /// What a reader has to know beside the figures, a sentence each.
    package var sentences: [String] {
        var sentences =
            mix.map {
                [MixWords.sentence($0, by: by, confidence: frame.confidenceShare)]
            } ?? []
        let both = rows.count == 1 ? rows[0].persons?.both ?? 0 : 0
        if let persons, persons < responses {
            sentences.append(
                "\(Formatted.count(responses)) answers of \(Formatted.count(persons)) people"
                    + (both > 0 ? ", \(Formatted.count(both)) of them on both sides" : "")
                    + "; intervals and p count people")
        } else if both > 0 {
            sentences.append(
                "\(Formatted.count(both)) people are on both sides; interval and p take that in")
        }
        if let markedConfidence {
            sentences.append(
                (marked == 1
                    ? "the interval of \(rows.first(where: isReal)?.name ?? "the row"), marked, is at "
                    : "intervals of the \(Formatted.count(marked)) marked rows are at ")
                    + "\(Self.percent(markedConfidence)) %, for having been selected")
        } else if marked > 0, rows.count > 1, persons != nil, rows.contains(where: { !isReal($0) })
        {
            sentences.append("intervals of marked rows are not adjusted for their selection")
        }
        if rows.contains(where: { $0.perPerson != nil }) {
            sentences.append(PersonScore.sentence(frame))
        }
        return sentences + [frame.sentence] + (frame.unlearntSentence.map { [$0] } ?? [])
    }

    /// With as many decimals as tell it from 100.
    private static func percent(_ share: Double) -> String {
        Formatted.fixed(share * 100, decimals: share > 0.9995 ? 4 : share > 0.995 ? 2 : 1)
    }
}

extension ComparisonRow {
    private static func side(_ name: String, _ counts: NPSCounts, _ persons: Int?) -> JSONValue {
        .object(
            [
                ("name", .string(name)), ("responses", .integer(counts.total)),
                ("promoters", .integer(counts.promoters)),
                ("passives", .integer(counts.passives)),
                ("detractors", .integer(counts.detractors)),
                ("nps", .optional(AnswerNumber.points(counts.score))),
            ] + (persons.map { [("persons", .integer($0))] } ?? []))
    }

    fileprivate func json(_ confidence: Double) -> JSONValue {
        let bounds = difference?.interval(confidence: confidence)
        var fields: [(String, JSONValue)] = [
            ("name", .string(name)), ("first", Self.side(beforeName, before, persons?.before)),
            ("second", Self.side(afterName, after, persons?.after)),
            ("difference", .optional(AnswerNumber.points(difference?.estimate))),
            ("low", .optional(AnswerNumber.points(bounds?.low))),
            ("high", .optional(AnswerNumber.points(bounds?.high))),
            ("p", .optional(p)), ("adjustedP", .optional(adjustedP)),
            ("test", .optional(test?.rawValue)),
            ("intervalConfidence", .number(confidence * 100)),
        ]
        if let persons { fields.append(("personsInBoth", .integer(persons.both))) }
        if let mix {
            fields.append(("scoreEffect", .optional(AnswerNumber.points(mix.score))))
            fields.append(("mixEffect", .optional(AnswerNumber.points(mix.mix))))
        }
        if let perPerson { fields += perPerson.fields(confidence) }
        if let flips {
            fields.append(("exactP", .bool(isExact)))
            fields.append(("flips", flips.json))
        }
        return .object(fields)
    }

    fileprivate func csv(_ confidence: Double) -> [String] {
        let bounds = difference?.interval(confidence: confidence)
        return [name, beforeName, afterName, "\(before.total)", "\(after.total)"]
            + [before.score, after.score, difference?.estimate, bounds?.low, bounds?.high]
            .map(AnswerNumber.pointsText)
            + [p, adjustedP].map(AnswerNumber.text)
            + [persons?.before, persons?.after, persons?.both].map { $0.map(String.init) ?? "" }
            + [test?.rawValue ?? "", AnswerNumber.text(confidence * 100)]
            + [mix?.score, mix?.mix].map(AnswerNumber.pointsText)
            + (perPerson?.points(confidence).map(AnswerNumber.pointsText) ?? [])
    }
}

extension PersonChange {
    fileprivate static let columns = [
        "firstPersonNps", "secondPersonNps", "personDifference", "personLow", "personHigh",
    ]

    fileprivate func points(_ confidence: Double) -> [Double?] {
        let bounds = difference?.interval(confidence: confidence)
        return [before, after, difference?.estimate, bounds?.low, bounds?.high]
    }

    fileprivate func fields(_ confidence: Double) -> [(String, JSONValue)] {
        zip(Self.columns, points(confidence)).map { ($0, .optional(AnswerNumber.points($1))) }
    }
}

extension FlipMatrix {
    /// From which class (rows) to which (columns), and how far both agree.
    package var json: JSONValue {
        [
            "matrix": .array(
                (0..<3).map { from in .array((0..<3).map { .integer(self[from: from, to: $0]) }) }),
            "flipped": .integer(flipped), "total": .integer(total),
            "agreement": .optional(agreement), "kappa": .optional(kappa),
        ]
    }
}
