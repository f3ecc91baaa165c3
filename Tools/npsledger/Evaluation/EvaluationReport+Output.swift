import AnswerEncoding
import LedgerCore
import LedgerQueries
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics
import Presentation

extension EvaluationReport {
    var json: JSONValue {
        let total = evaluation.total
        return [
            "ledger": .string(origin),
            "asOf": [
                "position": .integer(lens.lens.asOf),
                "recordedAt": .optional(recordedAt.map(Timestamp.format)), "root": .string(root),
            ],
            "model": [
                "version": .integer(model.version), "digest": .string(model.digest),
                "state": .string(ModelEncoding.state(model)),
            ],
            "evaluates": recipe == nil ? "version" : "recipe",
            "split": splitJSON, "file": fileJSON, "training": trainingJSON,
            "window": [
                "from": .optional(lens.lens.from.map(Timestamp.format)),
                "to": .optional(lens.lens.to.map(Timestamp.format)),
            ],
            "segment": .object(
                selection.keeping.sorted { $0.key < $1.key }.map { dimension, values in
                    (dimension, JSONValue.array(values.sorted().map { .string($0) }))
                }),
            "thresholds": .optional(lens.thresholdsID),
            "responses": [
                "labelled": .integer(counts.labelled), "evaluated": .integer(total.count),
                "leftOut": .integer(counts.leftOut), "erased": .integer(counts.erased),
                "readNow": .integer(counts.readNow), "reviewed": .integer(counts.reviewed),
                "unlabelled": .integer(counts.unlabelled), "rejected": .integer(counts.rejected),
            ],
            "confidence": .number(confidence * 100),
            "accuracy": Self.json(figures.accuracy),
            "majority": [
                "class": .string(figures.majority.name), "share": .number(figures.majority.share),
            ],
            "macroF1": Self.json(figures.macroF1), "kappa": Self.json(figures.kappa),
            "weightedKappa": Self.json(figures.weightedKappa),
            "brier": Self.json(figures.brier), "logLoss": Self.json(figures.logLoss),
            "calibration": calibrationJSON,
            "classes": .array(NPSClass.allCases.map(json)),
            "confusion": .array(
                (0..<3).map { actual in
                    .array(
                        (0..<3).map {
                            .integer(evaluation.quality.confusion[actual: actual, predicted: $0])
                        })
                }),
            "nps": json(total, adjustedP: nil),
            "by": .array(selection.by.map { .string($0) }),
            "responsesAtLeast": .integer(responsesAtLeast),
            "segments": .array(
                rows.map { row in
                    let values = zip(selection.by, row.segment.values)
                    let segment = values.map { ($0, JSONValue.optional($1)) }
                    return .object(
                        [("segment", .object(Array(segment)))]
                            + fields(row.segment, adjustedP: row.adjustedP))
                }),
            "smallSegments": small.map { small in
                .object(
                    [("count", .integer(small.count))] + fields(small.sum, adjustedP: nil))
            } ?? .null,
            "segmentError": segmentError.map { error in
                [
                    "expected": .optional(ScoreRow.points(error.expected)),
                    "counted": .optional(ScoreRow.points(error.counted)),
                ]
            } ?? .null,
        ]
    }

    static func json(_ figure: Figure) -> JSONValue {
        [
            "value": .optional(figure.value), "low": .optional(figure.interval?.low),
            "high": .optional(figure.interval?.high),
        ]
    }

    private var splitJSON: JSONValue {
        guard case .recipe(let outcome, let before, let dimension) = subject else { return .null }
        return [
            "kind": .string(outcome.split.rawValue), "trainings": .integer(outcome.trainings),
            "examplesLeast": .integer(outcome.examples.lowerBound),
            "examplesMost": .integer(outcome.examples.upperBound),
            "before": .optional(before.map(Timestamp.format)), "dimension": .optional(dimension),
            "folds": .array(
                outcome.folds.map { fold in .array(fold.map { .string($0) }) }),
        ]
    }

