import Testing

@testable import Classification

struct TrainingTests {
    private func train(
        _ examples: [TrainingExample], base: NGramClassifier? = nil,
        _ change: (inout TrainingOptions) -> Void = { _ in }
    ) throws -> TrainedModel {
        var options = TrainingOptions(hashBits: 14)
        change(&options)
        return try NGramTrainer.train(examples, options: options, base: base)
    }

    @Test func aSmallSetIsLearned() throws {
        let trained = try train(TrainingFixture.examples(600, seed: 7))
        #expect(trained.metrics.accuracy > 9800)
        #expect(trained.metrics.macroF1 > 9800)
        #expect(trained.heads.map(\.origin) == ["trained", "trained", "trained"])
        let classifier = try NGramClassifier(artefact: trained.artefact)
        let fresh = TrainingFixture.examples(300, seed: 8)
        let outputs = classifier.classify(batch: fresh.map(\.text), threads: 2)
        for (example, output) in zip(fresh, outputs) {
            #expect(output.scoreClass == example.scoreClass)
            #expect(output.sentiment == example.sentiment)
            #expect((output.leaving >= 5000) == example.intents?.contains(.leaving))
            #expect((output.question >= 5000) == example.intents?.contains(.question))
        }
        #expect(classifier.metadata.heads == trained.heads)
        #expect(classifier.metadata.examples == 600)
    }

    @Test func theSameInputGivesTheSameBytes() throws {
        let examples = TrainingFixture.examples(400, seed: 9)
        let first = try train(examples)
        #expect(try train(examples).artefact == first.artefact)
        #expect(try train(examples) { $0.threads = 3 }.artefact == first.artefact)
        #expect(try train(examples) { $0.seed = 2 }.artefact != first.artefact)
        #expect(try train(Array(examples.dropLast())).artefact != first.artefact)
    }

    @Test func foldsFollowTheKeyNotTheOrder() throws {
        let examples = TrainingFixture.examples(400, seed: 10)
        let options = TrainingOptions()
        var counts = [Int](repeating: 0, count: options.folds)
        for example in examples { counts[NGramTrainer.fold(of: example.key, options)] += 1 }
        for count in counts { #expect((50...110).contains(count)) }
        let straight = try train(examples)
        let reversed = try train(examples.reversed())
        #expect(straight.metrics.labels.map(\.examples) == reversed.metrics.labels.map(\.examples))
        #expect(abs(straight.metrics.accuracy - reversed.metrics.accuracy) < 100)
    }

    @Test func headsWithoutLabelsComeFromTheBase() throws {
        let base = try NGramClassifier(
            artefact: try train(TrainingFixture.examples(400, seed: 11)).artefact)
        let scores = TrainingFixture.examples(400, seed: 12, heads: false)
        let trained = try train(scores, base: base) { $0.hashBits = 12 }
        let model = try NGramClassifier(artefact: trained.artefact)
        #expect(trained.heads.map(\.origin) == ["adapted", "base", "base"])
        #expect(model.model.bits == 14)
        #expect(model.model.heads[1] == base.model.heads[1])
        #expect(model.model.heads[2] == base.model.heads[2])
        #expect(model.metadata.base != nil)
        let text = "Support failed badly, I cancel today"
        #expect(model.classify(text).leaving == base.classify(text).leaving)
        #expect(model.classify(text).negative == base.classify(text).negative)
    }

    /// Sixty comments teach little; with a base of the same field they teach what it knows.
    @Test func aBaseHelpsWhereExamplesAreFew() throws {
        let base = try NGramClassifier(
            artefact: try train(TrainingFixture.examples(600, seed: 24)).artefact)
        var few = TrainingFixture.examples(90, seed: 25)
        // Half of the labels at random: the comments alone mislead.
        var random = SeededTexts(seed: 26)
        for index in few.indices where index % 2 == 0 {
            few[index].scoreClass = UInt8(random.below(3))
        }
        let alone = try train(few, base: base) { $0.adaptsBase = false }
        let adapted = try train(few, base: base)
        #expect(alone.heads[0].origin == "trained")
        #expect(adapted.heads[0].origin == "adapted")
        #expect(adapted.metrics.logLoss < alone.metrics.logLoss)
        #expect(try train(few, base: base) { $0.threads = 2 }.artefact == adapted.artefact)
        // What is stored says what was measured: base and examples in one table of weights.
        let classifier = try NGramClassifier(artefact: adapted.artefact)
        let fresh = TrainingFixture.examples(300, seed: 27)
        let right = fresh.count { classifier.classify($0.text).scoreClass == $0.scoreClass }
        #expect(right > 290)
    }

    @Test func withoutABaseTheHeadIsAbsent() throws {
        let trained = try train(TrainingFixture.examples(200, seed: 13, heads: false))
        #expect(trained.heads.map(\.origin) == ["trained", "absent", "absent"])
        let output = try NGramClassifier(artefact: trained.artefact).classify("The app is broken")
        #expect([output.negative, output.neutral, output.positive] == [3334, 3333, 3333])
        #expect(output.leaving == 0)
        #expect(output.detractor > 5000)
    }

    @Test func refusalsSayWhatIsNeeded() throws {
        func error(
            _ examples: [TrainingExample], _ change: (inout TrainingOptions) -> Void = { _ in }
        ) -> TrainingError? {
            do {
                _ = try train(examples, change)
                return nil
            } catch {
                return error as? TrainingError
            }
        }
        let few = error(TrainingFixture.examples(30, seed: 14))
        #expect(few?.code == .tooFewExamples)
        #expect(few?.detail.contains("30 comments") == true)
        #expect(few?.detail.contains("60 are needed") == true)
        let two = TrainingFixture.examples(300, seed: 15).filter { $0.scoreClass != 1 }
        #expect(error(two)?.code == .missingClass)
        #expect(error(two)?.detail.contains("passives") == true)
        var wrong = TrainingFixture.examples(300, seed: 16)
        wrong[17].scoreClass = 3
        #expect(error(wrong)?.code == .invalidLabel)
        #expect(error(wrong)?.detail.contains("17") == true)
        #expect(error(wrong) { $0.folds = 1 }?.code == .invalidOption)
        #expect(error([])?.code == .tooFewExamples)
    }

    @Test func tooManyExamplesAreThinnedByKey() throws {
        let examples = TrainingFixture.examples(3000, seed: 17)
        let trained = try train(examples) { $0.featureBytesMax = 1 << 21 }
        let metadata = try NGramClassifier(artefact: trained.artefact).metadata
        #expect(metadata.examplesLeftOut > 500)
        #expect(metadata.examples + metadata.examplesLeftOut == 3000)
        #expect(trained.outOfFold.count == metadata.examples)
    }

    @Test func progressRisesToOne() throws {
        var steps: [Double] = []
        _ = try NGramTrainer.train(
            TrainingFixture.examples(120, seed: 18), options: TrainingOptions(hashBits: 10),
            progress: { steps.append($0) })
        #expect(steps.count > 5)
        #expect(steps == steps.sorted())
        #expect(steps.last == 1)
    }

    @Test func metadataIsCanonical() throws {
        let trained = try train(TrainingFixture.examples(120, seed: 19))
        let classifier = try NGramClassifier(artefact: trained.artefact)
        let json = String(decoding: classifier.model.metadata, as: UTF8.self)
        #expect(classifier.metadata.canonicalJSON == classifier.model.metadata)
        #expect(!json.contains(".") && !json.contains(" ") && !json.contains("\n"))
        #expect(json.hasPrefix("{\"costMilli\":4000,"))
    }
}
