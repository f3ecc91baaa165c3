import Catalog
import Classification
import Foundation
import LedgerCore
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics
import Testing

@Suite("Evaluation of a model")
struct ModelEvaluationTests {
    @Test("figures by segment are those of a recount, whatever the order")
    func recount() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("evaluation, seed \(seed)")
        var generator = NPSStatistics.SeededGenerator(seed: seed)
        typealias Case = (label: NPSClass, detractor: UInt16, promoter: UInt16, value: String?)
        var cases: [Case] = []
        for _ in 0..<600 {
            let low = generator.next(below: 10_001)
            let high = generator.next(below: 10_001 - low)
            let label = NPSClass(rawValue: UInt8(generator.next(below: 3))) ?? .passive
            cases.append(
                (label, UInt16(low), UInt16(high), [nil, "a", "b", "c"][generator.next(below: 4)]))
        }
        cases.append((.promoter, 100, 9_000, "rare"))
        func evaluate(_ cases: [Case]) -> ModelEvaluation {
            var evaluation = ModelEvaluation()
            for item in cases {
                evaluation.add(
                    label: item.label, detractor: item.detractor, promoter: item.promoter,
                    segment: [item.value])
            }
            return evaluation
        }
        let evaluation = evaluate(cases)
        let (large, small) = evaluation.segments(atLeast: 30)
        #expect(large.count == 4 && small?.count == 1 && small?.sum.count == 1)
        #expect(large.map(\.count) == large.map(\.count).sorted(by: >))
        for segment in large {
            let here = cases.filter { [$0.value] == segment.values }
            #expect(segment.count == here.count)
            let promoters = here.count { $0.label == .promoter }
            let detractors = here.count { $0.label == .detractor }
            #expect(
                segment.stated
                    == NPSCounts(
                        detractors: detractors,
                        passives: here.count - promoters - detractors, promoters: promoters))
            let expected =
                here.reduce(0.0) { $0 + Double($1.promoter) - Double($1.detractor) } / 10_000
                / Double(here.count)
            #expect(abs((segment.expected ?? 9) - expected) < 1e-9)
        }
        let off = large.map { abs(($0.expected ?? 0) - ($0.stated.score ?? 0)) }.reduce(0, +) / 4
        let counted =
            large.map { abs(($0.counted.score ?? 0) - ($0.stated.score ?? 0)) }.reduce(0, +) / 4
        let error = try #require(ModelEvaluation.meanError(large))
        #expect(abs(error.expected - off) < 1e-9 && abs(error.counted - counted) < 1e-9)
        #expect(ModelEvaluation.meanError([]) == nil)

        let shuffled = evaluate(generator.shuffled(cases))
        #expect(shuffled.segments(atLeast: 30).large == large)
        #expect(shuffled.total == evaluation.total)
        // One by one, the losses are those of the arrays.
        let rows = cases.map { item in
            ClassifierQuality.shares(detractor: item.detractor, promoter: item.promoter)
                .map { Double($0) / 10_000 }
        }
        let truths = cases.map { Int($0.label.rawValue) }
        let brier = ProbabilityLoss.brier(classProbabilities: rows, classes: truths)
        #expect(abs((evaluation.quality.brier.value ?? 9) - (brier ?? 0)) < 1e-12)
        let floored = rows.map { $0.map { max($0, ClassifierQuality.probabilityMin) } }
        let loss = ProbabilityLoss.logLoss(classProbabilities: floored, classes: truths)
        #expect(abs((evaluation.quality.logLoss.value ?? 9) - (loss ?? 0)) < 1e-12)
    }

    @Test("a damaged state's probabilities do not end the evaluation")
    func damaged() {
        var evaluation = ModelEvaluation()
        evaluation.add(label: .detractor, detractor: 60_000, promoter: 65_535, segment: ["a"])
        #expect(evaluation.total.count == 1)
        #expect(evaluation.quality.brier.value?.isFinite == true)
    }

    @Test("every value is in one fold, and folds are of about one size")
    func folds() {
        let few = SegmentFolds(["a": 10, "b": 5, "c": 1], count: 5)
        #expect(few.folds == [["a"], ["b"], ["c"]])
        #expect(few.fold(of: "b") == 1 && few.fold(of: "d") == nil)
        let many = SegmentFolds(["a": 10, "b": 5, "c": 4, "d": 3, "e": 1], count: 2)
        #expect(many.folds == [["a", "e"], ["b", "c", "d"]])
        #expect(SegmentFolds([:], count: 3).folds.isEmpty)
        var sizes: [String: Int] = [:]
        for index in 0..<200 { sizes["v\(index)"] = 1 + index * index % 97 }
        let folds = SegmentFolds(sizes, count: 7)
        #expect(Set(folds.folds.joined()) == Set(sizes.keys))
        #expect(folds.folds.reduce(0) { $0 + $1.count } == 200)
        let totals = folds.folds.map { $0.reduce(0) { $0 + (sizes[$1] ?? 0) } }
        #expect((totals.max() ?? 0) - (totals.min() ?? 0) < 97)
    }

    @Test("a copy of a text is known again, another text is not")
    func digests() {
        let text = "The Café was\nlovely,  really ﬁne"
        for copy in [
            text, " the café was lovely, really fine ", "THE CAFE\u{301} WAS LOVELY,\tREALLY FINE",
        ] {
            #expect(TextDigest(copy) == TextDigest(text), "\(copy)")
        }
        for other in ["the cafe was lovely, really fine", "the café was lovely really fine", ""] {
            #expect(TextDigest(other) != TextDigest(text), "\(other)")
        }
    }

    @Test("a training is read back from its card, and other cards tell of none")
    func record() throws {
        let test = try TestLedger()
        let file = try SimulatedFile(seed: 33, responses: 400)
        _ = try test.run(TestLedger.Run(SimulatedFile.mapping), file.bytes)
        let catalog = try ProjectionCatalog(directory: test.ledger.paths.projections)
        defer { catalog.close() }
        try catalog.npsBySegment.catchUp(with: test.ledger.log)
        let (examples, asOf) = try catalog.npsBySegment.read { state, build in
            let lens = try ResolvedLens(Lens(asOf: build.position), in: state)
            let found = try NPSBySegmentQuery(state).scoredTexts(lens).map {
                ModelTraining.Example(
                    response: $0.response, text: $0.text,
                    label: lens.thresholds.classify(score: $0.score))
            }
            return (found, build.position)
        }
        let selection = #"{"from":"2025-01-01","where":{"language":["","fr"]}}"#
        let evidence = try ModelTraining(test.ledger).train(
            examples, asOf: asOf, selection: selection, seed: .max, threads: 2
        ) { _ in }.evidence
        func registered(_ card: String, _ training: TrainingEvidence? = nil) -> ModelRegistered {
            ModelRegistered(
                model: 1, kind: "ngram-1", digest: [], provenance: "trained", card: card,
                training: training)
        }
        let heads = #"{"heads":[{"head":"scoreClass","calibrationError":7}]}"#
        let record = try #require(TrainingRecord(registered(heads, evidence)))
        #expect(record.asOf == asOf && record.seed == .max)
        #expect(record.examples == examples.count && record.erased == 0)
        #expect(record.root == "\(try test.ledger.log.root(at: asOf))")
        #expect(record.from == "2025-01-01" && record.to == nil && record.window == nil)
        #expect(record.keeping == ["language": ["", "fr"]])
        #expect(record.calibrationError == 7)
        #expect(record.positions == TrainingRecord.digest(of: examples.map(\.response).reversed()))

        // As version 1 had it.
        let first =
            #"{"metadata":\#(heads),"training":{"asOf":\#(asOf),"erased":2,"examples":5,"#
            + #""root":"ab","seed":3,"selection":\#(selection)}}"#
        let old = try #require(TrainingRecord(registered(first)))
        #expect(old.asOf == asOf && old.erased == 2 && old.examples == 5 && old.root == "ab")
        #expect(old.positions == nil && old.seed == 3 && old.from == "2025-01-01")
        #expect(old.calibrationError == 7)

        let embedded = try NGramClassifier(artefact: NGramClassifier.embeddedArtefact).metadata
        for other in [
            String(decoding: embedded.canonicalJSON, as: UTF8.self), "{}", "no JSON", "[]", "",
            #"{"training":{"asOf":-1}}"#,
        ] {
            #expect(TrainingRecord(registered(other)) == nil, "\(other)")
        }
    }
}
