import AnswerEncoding
import Catalog
import Classification
import Encoders
import LedgerCore
import LedgerQueries
import LedgerReplay
import NPSBySegmentProjection
import NPSLedger
import Presentation
import SurveyImport

/// One training on this ledger: what is learnt from, and how.
struct TrainingRun {
    let session: OpenLedger
    let selection: Selection
    let seed: UInt64
    let encoder: (name: String, encoder: any TextEncoder)?
    let labels: [LabelledTexts]
    let taxonomy: TopicTaxonomy?

    /// Trains; nothing is recorded.
    func train(_ found: TrainingExamples) throws -> ModelTraining.Result {
        let texts = found.examples.count + labels.reduce(0) { $0 + $1.examples.count }
        let reading = ProgressBar("reading \(Formatted.count(texts)) texts", unit: "texts")
        let bar = ProgressBar("training on \(Formatted.count(texts)) texts", unit: "%")
        defer {
            bar.finish()
            session.noteEmbeddings()
        }
        return try ModelTraining(session.ledger).train(
            found.examples, asOf: found.asOf, selection: try selectionJSON(), seed: seed,
            threads: Session.threads, encoder: encoder, files: labels, taxonomy: taxonomy,
            encoded: { done, all in
                reading.update(done: done, total: all)
                if done == all { reading.finish() }
            }, progress: { share in bar.update(done: Int(share * 100), total: 100) })
    }

    /// What was asked for, with sorted keys and values: what is recorded must not depend on their
    /// order.
    private func selectionJSON() throws -> String {
        var fields: [(String, JSONValue)] = []
        for (name, value) in [
            ("from", selection.from?.text), ("to", selection.to?.text),
            ("window", selection.window?.text),
        ] {
            if let value { fields.append((name, .string(value))) }
        }
        let keeping = selection.segments.keeping
        if !keeping.isEmpty {
            let pairs = keeping.sorted { $0.key < $1.key }.map { dimension, values in
                (dimension, JSONValue.array(values.sorted().map { .string($0) }))
            }
            fields.append(("where", .object(pairs)))
        }
        return JSONValue.object(fields).serialized()
    }

    /// Reads files of labels under the thresholds in force.
    static func labels(
        _ options: LabelFilesOptions, _ taxonomy: TopicTaxonomy?, _ session: OpenLedger
    ) throws -> [LabelledTexts] {
        guard !options.files.isEmpty else { return [] }
        let mapping = try options.columnMapping()
        if taxonomy == nil, mapping.segments.contains(where: { $0.dimension == "topics" }) {
            throw CommandFailure(
                ExitStatus.usage,
                "labels of topics need --taxonomy FILE, which says what topics there are")
        }
        let thresholds = try session.catalog.npsBySegment.read { state, build in
            try session.resolve(try LensOptions.defaults(asOf: "\(build.position)"), state)
                .thresholds
        }
        guard options.files.count <= TrainingEvidence.filesMax else {
            throw CommandFailure(
                ExitStatus.usage, "at most \(TrainingEvidence.filesMax) files of labels")
        }
        let read = try options.files.map {
            try LabelFile(path: $0, mapping: mapping, thresholds: thresholds, taxonomy: taxonomy)
                .read()
        }
        for (index, texts) in read.enumerated()
        where read[..<index].contains(where: { $0.digest == texts.digest }) {
            throw CommandFailure(
                ExitStatus.usage, "\(options.files[index]) is given twice: a text counts once")
        }
        return read
    }

    /// Says what came out.
    static func show(
        _ model: RegisteredModel, _ trained: ModelTraining.Result, _ printer: Printer
    ) {
        let metrics = trained.model.metrics
        printer.line(
            "Trained model \(model.version) on \(Formatted.count(metrics.examples)) texts, sha256 "
                + "\(model.digest.prefix(16))…")
        ModelCard.show(metrics, printer)
        if let metadata = model.metadata {
            ModelCard.showOthers(metadata, printer)
            let found = metadata.heads.first { $0.head == "topics" }?.labels ?? []
            let absent = found.filter { $0.origin == TopicOrigin.absent.name }.map(\.name)
            if !absent.isEmpty {
                Printer.notice(
                    "never found, for want of labels and of an encoder for phrases: "
                        + absent.joined(separator: ", "))
            }
        }
        let erased = Int(clamping: trained.evidence.erased)
        if erased > 0 {
            printer.muted("\(Formatted.count(erased)) texts are erased and were left out")
        }
    }
}
