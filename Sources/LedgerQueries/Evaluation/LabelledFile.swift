import Classification
import Crypto
import LedgerCore
import LedgerStore
import NPSLedger
import Presentation
import SurveyImport

/// A survey file whose rows are texts with labels, with how its columns are read.
public struct LabelledFile: Sendable {
    /// Largest file: all of it is in memory, so that what is learnt from or measured on is what the
    /// digest names.
    public static let bytesMax = 1 << 30

    /// As whoever asks calls it; errors and answers name it.
    public let name: String
    /// All of the file.
    public let bytes: [UInt8]
    /// Which columns hold what.
    public let mapping: ColumnMapping
    /// SHA-256 of the file's bytes.
    public let digest: [UInt8]

    /// A file that was read.
    public init(name: String, bytes: [UInt8], mapping: ColumnMapping) {
        self.name = name
        self.bytes = bytes
        self.mapping = mapping
        digest = [UInt8](SHA256.hash(data: bytes))
    }

    /// - Throws: `LedgerError` with code `invalid` where the mapping names no text or no score.
    func checkScores() throws {
        guard mapping.score != nil, mapping.text != nil else {
            throw LedgerError(
                .invalid, "a label is a text with a score", remedy: .mapTextAndScore)
        }
        _ = try mapping.checked()
    }
}

/// Holds a version against the stated scores of a file.
struct LabelledFileEvaluation {
    let file: LabelledFile
    let selection: Selection
    let thresholds: Thresholds

    /// Rows that are named where a file is refused: enough to find the place.
    private static let rowsNamedMax = 5
    /// Rows read and classified at a time.
    private static let batchRows = 4_096

    /// Has a model read the texts of the file.
    ///
    /// Before it reads the first one it is settled whether it may: what is refused costs nothing, and
    /// no text leaves for a model outside this process that could not read them all.
    /// - Parameters:
    ///   - learntTexts: what the model has learnt from.
    ///   - refusesOverlap: else rows with one of those texts are left out.
    func evaluate(
        _ version: ModelVersion, _ model: ModelReader, _ open: OpenLedger,
        learntTexts: LearntTexts, refusesOverlap: Bool
    ) throws -> Evaluated {
        var evaluated = Evaluated()
        // By their numbers: texts are compared once.
        var overlapping: [Int] = []
        var dimensions: Set<String> = []
        let remarks = try forEachBatch { outcomes in
            for outcome in outcomes {
                guard case .row(let row) = outcome, row.excludedBy == nil else {
                    evaluated.counts.rejected += 1
                    continue
                }
                dimensions.formUnion(row.segmentValues.keys)
                guard isAsked(row) else { continue }
                guard let text = row.text, row.score != nil else {
                    evaluated.counts.unlabelled += 1
                    continue
                }
                evaluated.counts.labelled += 1
                guard learntTexts.contains(text) else { continue }
                overlapping.append(row.rowNumber)
            }
        }
        if !learntTexts.isOverlap(overlapping.count, of: evaluated.counts.labelled) {
            overlapping = []
        }
        evaluated.counts.leftOut = overlapping.count
        for remark in remarks { open.observer.notice(.file(path: file.name, remark: remark)) }
        try check(dimensions)
        if refusesOverlap, !overlapping.isEmpty {
            throw refusal(version, overlapping, evaluated.counts)
        }
        let texts = evaluated.counts.labelled - evaluated.counts.leftOut
        guard texts > 0 else { throw nothing(version, evaluated.counts) }
        try model.checkBudget(texts)
        let learnt = Set(overlapping)
        let work = open.observer.begin(.readingFile(model: version, path: file.name))
        defer { work.finish() }
        _ = try forEachBatch { outcomes in
            var rows: [(row: ImportedRow, text: String)] = []
            for case .row(let row) in outcomes where row.excludedBy == nil && row.score != nil {
                guard let text = row.text, isAsked(row), !learnt.contains(row.rowNumber) else {
                    continue
                }
                rows.append((row, text))
            }
            let outputs = try model.classify(
                batch: rows.map { [UInt8]($0.text.utf8) }, threads: open.threads)
            take(rows.map(\.row), outputs, into: &evaluated)
            work.update(
                done: evaluated.readings.count + evaluated.counts.unlearnt, total: texts)
        }
        guard !evaluated.readings.isEmpty else {
            throw LedgerError(
                .refused,
                "\(file.name): model \(version) has not learnt the language of any of its "
                    + "\(Formatted.count(texts, of: "text"))")
        }
        evaluated.counts.readNow = evaluated.readings.count
        return evaluated
    }