    private var fileJSON: JSONValue {
        guard case .file(let path, let digest) = subject else { return .null }
        return ["name": .string(path), "sha256": .optional(digest)]
    }

    private var trainingJSON: JSONValue {
        switch trained {
        case .here(let record, let examples):
            [
                "known": true, "asOf": .integer(record.asOf), "root": .string(record.root),
                "responses": .integer(examples.count), "seed": .integer(record.seed),
                "ece": .optional(record.calibrationError.map { Double($0) / 10_000 }),
            ]
        case .embedded: ["known": true, "responses": 0]
        case .unknown: ["known": false]
        }
    }

    private var calibrationJSON: JSONValue {
        guard let reliability = figures.reliability else { return .null }
        return [
            "ece": .number(reliability.expectedCalibrationError),
            "maximum": .number(reliability.maximumCalibrationError),
            "overconfidence": .number(reliability.overconfidence),
            "byChance": .optional(figures.byChance?.mean),
            "byChanceHigh": .optional(figures.byChance?.high),
            "grade": .optional(verdict?.grade.rawValue),
            "bins": .array(
                reliability.bins.map { bin in
                    let bounds = bin.interval(confidence: confidence)
                    return [
                        "from": .number(bin.range.low), "to": .number(bin.range.high),
                        "responses": .integer(bin.count),
                        "confidence": .optional(bin.meanConfidence),
                        "right": .optional(bin.observedRate), "low": .optional(bounds?.low),
                        "high": .optional(bounds?.high),
                    ]
                }),
        ]
    }

    private func json(_ label: NPSClass) -> JSONValue {
        let (matrix, index) = (evaluation.quality.confusion, Int(label.rawValue))
        return [
            "name": .string(label.name), "stated": .integer(matrix.actualCount(index)),
            "read": .integer(matrix.predictedCount(index)),
            "precision": .optional(matrix.precision(index)),
            "recall": .optional(matrix.recall(index)), "f1": .optional(matrix.f1(index)),
        ]
    }

    private func json(_ segment: ModelEvaluation.Segment, adjustedP: Double?) -> JSONValue {
        .object(fields(segment, adjustedP: adjustedP))
    }

    private func fields(
        _ segment: ModelEvaluation.Segment, adjustedP: Double?
    ) -> [(String, JSONValue)] {
        zip(Self.segmentColumns, values(segment, adjustedP: adjustedP)).map { name, value in
            (name, name == "responses" ? .integer(segment.count) : .optional(value))
        }
    }

    private static let segmentColumns = [
        "responses", "stated", "expected", "bias", "low", "high", "p", "adjustedP", "counted",
        "countedBias", "countedLow", "countedHigh",
    ]

    private func values(
        _ segment: ModelEvaluation.Segment, adjustedP: Double?
    ) -> [Double?] {
        let (bias, change) = (segment.bias.difference, segment.flips.bias.difference)
        let (bounds, countedBounds) = (interval(bias), interval(change))
        return [Double(segment.count)]
            + [segment.stated.score, segment.expected, bias?.estimate, bounds?.low, bounds?.high]
            .map { ScoreRow.points($0) } + [bias?.pValue, adjustedP]
            + [segment.counted.score, change?.estimate, countedBounds?.low, countedBounds?.high]
            .map { ScoreRow.points($0) }
    }

    /// The segments as a header and rows; without any, all responses as one row.
    var csv: (header: [String], rows: [[String]]) {
        func cells(_ segment: ModelEvaluation.Segment, adjustedP: Double?) -> [String] {
            values(segment, adjustedP: adjustedP).map {
                $0.flatMap { Formatted.shortest($0) } ?? ""
            }
        }
        guard !selection.by.isEmpty else {
            return (Self.segmentColumns, [cells(evaluation.total, adjustedP: nil)])
        }
        return (
            selection.by + Self.segmentColumns,
            rows.map { row in
                row.segment.values.map { $0 ?? "" } + cells(row.segment, adjustedP: row.adjustedP)
            }
        )
    }
}
