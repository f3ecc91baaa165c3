import Catalog
import LedgerCore
import LedgerProof
import LedgerReplay
import LedgerStore
import LedgerVault
import NPSBySegmentProjection
import NPSLedger

/// What this ledger knows of the responses that a version has learnt from.
package enum TrainedOn {
    /// It was trained here: from these examples, by response.
    case here(TrainingRecord, [Position: ModelTraining.Example])
    /// It came with the program, which was trained on none of this ledger's responses.
    case embedded
    /// It came as a file, and from what it was made is not known.
    case unknown

    /// Finds out, selecting again what the registration says was selected.
    ///
    /// - Throws: `LedgerError` where the registration does not fit this log: figures on responses
    ///   that may be among those it has learnt from would be worse than none.
    package init(_ model: RegisteredModel, _ open: OpenLedger) throws {
        guard let record = model.training else {
            self = model.registration.provenance == "embedded" ? .embedded : .unknown
            return
        }
        let log = open.log
        func unfit(_ why: String) -> LedgerError {
            LedgerError(
                .mismatch,
                "what model \(model.version) was trained on cannot be found again: \(why)",
                remedy: .splitOrOtherFile)
        }
        guard record.asOf <= (try log.head().size) else {
            throw unfit("it was trained as of position \(record.asOf), beyond this log")
        }
        guard try log.root(at: record.asOf).description == record.root else {
            // Its text may be in this ledger all the same: a copy of it may have gone on elsewhere.
            throw unfit("the log as of position \(record.asOf) is not the one it was trained on")
        }
        let found = try TrainingExamples(
            open, try record.selection(), asOf: record.asOf,
            // Version 1 learnt from stated scores alone.
            includesDecided: record.positions != nil
        ).examples
        let digest = TrainingRecord.digest(of: found.map(\.response))
        guard found.count == record.examples + record.erased,
            record.positions.map({ $0 == digest }) ?? true
        else {
            throw unfit(
                "its registration speaks of \(record.examples + record.erased) responses, and "
                    + "\(found.count) are selected now"
                    + (found.count == record.examples + record.erased ? ", but others" : ""))
        }
        self = .here(
            record,
            Dictionary(found.map { ($0.response, $0) }, uniquingKeysWith: { first, _ in first }))
    }

    /// Whether a response is among those it has learnt from, as far as is known.
    package func contains(_ response: Position) -> Bool {
        if case .here(_, let examples) = self { examples[response] != nil } else { false }
    }

    /// What it was trained from, where that was here.
    package var record: TrainingRecord? {
        if case .here(let record, _) = self { record } else { nil }
    }
}

extension TrainingRecord {
    /// What was asked for.
    package func selection() throws -> Selection {
        Selection(
            SegmentSelection(keeping: keeping.mapValues { Set($0) }),
            from: try from.map { try TimeBound($0) }, to: try to.map { try TimeBound($0) },
            window: try window.map { try TimeSpan($0) })
    }

    /// What was asked for, in words; nil where it was everything.
    package var selectionSentence: String? {
        var parts: [String] = []
        if let window { parts.append("the last \(window)") }
        if let from { parts.append("from \(from)") }
        if let to { parts.append("to \(to)") }
        for (dimension, values) in keeping.sorted(by: { $0.key < $1.key }) {
            parts.append(
                "only \(dimension) " + values.map { $0.isEmpty ? "—" : $0 }.joined(separator: ", "))
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
