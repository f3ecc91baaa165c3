import Catalog
import Classification
import LedgerCore
import LedgerProof
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import Testing

@Suite("Training from a ledger")
struct ModelTrainingTests {
    private func examples(
        _ test: TestLedger
    ) throws -> (examples: [ModelTraining.Example], asOf: Position) {
        let catalog = try ProjectionCatalog(directory: test.ledger.paths.projections)
        defer { catalog.close() }
        try catalog.npsBySegment.catchUp(with: test.ledger.log)
        return try catalog.npsBySegment.read { state, build in
            let lens = try ResolvedLens(Lens(asOf: build.position), in: state)
            let found = try NPSBySegmentQuery(state).scoredTexts(lens).map {
                ModelTraining.Example(
                    response: $0.response, text: $0.text,
                    label: lens.thresholds.classify(score: $0.score))
            }
            return (found, build.position)
        }
    }

    @Test("the same events and seed give the same artefact; another seed another card")
    func deterministic() throws {
        let test = try TestLedger()
        let file = try SimulatedFile(seed: 21, responses: 500)
        _ = try test.run(TestLedger.Run(SimulatedFile.mapping), file.bytes)
        let (examples, asOf) = try examples(test)
        let training = ModelTraining(test.ledger)
        let first = try training.train(examples, asOf: asOf, selection: "{}", seed: 7, threads: 1) {
            _ in
        }
        let again = try training.train(examples, asOf: asOf, selection: "{}", seed: 7, threads: 2) {
            _ in
        }
        #expect(first.model.artefact == again.model.artefact)
        #expect(first.evidence == again.evidence)
        #expect(first.evidence.erased == 0)
        #expect(first.evidence.asOf == asOf && first.evidence.seed == 7)
        #expect(Int(first.evidence.examples) == examples.count)
        let root = try test.ledger.log.root(at: asOf)
        #expect(first.evidence.root == root.bytes)
        let other = try training.train(examples, asOf: asOf, selection: "{}", seed: 8, threads: 2) {
            _ in
        }
        #expect(other.evidence != first.evidence)
        #expect(other.evidence.positions == first.evidence.positions)
        let fewer = try training.train(
            Array(examples.dropLast()), asOf: asOf, selection: "{}", seed: 7, threads: 2
        ) { _ in }
        #expect(fewer.evidence.positions != first.evidence.positions)

        let registry = ModelRegistry(test.ledger)
        // Bytes that came as a file say nothing of what was learnt: the training does.
        let unknown = try registry.register(
            first.model.artefact, provenance: "file", actor: TestLedger.actor)
        #expect(unknown.version == 1 && unknown.training == nil)
        let model = try registry.register(first, actor: TestLedger.actor)
        #expect(model.version == 2 && model.digest == unknown.digest)
        #expect(model.training?.examples == examples.count)
        #expect(try registry.register(first, actor: TestLedger.actor).version == 2)
        #expect(
            try registry.reader(model).classify(batch: [Array("lovely".utf8)], threads: 1)[0]
                == NGramClassifier(artefact: first.model.artefact).classify("lovely"))
    }

    @Test("copies of a text, of whomever, share a fold: nobody is tested on words it has learnt")
    func copies() throws {
        let test = try TestLedger()
        let run = TestLedger.Run(["response_id=id", "score=score", "text=text"])
        var numbers = SeededGenerator(seed: 5)
        var file = "id,score,text\n"
        // Words that say nothing, each four times with one score: who knows them knows the score.
        for word in 0..<90 {
            let letters = (0..<12).map { _ in
                "bcdfghklmnprstvz".randomElement(using: &numbers) ?? "b"
            }
            let score = [9, 7, 2].randomElement(using: &numbers) ?? 9
            for copy in 0..<4 {
                let text = String(letters)
                file +=
                    "\(word)-\(copy),\(score),\(copy % 2 == 0 ? text : text.uppercased() + " ")\n"
            }
        }
        _ = try test.run(run, file)
        let (examples, asOf) = try examples(test)
        #expect(examples.count == 360)
        let trained = try ModelTraining(test.ledger).train(
            examples, asOf: asOf, selection: "{}", seed: 7, threads: 2
        ) { _ in }
        #expect(trained.model.metrics.accuracy < 6_000, "chance is a third")
    }

    @Test("too little to learn from is said with what is needed")
    func tooFew() throws {
        let test = try TestLedger()
        let run = TestLedger.Run(["response_id=id", "score=score", "text=text"])
        _ = try test.run(run, "id,score,text\na,9,good\nb,2,bad\nc,7,fine\n")
        let (examples, asOf) = try examples(test)
        #expect(examples.map(\.label) == [.promoter, .detractor, .passive])
        let training = ModelTraining(test.ledger)
        for count in 0...3 {
            #expect(throws: TrainingError.self) {
                try training.train(
                    Array(examples.prefix(count)), asOf: asOf, selection: "{}", seed: 1, threads: 1
                ) { _ in }
            }
        }
    }
}
