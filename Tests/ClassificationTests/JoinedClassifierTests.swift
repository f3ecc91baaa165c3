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
}
