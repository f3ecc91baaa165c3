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
