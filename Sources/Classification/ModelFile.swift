import ExternalModels

/// A model as its artefact has it; what it takes to use it, the case says.
public enum ModelFile: Sendable {
    /// It reads n-grams and needs nothing else.
    case ngrams(NGramClassifier)
    /// It reads vectors of an encoder too.
    case joined(JoinedClassifier)
    /// It is a program outside this process; the artefact is its description.
    case external(ExternalModel)

    /// Reads a model of any sort.
    ///
    /// - Throws: `ArtefactError` if the bytes are truncated, changed, newer than this program, or
    ///   made for other features or labels.
    public init(artefact: [UInt8]) throws(ArtefactError) {
        if artefact.first == UInt8(ascii: "{") {
            do throws(ExternalModelError) {
                self = .external(try ExternalModel(artefact: artefact))
                return
            } catch {
                throw ArtefactError(code: .invalidValue, offset: 0, detail: error.description)
            }
        }
        do throws(ArtefactError) {
            self = .ngrams(try NGramClassifier(artefact: artefact))
        } catch {
            guard error.code == .needsEncoder else { throw error }
            self = .joined(try JoinedClassifier(artefact: artefact))
        }
    }

    /// How the model was made and what it measured; nil where that is not known.
    public var metadata: ModelMetadata? {
        switch self {
        case .ngrams(let classifier): classifier.metadata
        case .joined(let classifier): classifier.metadata
        case .external: nil
        }
    }

    /// The languages that it has learnt; nil where that is not known, and then it reads every text.
    public var languages: LearntLanguages? {
        switch self {
        case .ngrams(let classifier): classifier.languages
        case .joined(let classifier): classifier.languages
        case .external: nil
        }
    }

    /// What it says of itself as canonical JSON: its metadata, or its description.
    public var card: [UInt8] {
        if case .external(let model) = self { return model.canonicalJSON }
        return metadata?.canonicalJSON ?? []
    }

    /// The encoder whose vectors it reads; nil where it reads none.
    public var encoder: EncoderReference? {
        if case .joined(let classifier) = self { classifier.encoder } else { nil }
    }

    /// The topics that it can find, with what they mean; nil where it finds none.
    public var taxonomy: TopicTaxonomy? { topicHead?.taxonomy }

    /// The names of its topics, which `topics.recorded` counts along.
    public var topics: [String] { taxonomy?.topics.map(\.name) ?? [] }

    /// Where it has each topic from, in their order.
    public var topicOrigins: [TopicOrigin] { topicHead?.labels.map(\.origin) ?? [] }

    private var topicHead: TopicHead? {
        switch self {
        case .ngrams(let classifier): classifier.topicScorer?.head
        case .joined(let classifier): classifier.ngrams.topicScorer?.head
        case .external: nil
        }
    }

    /// What sort of model it is, for `model.registered`.
    public var kind: String {
        switch self {
        case .ngrams: "ngram-1"
        case .joined(let classifier): "ngram-1+\(classifier.encoder.name)"
        case .external: ExternalModel.kind
        }
    }
}
