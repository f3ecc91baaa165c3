/// An original book of survey phrases in English and French, and the composer that joins them.
///
/// Comments are put together from openings, sentences about topics, endings and so on, then
/// roughened as people write. What each part says is known, hence so is the truth of the whole.
public enum PhraseBook {
    static let englishTable = PhraseTable([english, englishTopics, englishMoreTopics])
    static let frenchTable = PhraseTable([french, frenchTopics, frenchMoreTopics])

    static func table(_ language: CommentLanguage) -> PhraseTable {
        switch language {
        case .english: englishTable
        case .french: frenchTable
        }
    }

    /// Every phrase of a language as the book has it, with its `{…}` and `<…>` marks.
    public static func phrases(_ language: CommentLanguage) -> [String] {
        table(language).raw.map(String.init)
    }

    /// Composes a comment that a person of this score class might write.
    ///
    /// - Parameters:
    ///   - intent: one that the comment must have, whatever the class; nil leaves it to chance.
    ///   - wording: `.planted` adds a sentence in a vocabulary that no usual comment has.
    ///   - generator: the only source of variety: its state alone decides the result.
    public static func compose(
        language: CommentLanguage, scoreClass: ScoreClass, intent: CommentIntent? = nil,
        wording: CommentWording = .usual, using generator: inout SeededGenerator
    ) -> LabelledComment {
        let style = WritingStyle(language: language, using: &generator)
        var draft = CommentDraft(table: table(language), scoreClass: scoreClass, style: style)
        draft.write(intent: intent, using: &generator)
        if wording == .planted {
            draft.addPlanted(using: &generator)
        }
        let sentiment = draft.sentiment
        draft.finish(sentiment: sentiment, using: &generator)
        return LabelledComment(
            text: String(decoding: draft.bytes, as: UTF8.self), language: language,
            scoreClass: scoreClass, sentiment: sentiment,
            intents: CommentIntent.lists[Int(draft.intents)], topic: draft.topic)
    }
}

extension CommentIntent {
    /// This intent's bit in a mask of intents.
    var bit: UInt8 {
        switch self {
        case .praise: 1
        case .complaint: 2
        case .request: 4
        case .question: 8
        case .leaving: 16
        }
    }

    /// The list for each mask, made once so that a comment allocates none.
    static let lists: [[CommentIntent]] = (0..<32).map { mask in
        allCases.filter { UInt8(mask) & $0.bit != 0 }
    }
}
