import Encoders
import Testing

@testable import Classification

/// Topics in artefacts: written, read, scored, and damaged.
struct TopicArtefactTests {
    private static func artefact(encoder: Bool, seed: UInt64) throws -> [UInt8] {
        let taxonomy = try TopicFixture.taxonomy(exclusive: false, TopicFixture.names + ["other"])
        let examples = TopicFixture.examples(250, seed: seed, exclusive: false).map { example in
            var kept = example
            kept.topics = example.topics?.filter { $0 != 1 }
            return kept
        }
        let encoded = TopicFixture.encoded(examples.map(\.text), taxonomy, seed: seed)
        return try NGramTrainer.train(
            examples, encoded: encoder ? encoded : nil, options: TrainingOptions(hashBits: 10),
            taxonomy: taxonomy
        ).artefact
    }

    @Test(arguments: [false, true])
    func roundTripsToTheByte(_ encoder: Bool) throws {
        let bytes = try Self.artefact(encoder: encoder, seed: 51)
        let model = try ModelArtefact(decoding: bytes)
        #expect(model.encoded() == bytes)
        let topics = try #require(model.topics)
        #expect(
            topics.labels.map(\.origin)
                == [.trained, encoder ? .prototype : .absent, .trained, .trained, .absent])
        #expect(topics.rows.count == topics.buckets.count * 3)
        #expect(topics.labels[0].vector.count == (encoder ? 32 : 0))
        let file = try ModelFile(artefact: bytes)
        #expect((file.encoder != nil) == encoder)
        if encoder {
            #expect(throws: ArtefactError.self) { try NGramClassifier(artefact: bytes) }
        } else {
            _ = try NGramClassifier(artefact: bytes)
        }
    }

    /// What the scorer sums up in vectors of eight bits, worked out weight by weight.
    @Test(arguments: [false, true])
    func scoresAreTheSumsOfTheirWeights(_ encoder: Bool) throws {
        let bytes = try Self.artefact(encoder: encoder, seed: 52)
        let model = try ModelArtefact(decoding: bytes)
        var topics = try #require(model.topics)
        for index in topics.labels.indices where topics.labels[index].origin != .absent {
            topics.labels[index].threshold = 0
        }
        let scorer = TopicScorer(topics, bits: model.bits)
        var features = TextFeatures(bits: model.bits)
        let texts = TopicFixture.examples(60, seed: 53, exclusive: false, noise: 4).map(\.text)
        let vectors = TopicFixture.vectors(texts, seed: 54)
        for (text, vector) in zip(texts, vectors) {
            text.withUnsafeBufferPointer { features.collect($0) }
            let found = vector.components.withUnsafeBufferPointer {
                scorer.topics(features.collector, vector: encoder ? $0 : nil)
            }
            let expected = Self.naive(topics, features.collector, encoder ? vector : nil)
            #expect(
                found.map(\.index)
                    == topics.labels.indices.compactMap {
                        topics.labels[$0].origin == .absent ? nil : UInt8($0)
                    })
            for topic in found {
                let distance = Double(topic.probability) - expected[Int(topic.index)]
                #expect(abs(distance) <= 1.5, "\(topic)")
            }
        }
    }

    private static func naive(
        _ head: TopicHead, _ collector: borrowing FeatureCollector, _ vector: Embedding?
    ) -> [Double] {
        var places: [Int: Int] = [:]
        for (index, bucket) in head.buckets.enumerated() { places[Int(bucket)] = index }
        var column = -1
        return head.labels.map { label in
            var logit = Double(label.bias) / 65_536
            if label.origin == .trained {
                column += 1
                func weight(_ bucket: Int) -> Double {
                    places[bucket].map { Double(head.rows[$0 * head.width + column]) } ?? 0
                }
                let step = Double(label.step) / 16_777_216
                logit += step * sum(collector.words, weight)
                logit += step * sum(collector.grams, weight)
                logit += step * weight(Int(collector.shapeBucket))
            }
            if let vector {
                let step = Double(label.vectorStep) / 72_057_594_037_927_936
                for (weight, component) in zip(label.vector, vector.components) {
                    logit += Double(weight) * Double(component) * step
                }
            }
            return Double(FixedPoint.sigmoid(Int64((logit * 65_536).rounded())))
        }
    }

    private static func sum(
        _ counts: borrowing FeatureCounts, _ weight: (Int) -> Double
    ) -> Double {
        var (sum, squares) = (0.0, 0.0)
        for position in 0..<counts.count {
            let (bucket, count) = counts[position]
            let value = Double(FixedPoint.dampedCounts[min(count, 255)])
            sum += weight(bucket) * value
            squares += value * value
        }
        return squares > 0 ? sum / squares.squareRoot() : 0
    }

    /// A model that reads vectors alone finds its prototypes in them, without any text.
    @Test func prototypesAreFoundInVectorsAlone() throws {
        var model = try ModelArtefact(decoding: try Self.artefact(encoder: true, seed: 61))
        #expect(try JoinedClassifier(artefact: model.encoded()).readsText)
        for index in model.heads.indices {
            model.heads[index].weights = .init(
                repeating: 0, count: model.heads[index].weights.count)
        }
        let topicsRead = try JoinedClassifier(artefact: model.encoded())
        #expect(topicsRead.readsText, "its topics read n-grams")
        let count = try #require(model.topics).rows.count
        model.topics?.rows = .init(repeating: 0, count: count)
        let classifier = try JoinedClassifier(artefact: model.encoded())
        #expect(!classifier.readsText)
        let texts = TopicFixture.examples(200, seed: 62, exclusive: false).map(\.text)
        let vectors = TopicFixture.vectors(texts, seed: 63)
        let outputs = classifier.classify(embeddings: vectors, threads: 3)
        #expect(outputs.contains { $0.topics.contains { $0.index == 1 } })
        // The same as where the n-grams are summed up, to 0.
        let summed = topicsRead.ngrams.model.topics.map { head in
            var head = head
            head.rows = model.topics?.rows ?? []
            return TopicScorer(head, bits: model.bits)
        }
        var features = TextFeatures(bits: model.bits)
        for (index, text) in texts.enumerated() {
            text.withUnsafeBufferPointer { features.collect($0) }
            let found = vectors[index].components.withUnsafeBufferPointer {
                summed?.topics(features.collector, vector: $0)
            }
            #expect(found == outputs[index].topics)
        }
        let nothing = Embedding(components: .init(repeating: 0, count: 32))
        #expect(classifier.classify(embeddings: [nothing], threads: 1)[0].topics.isEmpty)
    }

    /// More topics than a vector of the processor has lanes, weights at their extremes.
    @Test func sixtyFourTopicsAtTheirExtremes() throws {
        let names = (0..<64).map { "t\($0)" }
        var head = TopicHead(
            taxonomy: try TopicFixture.taxonomy(exclusive: false, names),
            labels: .init(
                repeating: .init(
                    origin: .trained, threshold: 10_000, bias: 0, step: ModelHead.stepMax),
                count: 64), buckets: Array(0..<1024))
        head.rows = (0..<(64 * 1024)).map { $0 % 2 == 0 ? 127 : -128 }
        var model = ModelArtefact(
            bits: 10, heads: ModelHead.Kind.allCases.map { .untrained($0) }, topics: head,
            metadata: try ModelArtefact(decoding: try Self.artefact(encoder: false, seed: 55))
                .metadata)
        model = try ModelArtefact(decoding: model.encoded())
        let classifier = try NGramClassifier(model)
        var random = SeededTexts(seed: 56)
        let long = (0..<8192).map { _ in UInt8(97 + random.below(26)) }
        for text in [Array("a".utf8), long, random.text(words: 3_000)] {
            #expect(
                classifier.classify(text).topics
                    == stride(from: 0, to: 64, by: 2).map {
                        ClassifierOutput.Topic(index: $0, probability: 10_000)
                    })
        }
    }

    @Test func ofTwoTheOneFurtherAboveItsThresholdIsTaken() throws {
        func found(_ biases: [Double], _ thresholds: [UInt16]) throws -> [UInt8] {
            let head = TopicHead(
                taxonomy: try TopicFixture.taxonomy(exclusive: true, ["a", "b", "c"]),
                labels: zip(biases, thresholds).map { bias, threshold in
                    .init(origin: .trained, threshold: threshold, bias: Int32(bias * 65_536))
                })
            var features = TextFeatures(bits: 10)
            Array("text".utf8).withUnsafeBufferPointer { features.collect($0) }
            return TopicScorer(head, bits: 10).topics(features.collector, vector: nil)
                .map(\.index)
        }
        // 50, 27 and 88 %.
        #expect(try found([0, -1, 2], [5_000, 5_000, 5_000]) == [2])
        #expect(try found([0, -1, 2], [5_000, 1_000, 8_800]) == [1])
        #expect(try found([0, 0, 0], [2_500, 2_500, 2_500]) == [0])
        #expect(try found([0, -1, 2], [5_001, 3_000, 9_000]).isEmpty)
    }

    @Test(arguments: [false, true])
    func damageIsRefused(_ encoder: Bool) throws {
        let bytes = try Self.artefact(encoder: encoder, seed: 57)
        for index in stride(from: 0, to: bytes.count, by: 7) {
            var flipped = bytes
            flipped[index] ^= 0x21
            #expect(throws: ArtefactError.self, "byte \(index)") {
                try ModelFile(artefact: flipped)
            }
        }
        for count in stride(from: 0, to: bytes.count, by: 61) {
            #expect(throws: ArtefactError.self) { try ModelFile(artefact: Array(bytes[..<count])) }
        }
    }

    /// Damage below a valid checksum: no crash, and what is read can be used.
    @Test(arguments: [false, true])
    func forgedContentIsBoundsChecked(_ encoder: Bool) throws {
        let seed: UInt64 = encoder ? 58 : 59
        let bytes = try Self.artefact(encoder: encoder, seed: seed)
        let name = Array("price".utf8)
        let at = try #require(
            bytes.indices.first { bytes[$0...].starts(with: [0, 5, 5] + name) })
        var random = SeededTexts(seed: seed)
        var (refused, read) = (0, 0)
        for _ in 0..<4_000 {
            var forged = bytes
            for _ in 0...random.below(2) {
                let place = at + random.below(random.below(2) == 0 ? 40 : bytes.count - at)
                forged[min(place, bytes.count - 9)] = UInt8(truncatingIfNeeded: random.next())
            }
            do {
                let file = try ModelFile(artefact: ArtefactBytes.sealed(forged))
                _ = try ModelArtefact(decoding: ArtefactBytes.sealed(forged)).encoded()
                read += 1
                use(file)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 300 && read > 300, "seed \(seed): \(refused), \(read)")
    }

    private func use(_ file: ModelFile) {
        let text = Array("the app is expensive".utf8)
        switch file {
        case .ngrams(let classifier): _ = classifier.classify(text)
        case .joined(let classifier):
            let vector = Embedding(
                components: .init(repeating: -32_768, count: classifier.encoder.dimensions))
            _ = classifier.classify(batch: [text], embeddings: [vector], threads: 1)
        case .external: break
        }
    }

    @Test func whatTheSectionsMaySayIsChecked() throws {
        let model = try ModelArtefact(decoding: try Self.artefact(encoder: true, seed: 60))
        func code(_ change: (inout ModelArtefact) -> Void) -> ArtefactError.Code? {
            var changed = model
            change(&changed)
            do {
                _ = try ModelArtefact(decoding: changed.encoded())
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code { _ in } == nil)
        #expect(code { $0.topics?.labels[0].threshold = 0 } == .invalidValue)
        #expect(code { $0.topics?.labels[0].threshold = 10_001 } == .invalidValue)
        #expect(code { $0.topics?.labels[0].bias = ModelHead.biasMax + 1 } == .invalidValue)
        #expect(code { $0.topics?.labels[0].step = ModelHead.stepMax + 1 } == .invalidValue)
        // A prototype reads nothing but a vector.
        #expect(
            code {
                $0.encoder = nil
                for index in 0..<5 { $0.topics?.labels[index].vector = [] }
            } == .invalidValue)
        var sections = model.encoded()
        let reference = Array("\u{7}planted".utf8)
        let at = try #require(sections.indices.first { sections[$0...].starts(with: reference) })
        #expect(sections[at - 1] == 3)
        for section in [0, 4, 255] as [UInt8] {
            sections[at - 1] = section
            #expect(throws: ArtefactError.self) {
                try ModelArtefact(decoding: ArtefactBytes.sealed(sections))
            }
        }
    }
}
