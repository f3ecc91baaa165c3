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
