import Classification
import Encoders
import ExternalModels
import LedgerCore

/// Texts that models read, one after the other: what one encoder makes of them is made once.
public struct TextReading {
    private let texts: [[UInt8]]
    private let threads: Int
    /// Whose they are, where what encoders make of them is kept.
    private let kept: (ledger: Ledger, subjects: [UInt64])?
    private var made: [[UInt8]: [Embedding]] = [:]

    /// Texts that no ledger holds yet: their vectors are made anew, and not kept.
    public init(_ texts: [[UInt8]], threads: Int) {
        self.texts = texts
        self.threads = threads
        kept = nil
    }

    /// Texts that a ledger holds: their vectors are taken from its cache, which keeps the others.
    public init(_ texts: [EmbeddingCache.SubjectText], of ledger: Ledger, threads: Int) {
        self.texts = texts.map(\.text)
        self.threads = threads
        kept = (ledger, texts.map(\.subject))
    }

    /// Takes vectors that an encoder made of the texts before.
    public mutating func take(_ embeddings: [Embedding], of encoder: any TextEncoder) {
        precondition(embeddings.count == texts.count, "a vector for each text")
        made[encoder.digest] = embeddings
    }

    /// What a model reads in the texts, in their order. One in a language that it has not learnt is
    /// left out, and its output says so (`unlearntLanguage`).
    ///
    /// - Throws: `EncoderError` where its encoder fails; `VaultError` where the keys of texts that a
    ///   ledger holds cannot be had; `LedgerError` where a model outside this process may not be
    ///   asked, or does not answer.
    public mutating func classified(by model: ModelReader) throws -> [ClassifierOutput] {
        var outputs: [ClassifierOutput]
        switch model {
        case .ngrams(let classifier):
            outputs = classifier.classify(batch: texts, threads: threads)
        case .joined(let classifier, let encoder):
            outputs = classifier.classify(
                batch: texts, embeddings: try vectors(by: encoder), threads: threads)
        case .external(let reader):
            let (found, failure) = try attempted(by: model)
            if let failure { throw failure }
            let read = found.compactMap { $0 }
            guard read.count == texts.count else { throw reader.refused(texts.count - read.count) }
            return read
        }
        guard let learnt = model.languages else { return outputs }
        for (index, language) in learnt.others(in: texts, threads: threads).enumerated() {
            if let language { outputs[index] = ClassifierOutput(unlearnt: language) }
        }
        return outputs
    }

    /// What a model reads in the texts, in their order, nil where a program refused one; and why it
    /// cannot go on, where it cannot.
    ///
    /// - Throws: as `classified(by:)`, but for what fails outside this process.
    public mutating func attempted(
        by model: ModelReader
    ) throws -> (outputs: [ClassifierOutput?], failure: LedgerError?) {
        guard case .external(let reader) = model else { return (try classified(by: model), nil) }
        guard let learnt = model.languages else { return try reader.attempt(batch: texts) }
        // What it has not learnt is not sent.
        let others = learnt.others(in: texts, threads: threads)
        let sent = texts.indices.filter { others[$0] == nil }
        let (found, failure) = try reader.attempt(batch: sent.map { texts[$0] })
        var outputs = others.map { $0.map { ClassifierOutput(unlearnt: $0) } }
        for (index, output) in zip(sent, found) { outputs[index] = output }
        return (outputs, failure)
    }

    /// What an encoder makes of the texts.
    ///
    /// - Throws: as `classified(by:)`.
    public mutating func vectors(by encoder: any TextEncoder) throws -> [Embedding] {
        if let there = made[encoder.digest] { return there }
        let vectors =
            if let kept {
                try kept.ledger.embeddings(
                    of: Array(zip(kept.subjects, texts)), by: encoder, threads: threads)
            } else {
                try encoder.encode(batch: texts, threads: threads)
            }
        made[encoder.digest] = vectors
        return vectors
    }
}

/// A model with all it needs to classify texts.
public enum ModelReader: Sendable {
    /// It reads n-grams.
    case ngrams(NGramClassifier)
    /// It reads vectors of its encoder too.
    case joined(JoinedClassifier, any TextEncoder)
    /// It is asked, outside this process.
    case external(ExternalReader)

    /// Whether texts leave this process when it reads.
    public var isExternal: Bool {
        if case .external = self { true } else { false }
    }

    /// Texts after which it is worth committing what was read; nil where reading costs little.
    public var commitTexts: Int? {
        if case .external(let reader) = self { reader.model.batchTexts } else { nil }
    }

    /// Fails where so many texts more would go beyond what it may read in this run: better than
    /// stopping on the way.
    ///
    /// - Throws: `LedgerError` with code `refused`.
    public func checkBudget(_ texts: Int) throws {
        if case .external(let reader) = self { try reader.checkBudget(texts) }
    }

    /// The outputs for texts of nobody in particular, in their order; `TextReading` is for those of
    /// a ledger, whose vectors are kept.
    ///
    /// - Throws: `EncoderError` where the encoder fails, `LedgerError` where a model outside this
    ///   process may not be asked or does not answer.
    public func classify(batch texts: [[UInt8]], threads: Int) throws -> [ClassifierOutput] {
        var reading = TextReading(texts, threads: threads)
        return try reading.classified(by: self)
    }

    /// The languages that it has learnt; nil where that is not known, and then it reads every text.
    public var languages: LearntLanguages? {
        switch self {
        case .ngrams(let classifier): classifier.languages
        case .joined(let classifier, _): classifier.languages
        case .external(let reader): reader.model.languages.flatMap { LearntLanguages(codes: $0) }
        }
    }

    /// The encoder whose vectors it reads; nil where it reads none.
    public var encoder: (any TextEncoder)? {
        switch self {
        case .ngrams, .external: nil
        case .joined(_, let encoder): encoder
        }
    }
}
