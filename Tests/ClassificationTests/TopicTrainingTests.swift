import Encoders
import Testing

@testable import Classification

/// Topics learnt from labels, and found by phrases.
struct TopicTrainingTests {
    @Test(arguments: [false, true])
    func labelsAreLearned(_ exclusive: Bool) throws {
        let taxonomy = try TopicFixture.taxonomy(exclusive: exclusive)
        let trained = try TopicFixture.trained(
            TopicFixture.examples(500, seed: 31, exclusive: exclusive), taxonomy)
        let metrics = try #require(trained.heads.last)
        #expect(metrics.head == "topics" && metrics.origin == "trained")
        #expect(metrics.labels.map(\.name) == TopicFixture.names)
        #expect(metrics.labels.allSatisfy { $0.origin == "trained" && $0.threshold != nil })
        #expect(metrics.macroF1 > 9_700 && metrics.accuracy > 9_700, "\(metrics)")
        #expect(metrics.calibrationError < 500)

        let file = try ModelFile(artefact: trained.artefact)
        guard case .ngrams(let classifier) = file else {
            Issue.record("it needs an encoder")
            return
        }
        #expect(file.taxonomy == taxonomy && file.topics == TopicFixture.names)
        #expect(file.topicOrigins == .init(repeating: .trained, count: 4))
        #expect(file.kind == "ngram-1")
        #expect(file.metadata?.heads == trained.heads)
        let fresh = TopicFixture.examples(300, seed: 32, exclusive: exclusive)
        let outputs = classifier.classify(batch: fresh.map(\.text), threads: 2)
        let right = zip(fresh, outputs).count { $0.topics == $1.topics.map(\.index) }
        #expect(right > 290)
        if exclusive { #expect(outputs.allSatisfy { $0.topics.count <= 1 }) }
        // What cannot be read is about nothing, whatever a bias says.
        #expect(classifier.classify("").topics.isEmpty)
        #expect(classifier.classify("?").featureCount > 0)
    }

    @Test func theSameInputGivesTheSameBytes() throws {
        let taxonomy = try TopicFixture.taxonomy(exclusive: true)
        let examples = TopicFixture.examples(300, seed: 33, exclusive: true, noise: 9)
        let first = try TopicFixture.trained(examples, taxonomy).artefact
        for threads in [2, 3, 7] {
            #expect(
                try TopicFixture.trained(examples, taxonomy, threads: threads).artefact == first)
        }
        let separate = try TopicFixture.taxonomy(exclusive: false)
        #expect(try TopicFixture.trained(examples, separate).artefact != first)
        // The other heads do not notice that topics are learnt beside them.
        let plain = examples.map { example in
            var plain = example
            plain.topics = nil
            return plain
        }
        let without = try NGramTrainer.train(plain, options: TrainingOptions(hashBits: 11))
        let with = try ModelArtefact(decoding: first)
        let alone = try ModelArtefact(decoding: without.artefact)
        #expect(with.heads == alone.heads && alone.topics == nil)
        #expect(without.artefact[8] == 1 && first[8] == 2, "the format's version")
    }

    /// Figures are those of models that had not seen the text: of labels without any sense nothing
    /// is learnt, however many features there are to remember them by.
    @Test func figuresAreHonest() throws {
        var random = SeededTexts(seed: 34)
        let examples = (0..<400).map { index in
            TrainingExample(
                text: random.text(words: 30), scoreClass: UInt8(index % 3),
                topics: random.below(5) == 0 ? [0] : [], key: UInt64(index))
        }
        let taxonomy = try TopicFixture.taxonomy(exclusive: false, ["chance"])
        let metrics = try #require(try TopicFixture.trained(examples, taxonomy).heads.last)
        // Always saying yes reaches 2·0.2 / 1.2.
        #expect(metrics.macroF1 < 4_200, "\(metrics)")
        #expect(metrics.accuracy < 8_400)
    }

    @Test func topicsWithoutEnoughLabelsAreAbsentOrPrototypes() throws {
        let taxonomy = try TopicFixture.taxonomy(exclusive: false, TopicFixture.names + ["other"])
        // The first topic has labels, the others too few to learn from.
        let examples = TopicFixture.examples(400, seed: 35, exclusive: false).enumerated().map {
            index, example in
            var kept = example
            kept.topics = example.topics?.filter { $0 == 0 || index < 20 }
            return kept
        }
        let without = try TopicFixture.trained(examples, taxonomy)
        #expect(
            try ModelFile(artefact: without.artefact).topicOrigins
                == [.trained, .absent, .absent, .absent, .absent])
        let absent = try #require(without.heads.last?.labels[1])
        #expect(absent.origin == "absent" && absent.threshold == nil && absent.f1 == 0)
        #expect(absent.examples > 0)

