import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import NPSStatistics

extension VersionsEvaluation {
    /// One figure of a version, and by how much it is more than the first version's.
    package struct Line {
        /// Its name for programs.
        package let name: String
        /// The version's own.
        package let figure: EvaluationFigures.Figure
        /// The change; without a value of the first version.
        package let change: EvaluationFigures.Figure
        /// The p of no change, where there is a test.
        package let pValue: Double?
    }

    /// The figures of a version, in points for the bias.
    package func lines(_ version: Version) -> [Line] {
        let (figures, change) = (version.figures, version.change)
        let none = EvaluationFigures.Figure(value: nil, interval: nil)
        func measured(
            _ difference: Difference?, scale: Double, within limits: Interval = .everyDifference
        ) -> EvaluationFigures.Figure {
            let bounds = difference?.interval(confidence: confidence)?.clipped(to: limits)
            return EvaluationFigures.Figure(
                value: difference.map { $0.estimate * scale },
                interval: bounds.map { Interval(low: $0.low * scale, high: $0.high * scale) })
        }
        return [
            Line(
                name: "accuracy", figure: figures.accuracy,
                // Two accuracies differ by one at most, as a score from none.
                change: measured(change?.accuracy, scale: 1, within: .everyScore),
                pValue: change?.accuracyPValue),
            Line(
                name: "macroF1", figure: figures.macroF1, change: change?.macroF1 ?? none,
                pValue: nil),
            Line(name: "kappa", figure: figures.kappa, change: change?.kappa ?? none, pValue: nil),
            Line(
                name: "weightedKappa", figure: figures.weightedKappa,
                change: change?.weightedKappa ?? none, pValue: nil),
            Line(name: "brier", figure: figures.brier, change: change?.brier ?? none, pValue: nil),
            Line(
                name: "logLoss", figure: figures.logLoss, change: change?.logLoss ?? none,
                pValue: nil),
            Line(
                name: "ece",
                figure: EvaluationFigures.Figure(
                    value: figures.calibrationError, interval: nil),
                change: EvaluationFigures.Figure(value: change?.calibrationError, interval: nil),
                pValue: nil),
            Line(
                name: "npsBias", figure: measured(version.bias, scale: 100),
                change: measured(change?.expectedScore, scale: 100),
                pValue: change?.expectedScore?.pValue),
        ]
    }

    /// The answer, for programs.
    package var json: JSONValue {
        [
            "ledger": .string(origin), "asOf": frame.asOfJSON(root: root),
            "instant": frame.instantJSON, Incomplete.name: .integer(frame.incomplete),
            "window": frame.windowJSON, "segment": selection.keepingJSON,
            "thresholds": .optional(frame.thresholdsID), "later": frame.laterJSON,
            "responses": [
                "labelled": .integer(labelled), "evaluated": .integer(evaluated),
                "leftOut": .integer(leftOut), "erased": .integer(erased),
                "unlearnt": .integer(unlearnt),
            ],
            "confidence": .number(confidence * 100),
            "models": .array(versions.map(json)),
        ]
    }

    private func json(_ version: Version) -> JSONValue {
        let lines = lines(version)
        return .object(
            [
                ("version", .integer(version.model.version)),
                ("digest", .string(version.model.digest)),
                ("state", .string(ModelEncoding.state(version.model))),
                ("readNow", .integer(version.readNow)),
            ] + lines.map { ($0.name, EvaluationFigures.json($0.figure)) } + [
                (
                    "change",
                    version.change.map { change in
                        .object(
                            lines.map { line in
                                (line.name, Self.json(line.change, p: line.pValue))
                            } + [
                                ("firstAloneRight", .integer(change.onlyRight.first)),
                                ("aloneRight", .integer(change.onlyRight.second)),
                            ])
                    } ?? .null
                )
            ])
    }

    private static func json(_ figure: EvaluationFigures.Figure, p: Double?) -> JSONValue {
        [
            "value": .optional(figure.value), "low": .optional(figure.interval?.low),
            "high": .optional(figure.interval?.high), "p": .optional(p),
        ]
    }

    /// A row for each figure of each version.
    package var csv: (header: [String], rows: [[String]]) {
        let rows = versions.flatMap { version in
            lines(version).map { line in
                ["\(version.model.version)", line.name, "\(evaluated)"]
                    + [
                        line.figure.value, line.figure.interval?.low, line.figure.interval?.high,
                        line.change.value, line.change.interval?.low, line.change.interval?.high,
                        line.pValue,
                    ].map(AnswerNumber.text)
            }
        }
        return Incomplete.csv(
            (
                [
                    "version", "figure", "n", "value", "low", "high", "change", "changeLow",
                    "changeHigh", "p",
                ], rows
            ), frame.incomplete)
    }
}
