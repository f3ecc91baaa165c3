extension CommentDraft {
    /// What a comment is made of.
    private enum Plan {
        case opinion
        case terse
        case sarcasm
        case mixed
        case request
        case question
        case leaving
    }

    /// How a sentence speaks of its topic.
    private enum SentenceForm {
        /// A subject and what it is: "the app is great".
        case predicate
        /// A sentence that only fits the topic: "it crashes every time I open it".
        case specific
        /// A sentence about nothing in particular: "I love it".
        case general

        var other: SentenceForm {
            self == .predicate ? .specific : .predicate
        }
    }

    /// Writes the comment's sentences; with an intent, such that they have it.
    mutating func write(intent: CommentIntent?, using generator: inout SeededGenerator) {
        switch plan(for: intent, using: &generator) {
        case .opinion:
            writeOpinion(polarity(for: intent, using: &generator), using: &generator)
        case .terse: writeTerse(intent: intent, using: &generator)
        case .sarcasm: writeSarcasm(using: &generator)
        case .mixed: writeMixed(using: &generator)
        case .request: writeAsking(.request, using: &generator)
        case .question: writeAsking(.question, using: &generator)
        case .leaving: writeLeaving(using: &generator)
        }
    }

    /// Adds a sentence of the planted wording, of the mood that the comment already has.
    mutating func addPlanted(using generator: inout SeededGenerator) {
        let polarity = mood
        separate(using: &generator)
        put(
            pick(table.planted[PhraseTable.slot(of: polarity)], using: &generator),
            using: &generator)
        weigh(polarity)
    }

    // MARK: Choosing

    private func plan(
        for intent: CommentIntent?, using generator: inout SeededGenerator
    ) -> Plan {
        let draw = generator.below(100)
        switch (intent, scoreClass) {
        case (.request?, _): return .request
        case (.question?, _): return .question
        case (.leaving?, _): return .leaving
        case (.praise?, .detractor), (.complaint?, .promoter): return .mixed
        case (.praise?, .passive), (.complaint?, .passive): return draw < 50 ? .mixed : .opinion
        case (.praise?, .promoter): return draw < 85 ? .opinion : .terse
        case (.complaint?, .detractor):
            return draw < 80 ? .opinion : draw < 90 ? .terse : .sarcasm
        case (nil, .detractor): return Self.choose(draw, 48, 56, 61, 68, 77, 85)
        case (nil, .passive): return Self.choose(draw, 42, 54, 54, 80, 92, 98)
        case (nil, .promoter): return Self.choose(draw, 66, 80, 80, 85, 94, 98)
        }
    }

    /// Reads a draw below 100 against running totals, in the order of `Plan`.
    private static func choose(
        _ draw: Int, _ opinion: Int, _ terse: Int, _ sarcasm: Int, _ mixed: Int, _ request: Int,
        _ question: Int
    ) -> Plan {
        if draw < opinion { return .opinion }
        if draw < terse { return .terse }
        if draw < sarcasm { return .sarcasm }
        if draw < mixed { return .mixed }
        if draw < request { return .request }
        return draw < question ? .question : .leaving
    }

    private func polarity(
        for intent: CommentIntent?, using generator: inout SeededGenerator
    ) -> Int {
        let draw = generator.below(100)
        switch scoreClass {
        case .detractor: return draw < 25 ? -3 : draw < 77 ? -2 : -1
        case .promoter: return draw < 36 ? 3 : draw < 90 ? 2 : 1
        case .passive:
            if intent == .complaint { return -1 }
            if intent == .praise { return 1 }
            return draw < 25 ? -1 : draw < 63 ? 0 : draw < 95 ? 1 : 2
        }
    }

    private func pick(_ phrases: [Phrase], using generator: inout SeededGenerator) -> Phrase {
        phrases[generator.below(phrases.count)]
    }

    private func pickTopic(using generator: inout SeededGenerator) -> CommentTopic {
        CommentTopic.allCases[generator.below(CommentTopic.allCases.count - 1)]
    }

    // MARK: Writing

    /// One sentence of an opinion, in one of three forms.
    private mutating func sentence(
        _ polarity: Int, topic: CommentTopic, form: SentenceForm,
        using generator: inout SeededGenerator
    ) {
        let slot = PhraseTable.slot(of: polarity)
        let said = table.topics[topic.index].said[slot]
        if form == .general {
            let general = table.topics[CommentTopic.general.index].said[slot]
            put(pick(general, using: &generator), using: &generator)
        } else if form == .predicate || said.isEmpty {
            let subject = pick(table.topics[topic.index].subjects, using: &generator)
            put(subject, using: &generator)
            space()
            put(
                pick(table.predicates[slot], using: &generator), agreement: subject.agreement,
                using: &generator)
            name(topic, weight: abs(polarity))
        } else {
            put(pick(said, using: &generator), using: &generator)
            name(topic, weight: abs(polarity))
        }
        weigh(polarity)
    }

    /// One sentence of an opinion in a form left to chance, and the form it took.
    @discardableResult
    private mutating func sentence(
        _ polarity: Int, topic: CommentTopic, mayBeGeneral: Bool = true,
        using generator: inout SeededGenerator
    ) -> SentenceForm {
        let draw = generator.below(mayBeGeneral ? 100 : 75)
        let form: SentenceForm = draw < 40 ? .predicate : draw < 75 ? .specific : .general
        sentence(polarity, topic: topic, form: form, using: &generator)
        return form
    }

    private mutating func opening(using generator: inout SeededGenerator) {
        guard generator.percent(22) else { return }
        put(pick(table.openings, using: &generator), using: &generator)
        space()
        continueSentence()
    }

    private mutating func ending(_ polarity: Int, using generator: inout SeededGenerator) {
        guard generator.percent(30) else { return }
        separate(using: &generator)
        let choices = table.endings[PhraseTable.slot(of: polarity)]
        put(pick(choices, using: &generator), using: &generator)
        weigh(polarity)
    }

    private mutating func writeOpinion(_ polarity: Int, using generator: inout SeededGenerator) {
        let topic = pickTopic(using: &generator)
        opening(using: &generator)
        let first = sentence(polarity, topic: topic, using: &generator)
        let draw = generator.below(100)
        if draw < 40 {
            separate(using: &generator)
            // In another form, or people would repeat themselves word for word.
            let second: SentenceForm =
                first == .general ? .predicate : draw < 20 ? .general : first.other
            sentence(
                polarity, topic: topic,
                form: polarity == 0 && first != .general ? .general : second,
                using: &generator)
        }
        if draw < 8 {
            separate(using: &generator)
            let other = pickTopic(using: &generator)
            sentence(polarity, topic: other, using: &generator)
        }
        ending(polarity, using: &generator)
    }

    private mutating func writeTerse(
        intent: CommentIntent?, using generator: inout SeededGenerator
    ) {
        let draw = generator.below(100)
        var polarity: Int
        switch scoreClass {
        case .detractor: polarity = draw < 90 ? -2 : 0
        case .passive: polarity = draw < 5 ? -2 : draw < 80 ? 0 : 2
        case .promoter: polarity = draw < 88 ? 2 : 0
        }
        if intent == .praise { polarity = 2 }
        if intent == .complaint { polarity = -2 }
        put(pick(table.terse[PhraseTable.slot(of: polarity)], using: &generator), using: &generator)
        weigh(polarity)
    }

    private mutating func writeSarcasm(using generator: inout SeededGenerator) {
        put(pick(table.sarcasm, using: &generator), using: &generator)
        weigh(-2)
        if generator.percent(45) {
            separate(using: &generator)
            sentence(-2, topic: pickTopic(using: &generator), using: &generator)
        }
    }

    /// Praise and blame in one: leaning as the class leans, evenly weighed for most passives.
    private mutating func writeMixed(using generator: inout SeededGenerator) {
        let draw = generator.below(100)
        var good: Int
        var bad: Int
        switch scoreClass {
        case .detractor: (good, bad) = draw < 70 ? (1, -2) : draw < 90 ? (1, -3) : (2, -3)
        case .promoter: (good, bad) = draw < 70 ? (2, -1) : (3, -1)
        case .passive:
            (good, bad) = draw < 45 ? (1, -1) : draw < 75 ? (2, -2) : draw < 90 ? (2, -1) : (1, -2)
        }
        if generator.percent(40) { swap(&good, &bad) }
        opening(using: &generator)
        sentence(
            good, topic: pickTopic(using: &generator), mayBeGeneral: false, using: &generator)
        let contrast = pick(table.contrasts, using: &generator)
        let last = contrast.forms[0].last
        if last == UInt8(ascii: ",") || last == UInt8(ascii: ":") {
            separate(using: &generator)
        } else {
            put(", ")
        }
        put(contrast, using: &generator)
        space()
        sentence(bad, topic: pickTopic(using: &generator), mayBeGeneral: false, using: &generator)
    }

    /// A request or a question, often with an opinion beside it.
    private mutating func writeAsking(
        _ intent: CommentIntent, using generator: inout SeededGenerator
    ) {
        let topic = pickTopic(using: &generator)
        let withOpinion = generator.percent(scoreClass == .passive ? 50 : 75)
        let opinionFirst = generator.percent(70)
        let polarity = polarity(for: nil, using: &generator)
        if withOpinion, opinionFirst {
            opening(using: &generator)
            sentence(polarity, topic: topic, using: &generator)
            separate(using: &generator)
        }
        let asked = generator.percent(75) ? topic : .general
        let phrases = table.topics[asked.index]
        let choices = intent == .request ? phrases.requests : phrases.questions
        put(pick(choices, using: &generator), using: &generator)
        mark(intent)
        name(asked, weight: 0)
        if withOpinion, !opinionFirst {
            separate(using: &generator)
            sentence(polarity, topic: topic, using: &generator)
        }
    }

    /// A goodbye: in anger by detractors, without a grudge by promoters.
    private mutating func writeLeaving(using generator: inout SeededGenerator) {
        let topic = pickTopic(using: &generator)
        let inPeace =
            scoreClass == .promoter || (scoreClass == .passive && generator.percent(60))
        let goodbye = pick(inPeace ? table.leavingInPeace : table.leaving, using: &generator)
        let polarity = polarity(for: nil, using: &generator)
        let withOpinion = generator.percent(75)
        let opinionFirst = generator.percent(65)
        if withOpinion, opinionFirst {
            sentence(polarity, topic: topic, using: &generator)
            separate(using: &generator)
        }
        put(goodbye, using: &generator)
        mark(.leaving)
        if !inPeace {
            addBlame(1)
        }
        if withOpinion, !opinionFirst {
            separate(using: &generator)
            sentence(polarity, topic: topic, using: &generator)
        }
    }
}
