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

/// The grammatical form that a subject asks of its predicate.
enum Agreement: Int, Sendable {
    case masculine = 0
    case feminine = 1
    case masculinePlural = 2
    case femininePlural = 3

    /// Reads a subject's key in the phrase book; nil for any other key.
    init?(key: Substring) {
        switch key {
        case "s", "ms": self = .masculine
        case "fs": self = .feminine
        case "p", "mp": self = .masculinePlural
        case "fp": self = .femininePlural
        default: return nil
        }
    }
}

/// A phrase of the book in UTF-8, with a form for each agreement where it inflects.
///
/// `{is|are}` gives a form to the singular and one to the plural; four alternatives follow
/// `Agreement`. `<n>`, `<big>`, `<rival>` and `<order>` become control bytes, filled in at use.
struct Phrase: Sendable {
    static let smallNumber: UInt8 = 1
    static let bigNumber: UInt8 = 2
    static let rival: UInt8 = 3
    static let orderNumber: UInt8 = 4

    /// One form, or four in the order of `Agreement`.
    let forms: [[UInt8]]
    let agreement: Agreement
    let hasSlots: Bool
    let isQuestion: Bool

    init(_ written: Substring, agreement: Agreement = .masculine) {
        let count = written.contains("{") ? 4 : 1
        let forms = (0..<count).map { Self.expand(written.utf8, form: $0) }
        self.forms = forms
        self.agreement = agreement
        hasSlots = forms.contains { $0.contains { $0 < 0x20 } }
        isQuestion = written.last == "?"
    }

    func form(_ agreement: Agreement) -> [UInt8] {
        forms.count == 1 ? forms[0] : forms[agreement.rawValue]
    }

    private static func expand(_ written: Substring.UTF8View, form: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = written[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "{"):
                let end = rest.firstIndex(of: UInt8(ascii: "}")) ?? rest.endIndex
                let choices = rest[..<end].split(
                    separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
                bytes.append(contentsOf: choices[choices.count == 4 ? form : form / 2])
                rest = rest[end...].dropFirst()
            case UInt8(ascii: "<"):
                let end = rest.firstIndex(of: UInt8(ascii: ">")) ?? rest.endIndex
                bytes.append(slot(named: String(Substring(rest[..<end]))))
                rest = rest[end...].dropFirst()
            default:
                bytes.append(byte)
            }
        }
        return bytes
    }

    private static func slot(named name: String) -> UInt8 {
        switch name {
        case "n": smallNumber
        case "big": bigNumber
        case "rival": rival
        case "order": orderNumber
        default: preconditionFailure("the phrase book has an unknown slot: \(name)")
        }
    }
}

/// The phrases of one language, parsed once and ready to be drawn from.
///
/// A line is a key, a space, a phrase; `[topic]` starts a topic. The keys:
/// `s p ms fs mp fp` subjects by gender and number, `-3`…`+3` sentences and `=-3`…`=+3`
/// predicates by polarity, `r` requests, `q` questions, `o` openings, `e` endings, `x` leaving,
/// `y` leaving without a grudge, `v` rivals, `c` contrasts, `t` short replies, `j` sarcasm,
/// `w` planted wording, `m` emoji (the last five with a polarity where it matters).
struct PhraseTable: Sendable {
    /// The phrases of one topic; the arrays of seven are indexed by `slot(of:)`.
    struct TopicPhrases: Sendable {
        var subjects: [Phrase] = []
        var said: [[Phrase]] = Array(repeating: [], count: 7)
        var requests: [Phrase] = []
        var questions: [Phrase] = []
    }

    private(set) var topics: [TopicPhrases]
    private(set) var predicates = PhraseTable.sevenEmpty
    private(set) var endings = PhraseTable.sevenEmpty
    private(set) var terse = PhraseTable.sevenEmpty
    private(set) var planted = PhraseTable.sevenEmpty
    private(set) var emoji = PhraseTable.sevenEmpty
    private(set) var openings: [Phrase] = []
    private(set) var leaving: [Phrase] = []
    private(set) var leavingInPeace: [Phrase] = []
    private(set) var rivals: [Phrase] = []
    private(set) var contrasts: [Phrase] = []
    private(set) var sarcasm: [Phrase] = []
    /// Every phrase as it is written in the book, for the tests.
    private(set) var raw: [Substring] = []

    private static let sevenEmpty = [[Phrase]](repeating: [], count: 7)

    /// The place of a polarity from -3 (furious) to +3 (delighted) in an array of seven.
    static func slot(of polarity: Int) -> Int {
        polarity + 3
    }

    /// Parses the texts of a language.
    /// - Precondition: every line is well formed; the book is part of the program.
    init(_ texts: [String]) {
        topics = Array(repeating: TopicPhrases(), count: CommentTopic.allCases.count)
        var topic = CommentTopic.general
        for text in texts {
            for line in text.split(separator: "\n") {
                if line.first == "[" {
                    let name = String(line.dropFirst().dropLast())
                    guard let known = CommentTopic(rawValue: name) else {
                        preconditionFailure("the phrase book names an unknown topic: \(name)")
                    }
                    topic = known
                } else {
                    add(line, to: topic)
                }
            }
        }
    }

    private mutating func add(_ line: Substring, to topic: CommentTopic) {
        guard let space = line.firstIndex(of: " ") else {
            preconditionFailure("a line of the phrase book has no key: \(line)")
        }
        let key = line[..<space]
        let written = line[line.index(after: space)...]
        raw.append(written)
        let index = topic.index
        if let agreement = Agreement(key: key) {
            topics[index].subjects.append(Phrase(written, agreement: agreement))
            return
        }
        let phrase = Phrase(written)
        if let polarity = Int(key) {
            topics[index].said[Self.slot(of: polarity)].append(phrase)
            return
        }
        let slot = Self.slot(of: Int(key.dropFirst()) ?? 0)
        switch key.first {
        case "=": predicates[slot].append(phrase)
        case "e": endings[slot].append(phrase)
        case "t": terse[slot].append(phrase)
        case "w": planted[slot].append(phrase)
        case "m": emoji[slot].append(phrase)
        case "r": topics[index].requests.append(phrase)
        case "q": topics[index].questions.append(phrase)
        case "o": openings.append(phrase)
        case "x": leaving.append(phrase)
        case "y": leavingInPeace.append(phrase)
        case "v": rivals.append(phrase)
        case "c": contrasts.append(phrase)
        case "j": sarcasm.append(phrase)
        default: preconditionFailure("a line of the phrase book has an unknown key: \(line)")
        }
    }
}

extension CommentTopic {
    /// The place of this topic among all cases.
    var index: Int {
        switch self {
        case .delivery: 0
        case .price: 1
        case .support: 2
        case .quality: 3
        case .app: 4
        case .billing: 5
        case .staff: 6
        case .checkout: 7
        case .onboarding: 8
        case .reliability: 9
        case .returns: 10
        case .waiting: 11
        case .general: 12
        }
    }
}
