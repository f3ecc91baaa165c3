/// A comment in the making: its bytes so far and the truth that follows from its parts.
struct CommentDraft {
    let table: PhraseTable
    let scoreClass: ScoreClass
    let style: WritingStyle

    private(set) var bytes: [UInt8] = []
    private(set) var intents: UInt8 = 0
    private(set) var topic = CommentTopic.general
    /// The strongest polarity that named the topic, so that the heavier part decides.
    private var topicWeight = -1
    private var balance = 0
    private var endsAsQuestion = false
    private var startsSentence = true

    init(table: PhraseTable, scoreClass: ScoreClass, style: WritingStyle) {
        self.table = table
        self.scoreClass = scoreClass
        self.style = style
        bytes.reserveCapacity(256)
    }

    /// The sign of the parts' sum: praise and blame of equal weight cancel out.
    var sentiment: CommentSentiment {
        balance < 0 ? .negative : balance > 0 ? .positive : .neutral
    }

    // MARK: Truth

    mutating func mark(_ intent: CommentIntent) {
        intents |= intent.bit
    }

    /// Counts an opinion, from -3 to +3, in the truth.
    mutating func weigh(_ polarity: Int) {
        balance += polarity
        if polarity != 0 {
            mark(polarity < 0 ? .complaint : .praise)
        }
    }

    /// Tips the balance without a complaint: a goodbye says that something was bad, not what.
    mutating func addBlame(_ weight: Int) {
        balance -= weight
    }

    mutating func name(_ newTopic: CommentTopic, weight: Int) {
        guard newTopic != .general, weight > topicWeight else { return }
        topic = newTopic
        topicWeight = weight
    }

    /// A sign of the whole for the choice of matching small parts: -2, 0 or +2.
    var mood: Int {
        balance.signum() * 2
    }

    // MARK: Bytes

    /// Adds a phrase, starting a sentence with a capital where one is due.
    mutating func put(
        _ phrase: Phrase, agreement: Agreement = .masculine,
        using generator: inout SeededGenerator
    ) {
        let start = bytes.count
        if phrase.forms.count == 1 {
            append(phrase.forms[0], filling: phrase.hasSlots, using: &generator)
        } else {
            append(phrase.form(agreement), filling: phrase.hasSlots, using: &generator)
        }
        if startsSentence, style.letterCase == .proper {
            Spelling.capitalise(&bytes, at: start)
        }
        startsSentence = false
        endsAsQuestion = phrase.isQuestion
    }

    mutating func space() {
        bytes.append(UInt8(ascii: " "))
    }

    /// Ends the sentence before another one, unless nothing has been written.
    mutating func separate(using generator: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        startsSentence = true
        if endsAsQuestion {
            space()
            return
        }
        switch generator.below(20) {
        case 0..<14:
            put(". ")
        case 14..<16:
            put(", ")
            startsSentence = false
        case 16: put(" - ")
        case 17: put(".\n")
        case 18: put("! ")
        default: put("... ")
        }
    }

