import Classification
import Encoders
import LedgerCore
import LedgerProof
import LedgerStore
import LedgerVault

/// Trains a model from what a ledger holds: stated scores, and people's decisions.
///
/// The same events and the same seed give the same artefact, bit for bit.
public struct ModelTraining {
    /// A text to learn from, and what its respondent stated or a person decided.
    public struct Example: Hashable, Sendable {
        /// Position of the response.
        public var response: Position
        /// Position of the event whose text is read.
        public var text: Position
        /// The class its stated score has, or a person decided on; a decision on the text goes first.
        public var label: NPSClass

        /// An example.
        public init(response: Position, text: Position, label: NPSClass) {
            self.response = response
            self.text = text
            self.label = label
        }
    }

    /// A trained model with what it was made from.
    public struct Result {
        /// Artefact and metrics.
        public let model: TrainedModel
        /// For `model.registered`: what it was made from.
        public let evidence: TrainingEvidence
        /// The responses learnt from, in the order of the model's examples; texts of labelled files
        /// come after them.
        public let responses: [Position]
        /// The texts of labelled files among it; nil without such files.
        let labelled: LabelledMarks?
    }

    let ledger: Ledger

    /// Training from a ledger.
    public init(_ ledger: Ledger) { self.ledger = ledger }

    /// Trains on `examples` in their order.
    ///
    /// - Parameters:
    ///   - asOf: the log prefix the examples were taken from.
    ///   - selection: which responses of it were taken, as canonical JSON.
    ///   - seed: decides the folds.
    ///   - encoder: its vectors are learnt from beside n-grams; the ledger's cache is asked first.
    ///   - files: labelled texts from elsewhere, learnt from after the ledger's own.
    ///   - taxonomy: what texts may be about; topics of `files` count along it.
    ///   - encoded: called with the texts that have a vector so far, and all.
    /// - Throws: `TrainingError` where there is too little to learn from.
    public func train(
        _ examples: [Example], asOf: Position, selection: String, seed: UInt64, threads: Int,
        encoder: (name: String, encoder: any TextEncoder)? = nil,
        files: [LabelledTexts] = [], taxonomy: TopicTaxonomy? = nil,
        encoded: (Int, Int) -> Void = { _, _ in },
        progress: @escaping (Double) -> Void
    ) throws -> Result {
        let reviews = try ReviewHistory(ledger.log, asOf: asOf)
        var training: [TrainingExample] = []
        var learnt: [Position] = []
        var (erased, reviewed) = (0, 0)
        for example in examples {
            guard let sealed = try ledger.log.sealed(example.text),
                let text = try ledger.personalData(at: example.text)?.text
            else {
                erased += 1
                continue
            }
            let decision = reviews.reviewCase(response: example.response, text: example.text)
                .standing?.decided
            reviewed += decision == nil ? 0 : 1
            training.append(
                TrainingExample(
                    text: [UInt8](text.utf8),
                    scoreClass: (decision?.decision ?? example.label).rawValue,
                    sentiment: decision?.sentiment,
                    intents: decision?.intents.map { numbers in
                        Intents(rawValue: numbers.reduce(0) { $0 | 1 << $1 })
                    },
                    key: sealed.subject))
            learnt.append(example.response)
        }
        let own = training.count
        training += files.flatMap(\.examples)
        // What comes from elsewhere is nobody's here, and its vectors are not kept.
        let subjects = training.indices.map { $0 < own ? training[$0].key : 0 }
        training = Self.folded(training)
        let base = try NGramClassifier(artefact: NGramClassifier.embeddedArtefact)
        let vectors = try encoder.map { name, encoder in
            EncodedTexts(
                encoder: EncoderReference(
                    name: name, digest: encoder.digest, dimensions: encoder.dimensions),
                vectors: try ledger.embeddings(
                    of: zip(subjects, training).map { ($0, $1.text) },
                    by: encoder, threads: threads, progress: encoded),
                phrases: try taxonomy.map {
                    try EncodedTexts.phrases(of: $0, by: encoder, threads: threads)
                } ?? [])
        }
        let options = TrainingOptions(
            seed: seed, adaptsBase: Self.canAdaptEmbedded(to: training), threads: threads)
        let model = try NGramTrainer.train(
            training, encoded: vectors, options: options, base: base, taxonomy: taxonomy,
            progress: progress)
        let evidence = TrainingEvidence(
            asOf: asOf, root: try ledger.log.root(at: asOf).bytes, selection: selection, seed: seed,
            examples: UInt64(own), reviewed: UInt64(reviewed), erased: UInt64(erased),
            positions: TrainingRecord.digest(of: examples.map(\.response)),
            files: files.map(\.evidence), taxonomy: taxonomy?.digest)
        return Result(
            model: model, evidence: evidence, responses: learnt,
            labelled: files.isEmpty ? nil : LabelledMarks(files, try ledger.vault()))
    }

    /// Whether the embedded model's opinion may count beside what examples teach.
    ///
    /// Of a text that it has learnt from its opinion is little but the label again: a model that
    /// trusts it would be flattered in each fold, and trust it too much elsewhere.
    private static func canAdaptEmbedded(to examples: [TrainingExample]) -> Bool {
        let known = examples.count {
            EmbeddedTexts.shipped.contains(String(decoding: $0.text, as: UTF8.self))
        }
        return !EmbeddedTexts.isOverlap(known, of: examples.count)
    }

    /// Examples with their folds: those of one respondent, and those with one text (see
    /// ``TextDigest``), go the same way, however long the chain between them, so that none is tested
    /// by a model that has learnt from the same person or the same words.
    private static func folded(_ examples: [TrainingExample]) -> [TrainingExample] {
        // Each key's next one on the way to that of its group: the smallest.
        var next: [UInt64: UInt64] = [:]
        func group(_ key: UInt64) -> UInt64 {
            var key = key
            while let further = next[key] {
                if let beyond = next[further] { next[key] = beyond }
                key = further
            }
            return key
        }
        var keyOfText: [TextDigest: UInt64] = [:]
        for example in examples {
            let text = TextDigest(String(decoding: example.text, as: UTF8.self))
            guard let known = keyOfText[text] else {
                keyOfText[text] = example.key
                continue
            }
            let (one, other) = (group(known), group(example.key))
            if one != other { next[max(one, other)] = min(one, other) }
        }
        return examples.map { example in
            var example = example
            example.key = group(example.key)
            return example
        }
    }
}
