import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

extension EvaluationAnswer {
    package var json: JSONValue {
        let total = evaluation.total
        return [
            "ledger": .string(origin),
            "asOf": frame.asOfJSON(root: root), "instant": frame.instantJSON,
            Incomplete.name: .integer(frame.incomplete),
            "model": [
                "version": .integer(model.version), "digest": .string(model.digest),
                "state": .string(ModelEncoding.state(model)),
            ],
            "evaluates": recipe == nil ? "version" : "recipe",
            "split": splitJSON, "file": fileJSON, "training": trainingJSON,
            "window": frame.windowJSON,
            "segment": selection.keepingJSON,
            "thresholds": .optional(frame.thresholdsID), "later": frame.laterJSON,
            "responses": [
                "labelled": .integer(counts.labelled), "evaluated": .integer(total.count),
                "leftOut": .integer(counts.leftOut), "erased": .integer(counts.erased),
                "unlearntLanguage": .integer(counts.unlearnt),
                "readNow": .integer(counts.readNow), "reviewed": .integer(counts.reviewed),
                "unlabelled": .integer(counts.unlabelled), "rejected": .integer(counts.rejected),
            ],
            "confidence": .number(confidence * 100),
            "accuracy": EvaluationFigures.json(figures.accuracy),
            "majority": [
                "class": .string(figures.majority.npsClass.name),
                "share": .number(figures.majority.share),
            ],
            "macroF1": EvaluationFigures.json(figures.macroF1),
            "kappa": EvaluationFigures.json(figures.kappa),
            "weightedKappa": EvaluationFigures.json(figures.weightedKappa),
            "brier": EvaluationFigures.json(figures.brier),
            "logLoss": EvaluationFigures.json(figures.logLoss),
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
                    "expected": .optional(AnswerNumber.points(error.expected)),
                    "counted": .optional(AnswerNumber.points(error.counted)),
                ]
            } ?? .null,
        ]
    }

    private var splitJSON: JSONValue {
        guard let recipe else { return .null }
        return [
            "kind": .string(recipe.split.rawValue), "trainings": .integer(recipe.trainings),
            "examplesLeast": .integer(recipe.examples.lowerBound),
            "examplesMost": .integer(recipe.examples.upperBound),
            "before": .optional(recipe.before.map(Timestamp.format)),
            "dimension": .optional(recipe.dimension),
            "folds": .array(
                recipe.folds.map { fold in .array(fold.map { .string($0) }) }),
        ]
    }

    private var fileJSON: JSONValue {
        guard case .file(let name, let digest) = subject else { return .null }
        return ["name": .string(name), "sha256": .string(Hex.encode(digest))]
    }

    private var trainingJSON: JSONValue {
        switch training {
        case .here(let record, let responses):
            [
                "known": true, "asOf": .integer(record.asOf), "root": .string(record.root),
                "responses": .integer(responses), "seed": .integer(record.seed),
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
            "grade": .optional(figures.calibration?.rawValue),
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
            .map { AnswerNumber.points($0) } + [bias?.pValue, adjustedP]
            + [segment.counted.score, change?.estimate, countedBounds?.low, countedBounds?.high]
            .map { AnswerNumber.points($0) }
    }

    /// The segments as a header and rows; without any, all responses as one row.
    package var csv: (header: [String], rows: [[String]]) {
        func cells(_ segment: ModelEvaluation.Segment, adjustedP: Double?) -> [String] {
            values(segment, adjustedP: adjustedP).map(AnswerNumber.text)
        }
        let table =
            selection.by.isEmpty
            ? [cells(evaluation.total, adjustedP: nil)]
            : rows.map { row in
                row.segment.values.map { $0 ?? "" } + cells(row.segment, adjustedP: row.adjustedP)
            }
        return Incomplete.csv((selection.by + Self.segmentColumns, table), frame.incomplete)
    }
}

extension EvaluationFigures {
    /// A figure with the ends of its interval.
    static func json(_ figure: Figure) -> JSONValue {
        [
            "value": .optional(figure.value), "low": .optional(figure.interval?.low),
            "high": .optional(figure.interval?.high),
        ]
    }
}

extension EstimateAnswer.Model {
    /// The lines of figures, by their names for programs.
    private var lines: [(key: String, figures: EstimateAnswer.Figures)] {
        [
            ("unlabelledEstimated", unlabelled), ("labelledMeasured", measured),
            ("labelledEstimated", labelled),
        ]
    }

    fileprivate var json: JSONValue {
        .object(
            [
                ("version", .integer(model.version)),
                ("state", .string(ModelEncoding.state(model))),
                ("texts", .integer(texts)), ("read", .integer(read)),
                ("leftOut", .integer(leftOut)),
            ]
                + lines.map { key, figures in
                    (
                        key,
                        [
                            "texts": .integer(figures.texts),
                            "accuracy": EvaluationFigures.json(figures.accuracy),
                            "macroF1": EvaluationFigures.json(figures.macroF1),
                        ]
                    )
                } + [("estimateHolds", holds.map { .bool($0) } ?? .null)])
    }

    fileprivate var csv: [[String]] {
        lines.map { key, figures in
            [
                "\(model.version)", ModelEncoding.state(model), "\(texts)", "\(read)", key,
                "\(figures.texts)",
            ]
                + [figures.accuracy, figures.macroF1].flatMap { figure in
                    [figure.value, figure.interval?.low, figure.interval?.high]
                        .map(AnswerNumber.text)
                }
        }
    }

    /// A warning where the estimate does not stand up to what is known.
    package var warning: String? {
        guard holds == false, let known = measured.accuracy.value,
            let claimed = labelled.accuracy.value
        else { return nil }
        let points = Formatted.fixed((claimed - known).magnitude * 100, decimals: 1)
        return "Model \(model.version): where scores are stated its estimate is "
            + "\(points) points too \(claimed > known ? "high" : "low"); do not take the other "
            + "at its word."
    }
}

extension EstimateAnswer {
    package var json: JSONValue {
        [
            "asOf": .integer(asOf), Incomplete.name: .integer(incomplete),
            "confidence": .number(confidence * 100),
            "models": .array(models.map(\.json)),
        ]
    }

    package var csv: (header: [String], rows: [[String]]) {
        Incomplete.csv(
            (
                [
                    "version", "state", "texts", "read", "figures", "n", "accuracy", "accuracyLow",
                    "accuracyHigh", "macroF1", "macroF1Low", "macroF1High",
                ], models.flatMap(\.csv)
            ), incomplete)
    }
}