    /// Takes over what was read in rows; a text that was left unread is counted.
    private func take(
        _ rows: [ImportedRow], _ outputs: [ClassifierOutput], into evaluated: inout Evaluated
    ) {
        for (row, output) in zip(rows, outputs) {
            guard output.unlearntLanguage == nil else {
                evaluated.counts.unlearnt += 1
                continue
            }
            let values = row.segmentValues
            evaluated.readings.append(
                Evaluated.Reading(
                    label: thresholds.classify(score: UInt16(clamping: row.score ?? 0)),
                    detractor: output.detractor, promoter: output.promoter,
                    values: selection.segments.by.map { values[$0] }))
        }
    }

    /// Hands out the file's rows.
    ///
    /// - Returns: What is to be said of the file.
    private func forEachBatch(_ body: ([RowOutcome]) throws -> Void) throws -> [String] {
        var reader = try SurveyFileReader(
            bytes: file.bytes, name: file.name, mapping: file.mapping)
        var batch: [RowOutcome] = []
        while try reader.nextBatch(into: &batch, max: Self.batchRows) > 0 { try body(batch) }
        return reader.notices
    }

    /// Whether a row is of the segments and the time asked about.
    private func isAsked(_ row: ImportedRow) -> Bool {
        guard selection.segments.keeps(row.segmentValues) else { return false }
        guard selection.from != nil || selection.to != nil else { return true }
        guard let time = row.occurredAt else { return false }
        return time >= selection.from?.time ?? .min && time < selection.to?.time ?? .max
    }

    /// A misspelt dimension must not look like one segment of everybody.
    private func check(_ known: Set<String>) throws {
        let chosen = selection.segments
        for dimension in chosen.by + chosen.keeping.keys.sorted()
        where !known.contains(dimension) {
            throw LedgerError(
                .notFound,
                "no row of \(file.name) has the dimension “\(dimension)”; there are: "
                    + (known.isEmpty ? "none" : known.sorted().joined(separator: ", ")))
        }
    }

    private func nothing(_ version: ModelVersion, _ counts: EvaluationAnswer.Counts) -> LedgerError
    {
        LedgerError(
            .refused,
            "\(file.name) has no row "
                + (counts.leftOut > 0
                    ? "with a text that model \(version) has not learnt from"
                    : "asked about with both a text and a score")
                + ": there is nothing to hold model \(version) against")
    }

    private func refusal(
        _ version: ModelVersion, _ rows: [Int], _ counts: EvaluationAnswer.Counts
    ) -> LedgerError {
        let named = rows.prefix(Self.rowsNamedMax).map(String.init).joined(separator: ", ")
        let isOne = rows.count == 1
        return LedgerError(
            .refused,
            "\(file.name): the text\(isOne ? "" : "s") of \(Formatted.count(rows.count)) of "
                + "\(Formatted.count(counts.labelled)) labelled rows \(isOne ? "is" : "are") among "
                + "those that model \(version) has learnt from (row\(isOne ? "" : "s") \(named)"
                + (rows.count > Self.rowsNamedMax ? ", …" : "")
                + "), and figures on those would flatter it", remedy: .leaveOutOrOtherFile)
    }
}
