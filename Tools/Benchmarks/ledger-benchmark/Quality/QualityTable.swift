import Foundation
import NPSLedger
import NPSStatistics
import Presentation

/// What each side reached, as Markdown.
struct QualityTable {
    private let rows: [QualityRun.Row]

    init(_ rows: [QualityRun.Row]) { self.rows = rows }

    func show() {
        func share(_ value: Double?) -> String {
            value.map { Formatted.fixed($0, decimals: 4) } ?? "—"
        }
        func points(_ value: Double?) -> String {
            value.map { Formatted.fixed($0 * 100, decimals: 2) } ?? "—"
        }
        var lines = [
            "| model | flag | accuracy | macro-F1 | ECE | segments off, expected | counted "
                + "| later: accuracy | NPS off |",
            "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
        ]
        for row in rows {
            let quality = row.folds.quality
            let cells = [
                row.name, share(row.flagAccuracy), share(quality.accuracy),
                share(quality.macroF1), share(quality.calibrationError),
                points(row.segmentError?.expected), points(row.segmentError?.counted),
                share(row.later?.quality.accuracy),
                points(row.later?.total.bias.difference?.estimate.magnitude),
            ]
            lines.append("| " + cells.joined(separator: " | ") + " |")
        }
        for row in rows {
            guard let bias = row.folds.total.bias.difference,
                let stated = row.folds.total.stated.score,
                let interval = bias.interval(confidence: 0.95)
            else { continue }
            lines.append("")
            lines.append(
                "\(row.name): NPS \(points(stated)) stated, \(points(row.folds.total.expected)) expected, "
                    + "off by \(points(bias.estimate)) (95 %: \(points(interval.low))…"
                    + "\(points(interval.high)))")
        }
        Terminal.write(lines.joined(separator: "\n") + "\n", to: .standardOutput)
    }
}
