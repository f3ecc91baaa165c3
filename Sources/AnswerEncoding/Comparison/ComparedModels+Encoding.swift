import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

extension ComparedModels {
    /// The cut-offs in words.
    package var thresholdsSentence: String {
        let cuts = frame.thresholds
        return (frame.thresholdsID.map { "thresholds \($0)" } ?? "standard thresholds")
            + ": " + EventDetail.cutOffs(cuts)
            + (cuts.confidenceMin > 0
                ? ", confidence from \(EventDetail.score(cuts.confidenceMin)) %" : "")
    }

    /// The dimensions that are kept to some values, and those values in words.
    package var keptValues: [(dimension: String, values: String)] {
        selection.keeping.sorted { $0.key < $1.key }.map { dimension, values in
            (dimension, values.sorted().map { $0.isEmpty ? "—" : $0 }.joined(separator: ", "))
        }
    }

    /// The response times in words; nil without bounds.
    package var windowSentence: String? {
        let parts = [
            frame.lens.from.map { "from \(Timestamp.format($0))" },
            frame.lens.to.map { "to \(Timestamp.format($0))" },
        ].compactMap { $0 }
        return parts.isEmpty ? nil : "responses " + parts.joined(separator: " ")
    }

    /// The values that tell a response: those of the comparison, or all it has.
    package func name(_ flip: Flip) -> String {
        let values =
            selection.by.isEmpty
            ? flip.segments.sorted { $0.key < $1.key }.map(\.value)
            : selection.by.map { flip.segments[$0] ?? "—" }
        return values.joined(separator: " · ")
    }

    /// The comparison for programs.
    package var json: JSONValue {
        let cuts = frame.thresholds
        return [
            "ledger": .string(origin),
            "asOf": frame.asOfJSON(root: root), "instant": frame.instantJSON,
            Incomplete.name: .integer(frame.incomplete),
            "models": [
                "first": Self.json(first), "second": Self.json(second),
            ],
            "lens": [
                "basis": .string(frame.lens.basis.rawValue),
                "thresholds": .optional(frame.thresholdsID),
                "passiveFrom": .number(Double(cuts.passiveFrom) / 100),
                "promoterFrom": .number(Double(cuts.promoterFrom) / 100),
                "minConfidence": .number(Double(cuts.confidenceMin) / 100),
                "interval": .string(frame.interval.rawValue),
                "confidence": .number(frame.confidence),
                "adjustment": .string(adjustment.rawValue), "later": frame.laterJSON,
            ],
            "window": frame.windowJSON,
            "by": .array(selection.by.map { .string($0) }), "segment": selection.keepingJSON,
            "texts": [
                "total": .integer(texts), "readByFirst": .integer(readByFirst),
                "readBySecond": .integer(readBySecond),
                "unlearntByFirst": .integer(unlearnt.first),
                "unlearntBySecond": .integer(unlearnt.second),
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
                "nps": .optional(AnswerNumber.points(counts.score)),
                "low": .optional(AnswerNumber.points(bounds?.low)),
                "high": .optional(AnswerNumber.points(bounds?.high)),
                "promoters": .integer(counts.promoters), "passives": .integer(counts.passives),
                "detractors": .integer(counts.detractors),
            ]
        }
        let bounds = interval(row)
        let segment = zip(selection.by, row.values).map { ($0, JSONValue.optional($1)) }
        return [
            "segment": .object(Array(segment)), "responses": .integer(row.after.total),
            "first": side(row.before), "second": side(row.after),
            "change": .optional(AnswerNumber.points(row.difference?.estimate)),
            "low": .optional(AnswerNumber.points(bounds?.low)),
            "high": .optional(AnswerNumber.points(bounds?.high)),
            "p": .optional(row.p), "exactP": .bool(row.isExact),
            "adjustedP": .optional(row.adjustedP),
            "flips": row.flips?.json ?? .null,
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
    package var csv: (header: [String], rows: [[String]]) {
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
        return Incomplete.csv(
            (header, (selection.by.isEmpty ? [total] : segments).map(csv)), frame.incomplete)
    }

    private func csv(_ row: ComparisonRow) -> [String] {
        let (first, second) = (interval(row.before), interval(row.after))
        let change = interval(row)
        let points = [
            row.before.score, first?.low, first?.high, row.after.score, second?.low, second?.high,
            row.difference?.estimate, change?.low, change?.high,
        ].map(AnswerNumber.pointsText)
        let flips = row.flips ?? FlipMatrix()
        let counts = (0..<9).map { String(flips[from: $0 / 3, to: $0 % 3]) }
        return row.values.map { $0 ?? "" } + ["\(row.after.total)"] + points
            + [
                AnswerNumber.text(row.p), "\(row.isExact)", AnswerNumber.text(row.adjustedP),
                "\(flips.flipped)",
            ]
            + [AnswerNumber.text(flips.agreement), AnswerNumber.text(flips.kappa)] + counts
    }

    /// The flipped responses as a header and rows.
    package var flipsCSV: (header: [String], rows: [[String]]) {
        let dimensions = Set(flips.flatMap(\.segments.keys)).union(selection.by).sorted()
        let names = NPSClass.allCases.map { $0.name.prefix(1).uppercased() + $0.name.dropFirst() }
        let header =
            ["position", "occurredAt"] + dimensions.map { "segment." + $0 }
            + ["score", "from", "to", "confidence"] + names.map { "first" + $0 }
            + names.map { "second" + $0 } + (showsTexts ? ["text"] : [])
        let rows = flips.map { flip -> [String] in
            let response = flip.response
            let shares = ([response.confidence] + response.first + response.second).map {
                AnswerNumber.text(Double($0) / 10_000)
            }
            return ["\(response.position)", Timestamp.format(response.occurredAt)]
                + dimensions.map { flip.segments[$0] ?? "" }
                + [response.score.map(EventDetail.score) ?? "", response.from.name]
                + [response.to.name] + shares + (showsTexts ? [flip.text ?? ""] : [])
        }
        return Incomplete.csv((header, rows), frame.incomplete)
    }
}
