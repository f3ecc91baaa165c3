import Encoders
import Testing

@testable import Classification

/// Models that read an encoder's vectors beside n-grams.
struct JoinedClassifierTests {
    /// Words that say nothing and vectors that tell the class: components 0…2 point at it, with
    /// noise, and component 3 never changes.
    private static func vectors(
        of examples: [TrainingExample], seed: UInt64
    ) -> (encoded: EncodedTexts, mute: [TrainingExample]) {
        var random = SeededTexts(seed: seed)
        let vectors = examples.map { example in
            var components = (0..<8).map { _ in Double(random.below(200)) / 1000 - 0.1 }
            components[Int(example.scoreClass ?? 0)] += 0.3
            components[3] = 0.25
            return Embedding(rounding: components)
        }
        let words = ["one", "two", "three", "four", "five"]
        let mute = examples.map { example in
            var mute = example
            let text = (0..<4).map { _ in words[random.below(5)] }.joined(separator: " ")
            mute.text = Array(text.utf8)
            return mute
        }
        return (EncodedTexts(encoder: reference, vectors: vectors), mute)
    }

    private static let reference = EncoderReference(
        name: "planted", digest: (0..<32).map { UInt8($0) }, dimensions: 8)

    private static func trained(_ count: Int, seed: UInt64) throws -> TrainedModel {
        let (encoded, examples) = vectors(
            of: TrainingFixture.examples(count, seed: seed, heads: false), seed: seed)
        return try NGramTrainer.train(
            examples, encoded: encoded, options: TrainingOptions(hashBits: 12))
    }

