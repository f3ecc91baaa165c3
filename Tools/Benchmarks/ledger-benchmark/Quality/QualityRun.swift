import Classification
import Encoders
import Foundation
import LedgerCore
import NPSLedger
import NPSStatistics
import Presentation

/// The same reviews on the same folds, read by models of ours and by the peer.
struct QualityRun {
    let reviews: QualityReviews
    let responsesAtLeast: Int
    private let options: TrainingOptions

    /// What one side reached.
    struct Row {
        let name: String
        /// Share of the flags told right.
        let flagAccuracy: Double?
        let folds: ModelEvaluation
        /// Points by which segments are off.
        let segmentError: (expected: Double, counted: Double)?
        /// On what came later, by a model that had seen nothing since.
        let later: ModelEvaluation?
    }

    init(_ reviews: QualityReviews, seed: UInt64, responsesAtLeast: Int, adaptsBase: Bool) {
        self.reviews = reviews
        self.responsesAtLeast = responsesAtLeast
        options = TrainingOptions(
            seed: seed, adaptsBase: adaptsBase,
            threads: ProcessInfo.processInfo.activeProcessorCount)
    }

    // MARK: Ours

    func own(_ name: String, encoder: MiniLMEncoder?) throws -> Row {
        let texts = reviews.items.map { [UInt8]($0.text.utf8) }
        let vectors = try encoder?.encode(batch: texts, threads: options.threads)
        func encoded(_ indices: [Int]) -> EncodedTexts? {
            guard let encoder, let vectors else { return nil }
            return EncodedTexts(
                encoder: EncoderReference(
                    name: MiniLMEncoder.shortName, digest: encoder.digest,
                    dimensions: encoder.dimensions), vectors: indices.map { vectors[$0] })
        }
        let base = try NGramClassifier(artefact: NGramClassifier.embeddedArtefact)
        func trained(_ indices: [Int]) throws -> TrainedModel {
            try NGramTrainer.train(
                indices.map { index in
                    TrainingExample(
                        text: texts[index], scoreClass: reviews.items[index].label.rawValue,
                        key: UInt64(index))
                }, encoded: encoded(indices), options: options,
                base: options.adaptsBase ? base : nil)
        }
        var folds = ModelEvaluation()
        for read in try trained(Array(texts.indices)).outOfFold {
            let item = reviews.items[read.example]
            folds.add(
                label: item.label, detractor: read.detractor, promoter: read.promoter,
                segment: [item.segment])
        }
        var later: ModelEvaluation?
        if !reviews.earlier.isEmpty, !reviews.later.isEmpty {
            let model = try trained(reviews.earlier)
            let tested = reviews.later.map { texts[$0] }
            let outputs: [ClassifierOutput]
            switch try ModelFile(artefact: model.artefact) {
            case .ngrams(let classifier):
                outputs = classifier.classify(batch: tested, threads: options.threads)
            case .joined(let classifier):
                outputs = classifier.classify(
                    batch: tested, embeddings: encoded(reviews.later)?.vectors ?? [],
                    threads: options.threads)
            // Training makes none.
            case .external: outputs = []
            }
            var evaluation = ModelEvaluation()
            for (index, output) in zip(reviews.later, outputs) {
                evaluation.add(
                    label: reviews.items[index].label, detractor: output.detractor,
                    promoter: output.promoter)
            }
            later = evaluation
        }
        let flagged = reviews.items.indices.filter { reviews.items[$0].flag != nil }
        return row(name, try flagAccuracy(flagged, texts, encoded(flagged)), folds, later)
    }

    /// Share of the flags told right, out of fold.
    ///
    /// Intents are flags that stand alone; all five are this one here, so that the head is trained.
    private func flagAccuracy(
        _ flagged: [Int], _ texts: [[UInt8]], _ encoded: EncodedTexts?
    ) throws -> Double? {
        guard !flagged.isEmpty else { return nil }
        let examples = flagged.map { index in
            let item = reviews.items[index]
            return TrainingExample(
                text: texts[index], scoreClass: item.label.rawValue,
                intents: Intents(rawValue: item.flag == true ? 31 : 0), key: UInt64(index))
        }
        var options = options
        options.adaptsBase = false
        let heads = try NGramTrainer.train(examples, encoded: encoded, options: options).heads
        return heads.first { $0.head == "intents" }.map { Double($0.accuracy) / 10_000 }
    }

    // MARK: The peer

    private struct Question: Encodable {
        let texts: [String]
        let folds: [Int]
        let classes: [UInt8]
        /// 1, 0, or -1 where there is none.
        let flags: [Int]
        let earlier: [Int]
        let later: [Int]
    }

    private struct Place: Encodable {
        let file: String
    }

    private struct Answer: Decodable {
        let version: String
        let given: [[Double]]
        let flagAccuracy: Double?
        let later: [[Double]]?
    }

    func peer(_ interpreter: String, in directory: String) throws -> Row {
        let workspace = try Workspace(in: directory)
        let file = workspace.path + "/reviews.json"
        try JSONEncoder().encode(
            Question(
                texts: reviews.items.map(\.text),
                folds: reviews.items.indices.map {
                    NGramTrainer.fold(of: UInt64($0), options)
                },
                classes: reviews.items.map(\.label.rawValue),
                flags: reviews.items.map { $0.flag.map { $0 ? 1 : 0 } ?? -1 },
                earlier: reviews.earlier, later: reviews.later)
        ).write(to: URL(filePath: file))
        let python = try PythonPeers.start(
            PackageResources.quality_peer_py, with: interpreter, name: "the peer's script")
        let answer: Answer = try python.ask(Place(file: file))
        try python.end()
        var folds = ModelEvaluation()
        for (item, shares) in zip(reviews.items, answer.given) {
            Self.add(shares, item.label, [item.segment], to: &folds)
        }
        var later: ModelEvaluation?
        if let given = answer.later {
            var evaluation = ModelEvaluation()
            for (index, shares) in zip(reviews.later, given) {
                Self.add(shares, reviews.items[index].label, [], to: &evaluation)
            }
            later = evaluation
        }
        return row("scikit-learn \(answer.version)", answer.flagAccuracy, folds, later)
    }

    private static func add(
        _ shares: [Double], _ label: NPSClass, _ segment: [String?],
        to evaluation: inout ModelEvaluation
    ) {
        let points = shares.map { Int(($0 * 10_000).rounded()) }
        evaluation.add(
            label: label, detractor: UInt16(clamping: points[0]),
            promoter: UInt16(clamping: min(points[2], 10_000 - points[0])), segment: segment)
    }

    // MARK: Figures

    private func row(
        _ name: String, _ flagAccuracy: Double?, _ folds: ModelEvaluation, _ later: ModelEvaluation?
    ) -> Row {
        let segments = folds.segments(atLeast: responsesAtLeast).large
            .filter { $0.values != [nil] }
        return Row(
            name: name, flagAccuracy: flagAccuracy, folds: folds,
            segmentError: ModelEvaluation.meanError(segments), later: later)
    }
}

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
