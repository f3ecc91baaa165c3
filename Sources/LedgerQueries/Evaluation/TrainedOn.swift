import Catalog
import JSON
import LedgerCore
import LedgerProof
import LedgerReplay
import LedgerStore
import LedgerVault
import NPSBySegmentProjection
import NPSLedger
import Presentation

/// What this ledger knows of the responses that a version has learnt from.
package enum TrainedOn {
    /// It was trained here: from these examples, by response.
    case here(TrainingRecord, [Position: ModelTraining.Example])
    /// It came with the program, before this ledger; public texts that it has learnt from are told by
    /// `EmbeddedTexts`, should this ledger hold some.
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
}

extension Selection {
    /// What was asked for as a registration records it: as it was written, with sorted keys and
    /// values, since what is recorded must not depend on their order.
    package var recorded: String {
        var fields: [(String, JSONValue)] = []
        for (name, value) in [("from", from?.text), ("to", to?.text), ("window", window?.text)] {
            if let value { fields.append((name, .string(value))) }
        }
        if !segments.keeping.isEmpty {
            let pairs = segments.keeping.sorted { $0.key < $1.key }.map { dimension, values in
                (dimension, JSONValue.array(values.sorted().map { .string($0) }))
            }
            fields.append(("where", .object(pairs)))
        }
        return JSONValue.object(fields).serialized()
    }
}
