import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

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
            "asOf": .integer(asOf), "confidence": .number(confidence * 100),
            "models": .array(models.map(\.json)),
        ]
    }

    package var csv: (header: [String], rows: [[String]]) {
        (
            [
                "version", "state", "texts", "read", "figures", "n", "accuracy", "accuracyLow",
                "accuracyHigh", "macroF1", "macroF1Low", "macroF1High",
            ], models.flatMap(\.csv)
        )
    }
}
