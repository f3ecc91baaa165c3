import Catalog
import Classification
import Encoders
import LedgerCore
import LedgerQueries
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger

/// Asks for a new version, trained on what this ledger holds.
public struct TrainingRequest: Sendable {
    /// Which responses it learns from; not grouped.
    public var selection = Selection()
    /// Decides the folds of calibration and measurement.
    public var seed: UInt64 = 1
    /// Whose vectors it learns from beside n-grams.
    public var encoder: EncoderName?
    /// Labelled texts it learns from too; they do not enter the ledger.
    public var labels: [LabelledFile] = []
    /// What texts may be about; topics are found along it.
    public var taxonomy: TopicTaxonomy?
    /// What was on record then: a version of then is made again, with the same digest.
    public var asOf = LensRequest.Moment.now

    /// A training on everything there is.
    public init() {}
}

/// What was trained and registered.
public struct TrainingAnswer: Sendable {
    /// The version.
    public let model: RegisteredModel
    /// Whether it was registered by this; else the same artefact was a version already.
    public let isNew: Bool
    /// What it reached out of fold.
    public let metrics: TrainingMetrics
    /// Texts that were selected and are erased.
    public let erased: Int
}

extension OpenLedger {
    /// Trains a version from stated scores, people's decisions and labelled files, and registers it.
    /// The same events, files, encoder and seed give the same artefact.
    ///
    /// - Throws: `LedgerError` with code `invalid` where the request contradicts itself, `mismatch`
    ///   for labels that cannot be read, `not-found` for an encoder, dimension or value that is not
    ///   there; `TrainingError` where there is too little to learn from.
    public func train(_ request: TrainingRequest, by actor: Actor) throws -> TrainingAnswer {
        guard request.selection.segments.by.isEmpty else {
            throw LedgerError(.invalid, "what a model learns from is not grouped")
        }
        try refresh(try catalog.npsBySegment)
        let encoder = try request.encoder?.open(models)
        let found = try TrainingExamples(
            self, request.selection,
            asOf: request.asOf == .now ? nil : try position(request.asOf))
        let run = TrainingRun(
            open: self, selection: request.selection, seed: request.seed, encoder: encoder,
            labels: try TrainingRun.labels(
                request.labels, request.taxonomy, self, asOf: found.asOf),
            taxonomy: request.taxonomy)
        let trained = try run.train(found)
        let before = try models.list()
        let model = try models.register(trained, actor: actor)
        return TrainingAnswer(
            model: model, isNew: !before.contains { $0.version == model.version },
            metrics: trained.model.metrics, erased: Int(clamping: trained.evidence.erased))
    }
}

/// One training on this ledger: what is learnt from, and how.
struct TrainingRun: Sendable {
    let open: OpenLedger
    let selection: Selection
    let seed: UInt64
    let encoder: (name: String, encoder: any TextEncoder)?
    let labels: [LabelledTexts]
    let taxonomy: TopicTaxonomy?

    /// Trains; nothing is recorded.
    func train(_ found: TrainingExamples) throws -> ModelTraining.Result {
        let texts = found.examples.count + labels.reduce(0) { $0 + $1.examples.count }
        let reading = open.observer.begin(.encoding(texts: texts))
        let work = open.observer.begin(.training(texts: texts))
        defer {
            reading.finish()
            work.finish()
            open.tellEmbeddings()
        }
        return try ModelTraining(open.ledger).train(
            found.examples, asOf: found.asOf, selection: selection.recorded, seed: seed,
            threads: open.threads, encoder: encoder, files: labels, taxonomy: taxonomy,
            encoded: { done, all in
                reading.update(done: done, total: all)
                if done == all { reading.finish() }
            }, progress: { share in work.update(done: Int(share * 100), total: 100) })
    }

    /// Reads files of labels under the thresholds in force as of `asOf`: those that made labels of
    /// the ledger's own scores.
    static func labels(
        _ files: [LabelledFile], _ taxonomy: TopicTaxonomy?, _ open: OpenLedger, asOf: Position
    ) throws -> [LabelledTexts] {
        guard !files.isEmpty else { return [] }
        for file in files { try LabelFile.check(file.mapping, taxonomy) }
        guard files.count <= TrainingEvidence.filesMax else {
            throw LedgerError(.invalid, "at most \(TrainingEvidence.filesMax) files of labels")
        }
        for (index, file) in files.enumerated()
        where files[..<index].contains(where: { $0.digest == file.digest }) {
            throw LedgerError(.invalid, "\(file.name) is given twice: a text counts once")
        }
        let thresholds = try open.catalog.npsBySegment.read { state, build in
            try open.resolve(
                LensRequest(asOf: .position(asOf)), horizon: build.position, state
            ).thresholds
        }
        return try files.map {
            try LabelFile(file: $0, thresholds: thresholds, taxonomy: taxonomy)
                .texts(open.observer)
        }
    }
}

/// An encoder as people name it: the one that can be fetched, or one of their own by its digest.
public enum EncoderName: Hashable, Sendable {
    /// The published one.
    case minilm
    /// The first digits of an encoder's SHA-256, in hexadecimal.
    case own(String)

    /// Digits from which on a digest is told from a word.
    private static let digitsMin = 8

    /// Reads a name, or 8 to 64 digits; nil for anything else.
    public init?(_ text: String) {
        if text == MiniLMEncoder.shortName {
            self = .minilm
        } else if (Self.digitsMin...64).contains(text.utf8.count),
            text.allSatisfy({ $0.isHexDigit && !$0.isUppercase })
        {
            self = .own(text)
        } else {
            return nil
        }
    }

    /// The encoder, ready to read, under the name that models know it by.
    ///
    /// - Throws: `LedgerError` with code `not-found` where no encoder of the store has such a digest,
    ///   or several have; `EncoderError` where it cannot be used.
    func open(_ models: ModelRegistry) throws -> (name: String, encoder: any TextEncoder) {
        switch self {
        case .minilm:
            let reference = EncoderReference(
                name: MiniLMEncoder.shortName, digest: MiniLMEncoder.publishedDigest,
                dimensions: MiniLMEncoder.publishedDimensions)
            return (reference.name, try models.encoders.encoder(reference))
        case .own(let digits):
            let store = EncoderStore.user()
            let found = try store.digests(beginningWith: digits)
            guard let digest = found.first, found.count == 1 else {
                throw LedgerError(
                    .notFound,
                    found.isEmpty
                        ? "no encoder in \(store.directory) has a SHA-256 that begins with \(digits)"
                        : "\(found.count) encoders in \(store.directory) have a SHA-256 that begins "
                            + "with \(digits): give more digits")
            }
            guard digest != MiniLMEncoder.publishedDigest else {
                return try Self.minilm.open(models)
            }
            return ("tuned-" + Hex.encode(digest.prefix(4)), try store.encoder(digest))
        }
    }
}