    @Test func whatOnlyTheVectorsTellIsLearned() throws {
        let trained = try Self.trained(600, seed: 21)
        #expect(trained.metrics.accuracy > 9_500)
        let model = try JoinedClassifier(artefact: trained.artefact)
        #expect(model.encoder == Self.reference)
        #expect(model.metadata.encoder == Self.reference.description)
        let (fresh, examples) = Self.vectors(
            of: TrainingFixture.examples(300, seed: 22, heads: false), seed: 22)
        let outputs = model.classify(
            batch: examples.map(\.text), embeddings: fresh.vectors, threads: 2)
        let right = zip(examples, outputs).count { $0.scoreClass == $1.scoreClass }
        #expect(right > 280)
        for output in outputs {
            #expect(
                Int(output.detractor) + Int(output.passive) + Int(output.promoter) == 10_000)
        }
        // Without them nothing is left but chance.
        let (_, mute) = Self.vectors(
            of: TrainingFixture.examples(600, seed: 21, heads: false), seed: 21)
        let blind = try NGramTrainer.train(mute, options: TrainingOptions(hashBits: 12))
        #expect(blind.metrics.accuracy < 5_000)
    }

    /// The folded integers say what the trainer's Double arithmetic said.
    @Test func roundingMovesNoProbabilityFar() throws {
        let trained = try Self.trained(400, seed: 23)
        let model = try JoinedClassifier(artefact: trained.artefact)
        let (encoded, examples) = Self.vectors(
            of: TrainingFixture.examples(400, seed: 23, heads: false), seed: 23)
        let outputs = model.classify(
            batch: examples.map(\.text), embeddings: encoded.vectors, threads: 1)
        // Out of fold is another model than the final one, so only the mean is close.
        var distance = 0
        for given in trained.outOfFold {
            distance += abs(Int(given.detractor) - Int(outputs[given.example].detractor))
        }
        #expect(distance / trained.outOfFold.count < 400)
    }

    @Test func batchesAndThreadsChangeNothing() throws {
        let model = try JoinedClassifier(artefact: try Self.trained(300, seed: 24).artefact)
        let (encoded, examples) = Self.vectors(
            of: TrainingFixture.examples(97, seed: 25, heads: false), seed: 25)
        let texts = examples.map(\.text)
        let together = model.classify(batch: texts, embeddings: encoded.vectors, threads: 1)
        for threads in [2, 3, 8] {
            #expect(
                model.classify(batch: texts, embeddings: encoded.vectors, threads: threads)
                    == together)
        }
        for index in texts.indices {
            let alone = model.classify(
                batch: [texts[index]], embeddings: [encoded.vectors[index]], threads: 1)
            #expect(alone == [together[index]])
        }
        #expect(model.classify(batch: [], embeddings: [], threads: 2).isEmpty)
    }

    @Test func theSameInputGivesTheSameBytes() throws {
        let first = try Self.trained(300, seed: 26).artefact
        #expect(try Self.trained(300, seed: 26).artefact == first)
        #expect(try ModelArtefact(decoding: first).encoded() == first)
    }

    @Test func oneSortIsNotTakenForTheOther() throws {
        let joined = try Self.trained(300, seed: 27).artefact
        let refused = #expect(throws: ArtefactError.self) { try NGramClassifier(artefact: joined) }
        #expect(refused?.code == .needsEncoder)
        #expect(throws: ArtefactError.self) {
            try JoinedClassifier(artefact: NGramClassifier.embeddedArtefact)
        }
        #expect(try ModelFile(artefact: joined).kind == "ngram-1+planted")
        #expect(try ModelFile(artefact: NGramClassifier.embeddedArtefact).kind == "ngram-1")
    }

    @Test func damageIsRefused() throws {
        let bytes = try Self.trained(300, seed: 28).artefact
        for index in stride(from: 0, to: bytes.count, by: 11) {
            var flipped = bytes
            flipped[index] ^= 0x41
            #expect(throws: ArtefactError.self, "byte \(index)") {
                try ModelFile(artefact: flipped)
            }
        }
        for count in stride(from: 0, to: bytes.count, by: 101) {
            #expect(throws: ArtefactError.self) { try ModelFile(artefact: Array(bytes[..<count])) }
        }
    }

    /// A model on vectors alone, of all three heads.
    private static func vectorModel() throws -> (JoinedClassifier, EncodedTexts, [[UInt8]]) {
        var random = SeededTexts(seed: 29)
        var examples: [TrainingExample] = []
        for number in 0..<240 {
            examples.append(
                TrainingExample(
                    text: Array("text \(number)".utf8), scoreClass: UInt8(number % 3),
                    sentiment: UInt8(number / 3 % 3),
                    intents: Intents(rawValue: 1 << UInt8(number / 9 % 5)), key: UInt64(number)))
        }
        var encoded = vectors(of: examples, seed: 29).encoded
        for index in encoded.vectors.indices {
            // The largest there are, and odd counts of components.
            encoded.vectors[index].components[7] = [-32_768, 32_767, 0, -1][random.below(4)]
        }
        let trained = try NGramTrainer.train(
            examples, encoded: encoded,
            options: TrainingOptions(hashBits: 10, bucketExamplesMin: 1_000))
        return (
            try JoinedClassifier(artefact: trained.artefact), encoded, examples.map(\.text)
        )
    }

    @Test func aModelOnVectorsAloneNeedsNoText() throws {
        let (model, encoded, texts) = try Self.vectorModel()
        #expect(!model.readsText)
        #expect(try JoinedClassifier(artefact: Self.trained(300, seed: 30).artefact).readsText)
        let outputs = model.classify(embeddings: encoded.vectors, threads: 1)
        #expect(model.classify(batch: texts, embeddings: encoded.vectors, threads: 2) == outputs)
        #expect(model.classify(embeddings: encoded.vectors, threads: 3) == outputs)
        #expect(model.classify(embeddings: [], threads: 3).isEmpty)
        let right = outputs.indices.count { Int(outputs[$0].scoreClass) == $0 % 3 }
        #expect(right > 200)
        #expect(outputs.allSatisfy { $0.featureCount == 8 && !$0.truncated })
        let nothing = Embedding(components: [Int16](repeating: 0, count: 8))
        #expect(model.classify(embeddings: [nothing], threads: 1)[0].featureCount == 0)
        #expect(Set(outputs.map(\.praise)).count > 1 && Set(outputs.map(\.negative)).count > 1)
    }

    @Test func sumsOfProductsAreExact() {
        var random = SeededTexts(seed: 31)
        let extremes: [Int16] = [-32_767, -32_768, -256, -255, -1, 0, 1, 255, 256, 32_767]
        for count in [1, 2, 7, 8, 9, 127, 384, 1_000, 4_096, IntegerProduct.countMax] {
            for round in 0..<4 {
                let pick = { () -> Int16 in
                    round < 3
                        ? extremes[round < 2 ? round : random.below(extremes.count)]
                        : Int16(truncatingIfNeeded: random.below(65_536))
                }
                let weights = (0..<count).map { _ in max(-32_767, pick()) }
                let components = (0..<count).map { _ in pick() }
                let exact = zip(weights, components).reduce(Int64(0)) {
                    $0 + Int64($1.0) * Int64($1.1)
                }
                let product = components.withUnsafeBufferPointer { components in
                    weights.withUnsafeBufferPointer { weights in
                        weights.baseAddress.flatMap { weights in
                            components.baseAddress.map {
                                IntegerProduct.sum(weights, $0, count)
                            }
                        }
                    }
                }
                #expect(product == exact, "\(count) in round \(round)")
            }
        }
    }
}
