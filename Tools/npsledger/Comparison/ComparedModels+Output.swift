import AnswerEncoding
import LedgerCore
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics
import Presentation

extension ComparedModels {
    var json: JSONValue {
        let chosen = selection.keeping.sorted { $0.key < $1.key }.map { dimension, values in
            (dimension, JSONValue.array(values.sorted().map { .string($0) }))
        }
        let cuts = lens.thresholds
        return [
            "ledger": .string(origin),
            "asOf": [
                "position": .integer(lens.lens.asOf),
                "recordedAt": .optional(recordedAt.map(Timestamp.format)), "root": .string(root),
            ],
            "models": [
                "first": Self.json(models.first), "second": Self.json(models.second),
            ],
            "lens": [
                "basis": .string(lens.lens.basis.rawValue),
                "thresholds": .optional(lens.thresholdsID),
                "passiveFrom": .number(Double(cuts.passiveFrom) / 100),
                "promoterFrom": .number(Double(cuts.promoterFrom) / 100),
                "minConfidence": .number(Double(cuts.confidenceMin) / 100),
                "interval": .string(options.interval.rawValue),
                "confidence": .number(options.confidence),
                "adjustment": .string(adjustment.rawValue),
            ],
            "window": [
                "from": .optional(lens.lens.from.map(Timestamp.format)),
                "to": .optional(lens.lens.to.map(Timestamp.format)),
            ],
            "by": .array(selection.by.map { .string($0) }), "segment": .object(chosen),
            "texts": [
                "total": .integer(texts), "readByFirst": .integer(read.first),
                "readBySecond": .integer(read.second),
            ],
            "rows": .array(segments.map(json)), "total": json(total),
            "flips": .array(flips.map(json)), "omittedFlips": .integer(omitted),
        ]
    }

    private static func json(_ model: RegisteredModel) -> JSONValue {
        [
            "version": .integer(model.version), "digest": .string(model.digest),
            "state": .string(ModelEncoding.state(model)),
        ]
    }

    private func json(_ row: ComparisonRow) -> JSONValue {
        func side(_ counts: NPSCounts) -> JSONValue {
            let bounds = interval(counts)
            return [
                "nps": .optional(ScoreRow.points(counts.score)),
                "low": .optional(ScoreRow.points(bounds?.low)),
                "high": .optional(ScoreRow.points(bounds?.high)),
                "promoters": .integer(counts.promoters), "passives": .integer(counts.passives),
                "detractors": .integer(counts.detractors),
            ]
        }
        let bounds = interval(row)
        let segment = zip(selection.by, row.values).map { ($0, JSONValue.optional($1)) }
        return [
            "segment": .object(Array(segment)), "responses": .integer(row.after.total),
            "first": side(row.before), "second": side(row.after),
            "change": .optional(ScoreRow.points(row.difference?.estimate)),
            "low": .optional(ScoreRow.points(bounds?.low)),
            "high": .optional(ScoreRow.points(bounds?.high)),
            "p": .optional(row.p), "exactP": .bool(row.isExact),
            "adjustedP": .optional(row.adjustedP),
            "flips": row.flips.map(ComparisonRow.json) ?? .null,
        ]
    }

    private func json(_ flip: Flip) -> JSONValue {
        func probabilities(_ shares: [Int]) -> JSONValue {
            .object(
                zip(NPSClass.allCases, shares).map { ($0.name, .number(Double($1) / 10_000)) })
        }
        let response = flip.response
        var fields: [(String, JSONValue)] = [
            ("position", .integer(response.position)),
            ("occurredAt", .string(Timestamp.format(response.occurredAt))),
            (
                "segment",
                .object(
                    flip.segments.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
            ),
            ("score", .optional(response.score.map { Double($0) / 100 })),
            ("from", .string(response.from.name)), ("to", .string(response.to.name)),
            ("confidence", .number(Double(response.confidence) / 10_000)),
            ("first", probabilities(response.first)), ("second", probabilities(response.second)),
        ]
        if showsTexts { fields.append(("text", .optional(flip.text))) }
        return .object(fields)
    }

    /// The comparison as a header and rows: the segments, or without any all responses.
    var csv: (header: [String], rows: [[String]]) {
        let names = NPSClass.allCases.map(\.name)
        let cells = names.flatMap { from in
            names.map { from + "To" + $0.prefix(1).uppercased() + $0.dropFirst() }
        }
        let header =
            selection.by + [
                "responses", "firstNps", "firstLow", "firstHigh", "secondNps", "secondLow",
                "secondHigh", "change", "low", "high", "p", "exactP", "adjustedP", "flipped",
                "agreement", "kappa",
            ] + cells
        return (header, (selection.by.isEmpty ? [total] : segments).map(csv))
    }

    private func csv(_ row: ComparisonRow) -> [String] {
        let (first, second) = (interval(row.before), interval(row.after))
        let change = interval(row)
        let points = [
            row.before.score, first?.low, first?.high, row.after.score, second?.low, second?.high,
            row.difference?.estimate, change?.low, change?.high,
        ].map { Self.text(ScoreRow.points($0)) }
        let flips = row.flips ?? FlipMatrix()
        let counts = (0..<9).map { String(flips[from: $0 / 3, to: $0 % 3]) }
        return row.values.map { $0 ?? "" } + ["\(row.after.total)"] + points
            + [Self.text(row.p), "\(row.isExact)", Self.text(row.adjustedP), "\(flips.flipped)"]
            + [Self.text(flips.agreement), Self.text(flips.kappa)] + counts
    }

    /// The flipped responses as a header and rows.
    var flipsCSV: (header: [String], rows: [[String]]) {
        let dimensions = Set(flips.flatMap(\.segments.keys)).union(selection.by).sorted()
        let names = NPSClass.allCases.map { $0.name.prefix(1).uppercased() + $0.name.dropFirst() }
        let header =
            ["position", "occurredAt"] + dimensions.map { "segment." + $0 }
            + ["score", "from", "to", "confidence"] + names.map { "first" + $0 }
            + names.map { "second" + $0 } + (showsTexts ? ["text"] : [])
        let rows = flips.map { flip -> [String] in
            let response = flip.response
            let shares = ([response.confidence] + response.first + response.second).map {
                Self.text(Double($0) / 10_000)
            }
            return ["\(response.position)", Timestamp.format(response.occurredAt)]
                + dimensions.map { flip.segments[$0] ?? "" }
                + [response.score.map(EventDetail.score) ?? "", response.from.name]
                + [response.to.name] + shares + (showsTexts ? [flip.text ?? ""] : [])
        }
        return (header, rows)
    }

    private static func text(_ value: Double?) -> String {
        value.flatMap { Formatted.shortest($0) } ?? ""
    }
}
