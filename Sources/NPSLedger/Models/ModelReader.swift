import Classification
import Encoders
import ExternalModels
import LedgerCore

/// A model with all it needs to judge texts.
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
        switch self {
        case .ngrams(let classifier): return classifier.classify(batch: texts, threads: threads)
        case .joined(let classifier, let encoder):
            return classifier.classify(
                batch: texts, embeddings: try encoder.encode(batch: texts, threads: threads),
                threads: threads)
        case .external(let reader): return try reader.classify(batch: texts)
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
