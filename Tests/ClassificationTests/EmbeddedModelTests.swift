import Simulation
import Testing

@testable import Classification

/// What ships inside the program does what its card says, with a margin below what was measured.
struct EmbeddedModelTests {
    private static let shared = Result {
        try NGramClassifier(artefact: NGramClassifier.embeddedArtefact)
    }
    private let classifier: NGramClassifier

    init() throws {
        classifier = try Self.shared.get()
    }

    @Test func itIsSmallAndSaysHowItWasMade() {
        #expect(NGramClassifier.embeddedArtefact.count < 2 << 20)
        #expect(classifier.kind == "ngram")
        #expect(classifier.metadata.featureSet == classifier.featureSet)
        #expect(classifier.metadata.heads.map(\.origin) == ["trained", "trained", "trained"])
        #expect(classifier.metadata.examples > 50_000)
        for head in classifier.metadata.heads { #expect(head.accuracy > head.majority) }
    }

    @Test(arguments: CommentLanguage.allCases)
    func composedCommentsAreTold(_ language: CommentLanguage) {
        let seed: UInt64 = 987_654_321
        var generator = SeededGenerator(seed: seed)
        let classes = ScoreClass.allCases
        let comments = (0..<3000).map { index in
            PhraseBook.compose(
                language: language, scoreClass: classes[index % 3], using: &generator)
        }
        let outputs = classifier.classify(batch: comments.map { Array($0.text.utf8) }, threads: 2)
        var classRight = 0
        var feelingRight = 0
        var leavingRight = 0
        for (comment, output) in zip(comments, outputs) {
            if classes[Int(output.scoreClass)] == comment.scoreClass { classRight += 1 }
            let feelings: [CommentSentiment] = [.negative, .neutral, .positive]
            if feelings[Int(output.sentiment)] == comment.sentiment { feelingRight += 1 }
            if (output.leaving >= 5000) == comment.intents.contains(.leaving) { leavingRight += 1 }
        }
        #expect(classRight > 2200, "seed \(seed)")
        #expect(feelingRight > 2500, "seed \(seed)")
        #expect(leavingRight > 2900, "seed \(seed)")
    }

    /// Sentences of no source of the model, in its plain sense.
    @Test(arguments: [
        ("Everything arrived on time and the team was lovely, thank you so much!", 2),
        ("Best purchase I have made in years, I recommend it to all my friends", 2),
        ("Horrible experience, nobody answered and I want my money back", 0),
        ("Terrible. It broke after two days and support ignored me", 0),
        ("Je suis ravie, équipe au top et très bons conseils, merci !", 2),
        ("Excellent accueil, je recommande à tous mes amis", 2),
        ("Service lamentable, personne ne répond au téléphone, plus jamais", 0),
        ("Très déçu, produit cassé et aucun remboursement", 0),
    ])
    func plainSentencesAreTold(_ text: String, _ expected: UInt8) {
        let output = classifier.classify(text)
        #expect(output.scoreClass == expected, "\(output)")
        #expect(output.sentiment == expected, "\(output)")
    }

    @Test(arguments: [
        ("I am cancelling my subscription and moving to a competitor", Intents.leaving),
        ("Je résilie mon abonnement et je pars chez un concurrent", .leaving),
        ("When will you open a store in my town?", .question),
        ("Pourquoi est-ce que je n'ai pas reçu ma facture ?", .question),
        ("Please add a dark mode to the app, it would help a lot", .request),
        ("Il faudrait ajouter le paiement par carte, s'il vous plaît", .request),
    ])
    func plainIntentsAreTold(_ text: String, _ intent: Intents) {
        let output = classifier.classify(text)
        let points = [
            output.praise, output.complaint, output.request, output.question,
            output.leaving,
        ]
        let index = intent.rawValue.trailingZeroBitCount
        #expect(points[index] >= 5000, "\(output)")
    }
}