        let texts = examples.map(\.text)
        let encoded = TopicFixture.encoded(texts, taxonomy, seed: 36)
        let trained = try NGramTrainer.train(
            examples, encoded: encoded, options: TrainingOptions(hashBits: 11),
            taxonomy: taxonomy)
        let file = try ModelFile(artefact: trained.artefact)
        #expect(
            file.topicOrigins == [.trained, .prototype, .prototype, .prototype, .absent])
        #expect(trained.heads.last?.origin == "trained")
        #expect(
            trained.heads.last?.labels.map(\.origin)
                == ["trained", "prototype", "prototype", "prototype", "absent"])
        let classifier = try JoinedClassifier(artefact: trained.artefact)
        let fresh = TopicFixture.examples(300, seed: 37, exclusive: false)
        let outputs = classifier.classify(
            batch: fresh.map(\.text),
            embeddings: TopicFixture.vectors(fresh.map(\.text), seed: 38), threads: 2)
        // Letters that words begin with tell little, but more than chance.
        var (found, right) = (0, 0)
        for (example, output) in zip(fresh, outputs) {
            for topic in output.topics where topic.index > 0 {
                found += 1
                if example.topics?.contains(topic.index) == true { right += 1 }
                #expect(topic.probability >= 5_000)
            }
            #expect(!output.topics.contains { $0.index == 4 })
        }
        #expect(found > 50 && right * 10 > found * 6, "\(right) of \(found)")
    }

    /// The linear map is the cosine that was promised: worked out again from the vectors.
    @Test func aPrototypeIsACosine() throws {
        let taxonomy = try TopicFixture.taxonomy(exclusive: false)
        let texts = TopicFixture.examples(200, seed: 41, exclusive: false).map(\.text)
        let encoded = TopicFixture.encoded(texts, taxonomy, seed: 42)
        let range = encoded.prototypeRange
        let center = TopicPrototype.Center(
            encoded.vectors, chosen: Array(texts.indices), range: range)
        let prototype = try #require(
            TopicPrototype(encoded.phrases[2], center, dimensions: 32))
        #expect(prototype.weights[..<6].allSatisfy { $0 == 0 })
        func part(_ vector: Embedding) -> [Double] {
            vector.components[range].map { Double($0) / Double(Embedding.one) }
        }
        func length(_ vector: [Double]) -> Double {
            vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        let all = encoded.vectors.map(part)
        let mean = range.indices.map { place in
            all.reduce(0) { $0 + $1[place - range.lowerBound] } / Double(all.count)
        }
        let sum = range.indices.map { place in
            encoded.phrases[2].reduce(0) { $0 + part($1)[place - range.lowerBound] }
        }
        let pole = zip(sum.map { $0 / length(sum) }, mean).map { $0 - $1 }
        let spread =
            (all.reduce(0) { sum, vector in
                let distance = length(zip(vector, mean).map { $0 - $1 })
                return sum + distance * distance
            } / Double(all.count)).squareRoot()
        for (vector, text) in zip(encoded.vectors, all).prefix(50) {
            let away = zip(text, mean).map { $0 - $1 }
            let closeness = zip(away, pole).reduce(0) { $0 + $1.0 * $1.1 } / length(pole) / spread
            let expected = TopicPrototype.scale * (closeness - TopicPrototype.closenessMin)
            let logit = vector.components.enumerated().reduce(prototype.bias) {
                $0 + prototype.weights[$1.offset] * Double($1.element) / Double(Embedding.one)
            }
            #expect(abs(logit - expected) < 1e-6)
        }
        #expect(TopicPrototype([], center, dimensions: 32) == nil)
        let same = TopicPrototype.Center(
            [encoded.vectors[0]], chosen: [0], range: range)
        #expect(TopicPrototype(encoded.phrases[2], same, dimensions: 32) == nil)
    }

    @Test func vectorsInTwoPartsAreComparedInTheSecond() {
        func range(_ dimensions: Int) -> Range<Int> {
            EncodedTexts(
                encoder: EncoderReference(name: "x", digest: [], dimensions: dimensions),
                vectors: []
            ).prototypeRange
        }
        #expect(range(768) == 384..<768)
        #expect(range(384) == 0..<384)
    }

    @Test func labelsOutOfRangeAreRefused() throws {
        let taxonomy = try TopicFixture.taxonomy(exclusive: true)
        let examples = TopicFixture.examples(200, seed: 43, exclusive: true)
        func refusal(_ topics: [UInt8]?, _ taxonomy: TopicTaxonomy?) -> TrainingError? {
            var wrong = examples
            for index in wrong.indices { wrong[index].topics = nil }
            wrong[17].topics = topics
            do {
                _ = try NGramTrainer.train(
                    wrong, options: TrainingOptions(hashBits: 10), taxonomy: taxonomy)
                return nil
            } catch {
                return error
            }
        }
        for topics in [[4], [0, 1], [2, 2]] as [[UInt8]] {
            let error = refusal(topics, taxonomy)
            #expect(error?.code == .invalidLabel)
            #expect(error?.detail.contains("17") == true)
        }
        #expect(refusal([0], nil)?.code == .invalidLabel)
        #expect(refusal([0], taxonomy) == nil, "too few labels are no error")
    }
}
