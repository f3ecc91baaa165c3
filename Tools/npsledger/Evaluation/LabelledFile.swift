import Classification
import Crypto
import Foundation
import LedgerCore
import NPSBySegmentProjection
import NPSLedger
import Presentation
import SurveyImport

/// A survey file whose rows are labels: each with a text and a stated score.
struct LabelledFile {
    let path: String
    let mapping: ColumnMapping
    let selection: SelectionOptions
    let thresholds: Thresholds

    /// Rows that are named where a file is refused: enough to find the place.
    private static let rowsNamedMax = 5

    /// SHA-256 of the file's bytes, in hexadecimal; nil for what can be read only once.
    func digest() throws -> String? {
        guard path != "-", let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        var hash = SHA256()
        while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
            hash.update(data: piece)
        }
        return Hex.encode([UInt8](hash.finalize()))
    }

    /// Has a model read the texts of the file.
    ///
    /// - Parameters:
    ///   - isLearnt: whether the model has learnt from a text.
    ///   - refusesOverlap: else rows with one of those texts are left out.
    func evaluate(
        _ version: ModelVersion, _ model: ModelReader, isLearnt: (String) -> Bool,
        refusesOverlap: Bool
    ) throws -> Evaluated {
        let chosen = try selection.selection()
        var reader = try SurveyFileReader(path: path, mapping: mapping)
        var evaluated = Evaluated()
        var overlapping: [Int] = []
        let times: (from: Microseconds?, to: Microseconds?) = (
            try selection.from.map(SelectionOptions.time),
            try selection.to.map(SelectionOptions.time)
        )
        var dimensions: Set<String> = []
        var batch: [RowOutcome] = []
        let bar = ProgressBar("model \(version) reads \(path)", unit: "B")
        while try reader.nextBatch(into: &batch, max: 4_096) > 0 {
            var rows: [ImportedRow] = []
            for outcome in batch {
                guard case .row(let row) = outcome, row.excludedBy == nil else {
                    evaluated.counts.rejected += 1
                    continue
                }
                dimensions.formUnion(row.segmentValues.keys)
                guard chosen.keeps(row.segmentValues), Self.isWithin(times, row) else { continue }
                guard let text = row.text, row.score != nil else {
                    evaluated.counts.unlabelled += 1
                    continue
                }
                evaluated.counts.labelled += 1
                if isLearnt(text) {
                    evaluated.counts.leftOut += 1
                    overlapping.append(row.rowNumber)
                } else {
                    rows.append(row)
                }
            }
            let outputs = try model.classify(
                batch: rows.map { [UInt8](($0.text ?? "").utf8) }, threads: Session.threads)
            for (row, output) in zip(rows, outputs) {
                let values = row.segmentValues
                evaluated.readings.append(
                    Evaluated.Reading(
                        label: thresholds.classify(score: UInt16(clamping: row.score ?? 0)),
                        detractor: output.detractor, promoter: output.promoter,
                        values: chosen.by.map { values[$0] }))
            }
            bar.update(
                done: Int(reader.bytesRead), total: reader.totalBytes.map { Int($0) })
        }
        bar.finish()
        for notice in reader.notices { Printer.notice("\(path): \(notice)") }
        evaluated.counts.readNow = evaluated.readings.count
        try check(chosen, dimensions)
        if refusesOverlap, !overlapping.isEmpty {
            throw CommandFailure(ExitStatus.no, refusal(version, overlapping, evaluated.counts))
        }
        guard !evaluated.readings.isEmpty else {
            throw CommandFailure(
                ExitStatus.no,
                "\(path) has no row "
                    + (evaluated.counts.leftOut > 0
                        ? "with a text that model \(version) has not learnt from"
                        : "asked about with both a text and a score")
                    + ": there is nothing to hold model \(version) against")
        }
        return evaluated
    }

    private static func isWithin(
        _ times: (from: Microseconds?, to: Microseconds?), _ row: ImportedRow
    ) -> Bool {
        guard times.from != nil || times.to != nil else { return true }
        guard let time = row.occurredAt else { return false }
        return time >= times.from ?? .min && time < times.to ?? .max
    }

    /// A misspelt dimension must not look like one segment of everybody.
    private func check(_ chosen: SegmentSelection, _ known: Set<String>) throws {
        for dimension in chosen.by + chosen.keeping.keys.sorted()
        where !known.contains(dimension) {
            throw CommandFailure(
                ExitStatus.noInput,
                "no row of \(path) has the dimension “\(dimension)”; there are: "
                    + (known.isEmpty ? "none" : known.sorted().joined(separator: ", ")))
        }
    }

    private func refusal(
        _ version: ModelVersion, _ rows: [Int], _ counts: Evaluated.Counts
    ) -> String {
        let named = rows.prefix(Self.rowsNamedMax).map(String.init).joined(separator: ", ")
        let isOne = rows.count == 1
        return "\(path): the text\(isOne ? "" : "s") of \(Formatted.count(rows.count)) of "
            + "\(Formatted.count(counts.labelled)) labelled rows \(isOne ? "is" : "are") among "
            + "those that model \(version) has learnt from (row\(isOne ? "" : "s") \(named)"
            + (rows.count > Self.rowsNamedMax ? ", …" : "")
            + "): figures on those would flatter it. Leave them out with --leave-out-trained, or "
            + "take a file of other responses"
    }
}