    mutating func put(_ literal: StaticString) {
        literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func continueSentence() {
        startsSentence = false
    }

    private mutating func append(
        _ form: [UInt8], filling: Bool, using generator: inout SeededGenerator
    ) {
        guard filling else {
            bytes.append(contentsOf: form)
            return
        }
        for byte in form {
            switch byte {
            case Phrase.smallNumber: Decimal.append(2 + generator.below(11), to: &bytes)
            case Phrase.bigNumber: Decimal.append(15 + generator.below(76), to: &bytes)
            case Phrase.orderNumber: Decimal.append(100_000 + generator.below(900_000), to: &bytes)
            case Phrase.rival:
                let rival = table.rivals[generator.below(table.rivals.count)]
                bytes.append(contentsOf: rival.forms[0])
            default: bytes.append(byte)
            }
        }
    }

    /// Ends the comment: its last mark, an emoji now and then, and the writer's habits.
    mutating func finish(
        sentiment: CommentSentiment, using generator: inout SeededGenerator
    ) {
        if !endsAsQuestion {
            let draw = generator.below(20)
            let loud = sentiment == .neutral ? 18 : 15
            switch draw {
            case 0..<9: put(".")
            case 9..<18 where draw >= loud: put("!")
            case 18: put(sentiment == .neutral ? "..." : "!!!")
            case 19: put("...")
            default: break
            }
        }
        if generator.percent(7) {
            let choices = table.emoji[PhraseTable.slot(of: mood)]
            space()
            bytes.append(contentsOf: choices[generator.below(choices.count)].forms[0])
        }
        Spelling.apply(style, to: &bytes, using: &generator)
    }
}

/// Something that the writer of a comment wants to do with it; one comment may have several.
public enum CommentIntent: String, Sendable, Hashable, CaseIterable {
    /// Says what is good.
    case praise
    /// Says what is bad.
    case complaint
    /// Asks for a change.
    case request
    /// Asks for an answer.
    case question
    /// Says that the customer goes, or has gone.
    case leaving
}

/// What a comment feels on the whole.
public enum CommentSentiment: String, Sendable, Hashable, CaseIterable {
    /// More blame than praise.
    case negative
    /// Neither, or both in equal measure.
    case neutral
    /// More praise than blame.
    case positive
}

/// The language a comment is written in; the raw value is its ISO 639-1 code.
public enum CommentLanguage: String, Sendable, Hashable, CaseIterable {
    /// English.
    case english = "en"
    /// French.
    case french = "fr"
}

/// Which vocabulary a comment draws on.
public enum CommentWording: String, Sendable, Hashable, CaseIterable {
    /// The words of every day.
    case usual
    /// One sentence more, in words that no usual comment contains: a drift to be found.
    case planted
}

/// What a comment is about.
public enum CommentTopic: String, Sendable, Hashable, CaseIterable {
    /// Parcels, couriers, delivery times.
    case delivery
    /// Prices, fees and value for money.
    case price
    /// Customer support by phone, mail or chat.
    case support
    /// The make of the product.
    case quality
    /// The application and its screens.
    case app
    /// Invoices, debits and refunds of charges.
    case billing
    /// People in a store or a branch.
    case staff
    /// Placing and paying an order.
    case checkout
    /// Signing up and getting started.
    case onboarding
    /// Outages, errors and speed.
    case reliability
    /// Sending back and exchanging.
    case returns
    /// Queues and time on hold.
    case waiting
    /// Nothing in particular.
    case general
}

/// A composed comment together with the truth about it.
public struct LabelledComment: Sendable, Hashable {
    /// The comment as its writer typed it, mistakes and all; never empty.
    public let text: String
    /// The language it is written in.
    public let language: CommentLanguage
    /// The group of the score that its writer has in mind.
    public let scoreClass: ScoreClass
    /// What it feels on the whole.
    public let sentiment: CommentSentiment
    /// What it wants, in the order of `CommentIntent.allCases`; empty when it only remarks.
    public let intents: [CommentIntent]
    /// What it is mostly about.
    public let topic: CommentTopic

    /// Puts a text and its truth together.
    public init(
        text: String, language: CommentLanguage, scoreClass: ScoreClass,
        sentiment: CommentSentiment, intents: [CommentIntent], topic: CommentTopic
    ) {
        self.text = text
        self.language = language
        self.scoreClass = scoreClass
        self.sentiment = sentiment
        self.intents = intents
        self.topic = topic
    }
}

/// How one person types: decided once a comment, applied when it is finished.
struct WritingStyle: Sendable {
    enum LetterCase: Sendable {
        case proper
        case lower
        case shouted
    }

    let letterCase: LetterCase
    let dropsAccents: Bool
    let typos: Int
    let squeezesCommas: Bool
    let curlyApostrophes: Bool

    init(language: CommentLanguage, using generator: inout SeededGenerator) {
        // One draw feeds all habits: each takes bits of its own.
        let bits = generator.next()
        let manner = Int(bits & 127)
        letterCase = manner < 88 ? .proper : manner < 124 ? .lower : .shouted
        dropsAccents = language == .french && bits >> 8 & 127 < 28
        let slips = bits >> 16 & 127
        typos = slips < 14 ? 1 : slips < 19 ? 2 : 0
        squeezesCommas = bits >> 24 & 127 < 5
        curlyApostrophes = bits >> 32 & 127 < 10
    }
}
