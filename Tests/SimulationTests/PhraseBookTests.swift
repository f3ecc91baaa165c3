import Testing

@testable import Simulation

@Suite struct PhraseBookTests {
    @Test(arguments: CommentLanguage.allCases)
    func holdsSeveralHundredPhrasesAndNoneTwice(_ language: CommentLanguage) {
        let phrases = PhraseBook.phrases(language)
        #expect(phrases.count > 450)
        #expect(Set(phrases).count == phrases.count)
        #expect(phrases.allSatisfy { !$0.isEmpty })
    }

    @Test(arguments: CommentLanguage.allCases)
    func everyShelfHasPhrases(_ language: CommentLanguage) {
        let table = PhraseBook.table(language)
        for topic in CommentTopic.allCases {
            let phrases = table.topics[topic.index]
            #expect(topic == .general || phrases.subjects.count >= 4, "\(topic)")
            for polarity in -3...3 where polarity != 0 || topic == .general {
                #expect(!phrases.said[polarity + 3].isEmpty, "\(topic) \(polarity)")
            }
            #expect(phrases.requests.count >= 3 && phrases.questions.count >= 2, "\(topic)")
        }
        for polarity in -3...3 {
            #expect(table.predicates[polarity + 3].count >= 7)
            #expect(table.endings[polarity + 3].count >= 3)
        }
        for shelf in [table.terse, table.planted, table.emoji] {
            #expect([-2, 0, 2].allSatisfy { shelf[$0 + 3].count >= 4 })
        }
    }

    @Test func topicsAreIndexedInTheirOrder() {
        #expect(CommentTopic.allCases.map(\.index) == Array(0..<CommentTopic.allCases.count))
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func keepsThePromiseOfAnIntent(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for language in CommentLanguage.allCases {
            for scoreClass in ScoreClass.allCases {
                for intent in CommentIntent.allCases {
                    for _ in 0..<200 {
                        let comment = PhraseBook.compose(
                            language: language, scoreClass: scoreClass, intent: intent,
                            using: &generator)
                        #expect(
                            comment.intents.contains(intent),
                            "seed \(seed), \(scoreClass), \(intent): \(comment.text)")
                    }
                }
            }
        }
    }

    @Test(arguments: CommentLanguage.allCases, ScoreClass.allCases)
    func reachesEverythingAndIsNeverEmpty(language: CommentLanguage, scoreClass: ScoreClass) {
        let seed: UInt64 = 77
        var generator = SeededGenerator(seed: seed)
        var intents: Set<CommentIntent> = []
        var topics: Set<CommentTopic> = []
        var texts: Set<String> = []
        var sentiments: [CommentSentiment: Int] = [:]
        for _ in 0..<5000 {
            let comment = PhraseBook.compose(
                language: language, scoreClass: scoreClass, using: &generator)
            #expect(comment.text.contains { $0.isLetter || $0.isNumber }, "seed \(seed)")
            #expect(!comment.text.utf8.contains { $0 < 0x20 && $0 != 0x0A })
            #expect(!comment.text.contains { "{}|<>".contains($0) }, "\(comment.text)")
            #expect(comment.text.utf8.count < 1000)
            #expect(!comment.text.unicodeScalars.contains("\u{FFFD}"))
            #expect(comment.language == language && comment.scoreClass == scoreClass)
            intents.formUnion(comment.intents)
            topics.insert(comment.topic)
            texts.insert(comment.text)
            sentiments[comment.sentiment, default: 0] += 1
        }
        #expect(intents.count == CommentIntent.allCases.count)
        #expect(topics.count == CommentTopic.allCases.count)
        #expect(texts.count > 3800, "\(texts.count)")
        let share = { (sentiment: CommentSentiment) in sentiments[sentiment, default: 0] }
        switch scoreClass {
        case .detractor: #expect(share(.negative) > 4200 && share(.positive) < 100)
        case .passive: #expect(share(.neutral) > 2000)
        case .promoter: #expect(share(.positive) > 4200 && share(.negative) < 100)
        }
    }

    @Test func agreesInGenderAndNumber() {
        let phrase = Phrase("{n'est|ne sont} pas {bon|bonne|bons|bonnes}")
        let written = phrase.forms.map { String(decoding: $0, as: UTF8.self) }
        #expect(
            written == [
                "n'est pas bon", "n'est pas bonne", "ne sont pas bons", "ne sont pas bonnes",
            ])
    }

    @Test func plantedWordsAreInNoUsualComment() {
        let marks = ["concierge", "locker", "consigne", "carbon", "hologram"]
        var generator = SeededGenerator(seed: 5)
        for language in CommentLanguage.allCases {
            for scoreClass in ScoreClass.allCases {
                for _ in 0..<2000 {
                    let text = PhraseBook.compose(
                        language: language, scoreClass: scoreClass, using: &generator
                    ).text.lowercased()
                    #expect(!marks.contains { text.contains($0) }, "\(text)")
                }
            }
        }
        let planted = PhraseBook.compose(
            language: .english, scoreClass: .promoter, wording: .planted, using: &generator)
        let usual = Set(PhraseBook.phrases(.english).joined(separator: " ").split(separator: " "))
        #expect(!planted.text.isEmpty && usual.count > 700)
    }
}
