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

    /// Largest file: all of it is in memory, so that what is measured is what the digest names.
    private static let bytesMax = 1 << 30
    /// Rows read and judged at a time.
    private static let batchRows = 4_096

    private let bytes: [UInt8]
    private let times: (from: Microseconds?, to: Microseconds?)
    /// SHA-256 of the file's bytes, in hexadecimal.
    let digest: String

    init(
        path: String, mapping: ColumnMapping, selection: SelectionOptions, thresholds: Thresholds
    ) throws {
        self.path = path
        self.mapping = mapping
        self.selection = selection
        self.thresholds = thresholds
        times = (
            try selection.from.map(SelectionOptions.time),
            try selection.to.map(SelectionOptions.time)
        )
        bytes = try WholeFile.read(path, bytesMax: Self.bytesMax, as: "a file of labels")
        digest = Hex.encode([UInt8](SHA256.hash(data: bytes)))
    }

    /// Has a model read the texts of the file.
    ///
    /// Before it reads the first one it is settled whether it may: what is refused costs nothing, and
    /// no text leaves for a model outside this process that could not read them all.
    /// - Parameters:
    ///   - isLearnt: whether the model has learnt from a text.
    ///   - refusesOverlap: else rows with one of those texts are left out.
    func evaluate(
        _ version: ModelVersion, _ model: ModelReader, isLearnt: (String) -> Bool,
        refusesOverlap: Bool
    ) throws -> Evaluated {
        let chosen = try selection.selection()
        var evaluated = Evaluated()
        // By their numbers: texts are compared once.
        var overlapping: [Int] = []
        var dimensions: Set<String> = []
        let notices = try forEachBatch { outcomes in
            for outcome in outcomes {
                guard case .row(let row) = outcome, row.excludedBy == nil else {
                    evaluated.counts.rejected += 1
                    continue
                }
                dimensions.formUnion(row.segmentValues.keys)
                guard isAsked(row, chosen) else { continue }
                guard let text = row.text, row.score != nil else {
                    evaluated.counts.unlabelled += 1
                    continue
                }
                evaluated.counts.labelled += 1
                guard isLearnt(text) else { continue }
                evaluated.counts.leftOut += 1
                overlapping.append(row.rowNumber)
            }
        }
        for notice in notices { Printer.notice("\(path): \(notice)") }
        try check(chosen, dimensions)
        if refusesOverlap, !overlapping.isEmpty {
            throw CommandFailure(ExitStatus.no, refusal(version, overlapping, evaluated.counts))
        }
        let texts = evaluated.counts.labelled - evaluated.counts.leftOut
        guard texts > 0 else {
            throw CommandFailure(ExitStatus.no, nothing(version, evaluated.counts))
        }
        try model.checkBudget(texts)
        let learnt = Set(overlapping)
        let bar = ProgressBar("model \(version) reads \(path)", unit: "texts")
        _ = try forEachBatch { outcomes in
            var rows: [(row: ImportedRow, text: String)] = []
            for case .row(let row) in outcomes where row.excludedBy == nil && row.score != nil {
                guard let text = row.text, isAsked(row, chosen), !learnt.contains(row.rowNumber)
                else { continue }
                rows.append((row, text))
            }
            let outputs = try model.classify(
                batch: rows.map { [UInt8]($0.text.utf8) }, threads: Session.threads)
            for ((row, _), output) in zip(rows, outputs) {
                let values = row.segmentValues
                evaluated.readings.append(
                    Evaluated.Reading(
                        label: thresholds.classify(score: UInt16(clamping: row.score ?? 0)),
                        detractor: output.detractor, promoter: output.promoter,
                        values: chosen.by.map { values[$0] }))
            }
            bar.update(done: evaluated.readings.count, total: texts)
        }
        bar.finish()
        evaluated.counts.readNow = evaluated.readings.count
        return evaluated
    }

    /// Hands out the file's rows.
    ///
    /// - Returns: What is to be said of the file.
    private func forEachBatch(_ body: ([RowOutcome]) throws -> Void) throws -> [String] {
        var reader = try SurveyFileReader(bytes: bytes, name: path, mapping: mapping)
        var batch: [RowOutcome] = []
        while try reader.nextBatch(into: &batch, max: Self.batchRows) > 0 { try body(batch) }
        return reader.notices
    }

    /// Whether a row is of the segments and the time asked about.
    private func isAsked(_ row: ImportedRow, _ chosen: SegmentSelection) -> Bool {
        guard chosen.keeps(row.segmentValues) else { return false }
        guard times.from != nil || times.to != nil else { return true }
        guard let time = row.occurredAt else { return false }
        return time >= times.from ?? .min && time < times.to ?? .max
    }

    private func nothing(_ version: ModelVersion, _ counts: Evaluated.Counts) -> String {
        "\(path) has no row "
            + (counts.leftOut > 0
                ? "with a text that model \(version) has not learnt from"
                : "asked about with both a text and a score")
            + ": there is nothing to hold model \(version) against"
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
