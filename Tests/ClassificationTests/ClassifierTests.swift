import Testing

@testable import Classification

struct ClassifierTests {
    private static let shared = Result {
        try NGramClassifier(artefact: NGramClassifier.embeddedArtefact)
    }
    private let classifier: NGramClassifier

    init() throws {
        classifier = try Self.shared.get()
    }

    private func expectSane(_ output: ClassifierOutput, _ comment: Comment) {
        let classes = Int(output.detractor) + Int(output.passive) + Int(output.promoter)
        let feelings = Int(output.negative) + Int(output.neutral) + Int(output.positive)
        #expect(classes == 10_000, comment)
        #expect(feelings == 10_000, comment)
        for intent in [
            output.praise, output.complaint, output.request, output.question, output.leaving,
        ] { #expect(intent <= 10_000, comment) }
    }

    @Test func batchesAndThreadsChangeNothing() {
        let seed: UInt64 = 31
        var random = SeededTexts(seed: seed)
        let texts = (0..<500).map { index in
            index % 5 == 0 ? random.noise(random.below(300)) : random.text(words: random.below(40))
        }
        let alone = texts.map { classifier.classify($0) }
        for output in alone { expectSane(output, "seed \(seed)") }
        for threads in [1, 2, 3, 7, 600] {
            #expect(classifier.classify(batch: texts, threads: threads) == alone, "seed \(seed)")
        }
        #expect(
            classifier.classify(batch: texts.reversed(), threads: 2) == alone.reversed(),
            "seed \(seed)")
        #expect(classifier.classify(batch: [], threads: 4).isEmpty)
    }

    @Test func allWaysInAgree() {
        let text = "The delivery was late again, mais l'équipe est adorable 😀"
        let bytes = Array(text.utf8)
        let expected = classifier.classify(bytes)
        #expect(classifier.classify(text) == expected)
        #expect(classifier.classify(bytes.span.bytes) == expected)
        #expect(bytes.withUnsafeBytes { classifier.classify($0) } == expected)
        #expect(expected.featureCount > 50)
    }

    @Test func adversarialTextsAreAnswered() {
        var random = SeededTexts(seed: 32)
        let texts: [(String, [UInt8])] = [
            ("empty", []),
            ("spaces", .init(repeating: 0x20, count: 100_000)),
            ("zeros", .init(repeating: 0, count: 10_000)),
            ("emoji", Array(String(repeating: "😀🎉👍🏽", count: 500).utf8)),
            ("zero width", Array(String(repeating: "\u{200B}\u{FEFF}\u{200D}", count: 900).utf8)),
            ("combining", Array(("a" + String(repeating: "\u{301}", count: 4000)).utf8)),
            ("one letter", .init(repeating: 0x61, count: 10_000)),
            ("lead bytes", .init(repeating: 0xF0, count: 8192)),
            ("noise", random.noise(8192)),
            ("10 MB", .init(repeating: 0x62, count: 10 << 20)),
            ("10 MB of noise", random.noise(10 << 20)),
            ("distinct words", Self.distinctWords(1600)),
        ]
        for (name, text) in texts {
            let output = classifier.classify(text)
            expectSane(output, "\(name)")
            #expect(output.truncated == (text.count > TextLimits.wholeBytesMax), "\(name)")
        }
        #expect(classifier.classify("").featureCount == 0)
        #expect(classifier.classify("\u{200B}").featureCount == 0)
        #expect(classifier.classify("...") == classifier.classify(""))
    }

    /// Words of three letters, no two alike.
    private static func distinctWords(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in 0..<count {
            for letter in [index % 26, index / 26 % 26, index / 676] {
                bytes.append(UInt8(97 + letter))
            }
            bytes.append(0x20)
        }
        return bytes
    }

    /// Largest sums: all weights at their extremes, on the longest text.
    @Test func extremesDoNotOverflow() throws {
        var model = try ModelArtefact(decoding: NGramClassifier.embeddedArtefact)
        for index in model.heads.indices {
            let width = model.heads[index].kind.labels.count
            model.heads[index].weights = (0..<width << model.bits).map {
                $0 % width == 0 ? -128 : 127
            }
            model.heads[index].steps = .init(repeating: ModelHead.stepMax, count: width)
        }
        let extreme = try NGramClassifier(artefact: model.encoded())
        var random = SeededTexts(seed: 33)
        let letters = (0..<8192).map { _ in UInt8(97 + random.below(26)) }
        for text in [letters, Array(letters.map { [$0, 32] }.joined().prefix(8192))] {
            let output = extreme.classify(text)
            expectSane(output, "extreme")
            #expect(output.detractor == 0)
            #expect(output.praise == 0)
            #expect(output.leaving == 10_000)
        }
    }

    @Test func tiesGoToTheLowerClass() {
        var output = classifier.classify("")
        output.detractor = 3334
        output.passive = 3333
        output.promoter = 3333
        #expect(output.scoreClass == 0)
        output.detractor = 0
        output.passive = 5000
        output.promoter = 5000
        #expect(output.scoreClass == 1)
        output.promoter = 5001
        #expect(output.scoreClass == 2)
    }
}
