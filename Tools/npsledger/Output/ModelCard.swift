import Classification
import Foundation
import LedgerCore
import Presentation

/// What is shown of a model's making and quality.
enum ModelCard {
    /// Metrics with shares as decimals.
    static func json(_ metrics: TrainingMetrics) -> JSONValue {
        func share(_ basisPoints: Int) -> JSONValue { .number(Double(basisPoints) / 10_000) }
        return [
            "examples": .integer(metrics.examples), "folds": .integer(metrics.folds),
            "accuracy": share(metrics.accuracy), "majority": share(metrics.majority),
            "macroF1": share(metrics.macroF1), "ece": share(metrics.calibrationError),
            "labels": .array(
                metrics.labels.map { label in
                    [
                        "name": .string(label.name), "examples": .integer(label.examples),
                        "precision": share(label.precision), "recall": share(label.recall),
                        "f1": share(label.f1),
                    ]
                }),
        ]
    }

    static func show(_ metrics: TrainingMetrics, _ printer: Printer) {
        func percent(_ basisPoints: Int) -> String {
            Formatted.percent(Double(basisPoints) / 10_000)
        }
        printer.line(
            "  accuracy \(percent(metrics.accuracy)), macro-F1 \(percent(metrics.macroF1)), "
                + "calibration error \(percent(metrics.calibrationError))")
        printer.line(
            "  measured in \(metrics.folds) folds, each by a model that had not seen it;")
        printer.line(
            "  calling everything the largest class would reach \(percent(metrics.majority))")
        var table = Table(columns: [
            Table.Column("  class"), .number("examples"), .number("precision"), .number("recall"),
            .number("F1"),
        ])
        for label in metrics.labels {
            table.append([
                Table.Cell("  " + label.name), .count(label.examples),
                Table.Cell(percent(label.precision)), Table.Cell(percent(label.recall)),
                Table.Cell(percent(label.f1)),
            ])
        }
        printer.table(table)
    }

    /// A stored card as JSON; a card that is none stays a text.
    static func json(_ card: String) -> JSONValue {
        guard let value = try? JSONSerialization.jsonObject(with: Data(card.utf8)) else {
            return .string(card)
        }
        return convert(value)
    }

    private static func convert(_ value: Any) -> JSONValue {
        switch value {
        case let map as [String: Any]:
            return .object(map.sorted { $0.key < $1.key }.map { ($0.key, convert($0.value)) })
        case let items as [Any]: return .array(items.map(convert))
        case let text as String: return .string(text)
        case let number as NSNumber:
            // By way of a Double, a seed beyond 2^53 would come out as another.
            if let whole = Int64(exactly: number) { return .int(whole) }
            if let whole = UInt64(exactly: number) { return .integer(whole) }
            return .number(number.doubleValue)
        default: return .null
        }
    }

    /// The card of a version, for people: what it learnt from and what was measured.
    static func show(_ card: String, _ printer: Printer) {
        guard case .object(let fields) = json(card) else {
            printer.line("  card        \(TerminalText.sanitized(card))")
            return
        }
        let values = Dictionary(fields, uniquingKeysWith: { first, _ in first })
        if case .object(let training)? = values["training"] {
            for (name, value) in training where value != .object([]) { row(name, value, printer) }
        }
        var metadata = values
        if case .object(let nested)? = values["metadata"] {
            metadata = Dictionary(nested, uniquingKeysWith: { first, _ in first })
        }
        for name in ["trainer", "featureSet"] {
            if let value = metadata[name] { row(name, value, printer) }
        }
        guard case .array(let heads)? = metadata["heads"] else { return }
        showHeads(heads, printer)
    }

    private static func row(_ name: String, _ value: JSONValue, _ printer: Printer) {
        let text = if case .string(let text) = value { text } else { value.serialized() }
        printer.line(
            "  " + name.padding(toLength: 11, withPad: " ", startingAt: 0) + " "
                + TerminalText.sanitized(text))
    }

    /// What each head reached out of fold; a head taken over from the embedded model has no
    /// figures of its own.
    private static func showHeads(_ heads: [JSONValue], _ printer: Printer) {
        var table = Table(columns: [
            Table.Column("  reads"), .number("examples"), .number("accuracy"),
            .number("largest class"), .number("macro-F1"), .number("calibration error"),
        ])
        for case .object(let pairs) in heads {
            let fields = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
            func number(_ key: String) -> Int64? {
                if case .int(let value)? = fields[key] { value } else { nil }
            }
            func percent(_ key: String) -> Table.Cell {
                Table.Cell(number(key).map { Formatted.percent(Double($0) / 10_000) } ?? "")
            }
            guard case .string(let name)? = fields["head"] else { continue }
            let title = "  " + (name == "scoreClass" ? "class" : name)
            if case .string("base")? = fields["origin"] {
                table.append([Table.Cell(title), "embedded", "", "", "", ""])
                continue
            }
            table.append([
                Table.Cell(title), .count(Int(number("examples") ?? 0)), percent("accuracy"),
                percent("majority"), percent("macroF1"), percent("calibrationError"),
            ])
        }
        printer.line()
        printer.table(table)
        printer.muted("  measured out of fold: each text by a model that had not seen it")
    }
}
