import LedgerCore
import ProjectionContract
import Testing

@Suite("The contract suite catches each planted fault")
struct ProjectionContractTests {
    /// The checks that fail for a projection.
    private func broken<P: Projection>(
        _ type: P.Type, answer: ProjectionContract.Answer? = nil
    ) throws -> Set<ContractCheck> {
        let violations = try ProjectionContract.verify(
            type, seeds: 1...2, eventCount: 100, answer: answer)
        return Set(violations.map(\.check))
    }

    @Test("a sound projection passes")
    func sound() throws {
        let violations = try ProjectionContract.verify(SoundCount.self, eventCount: 120) {
            (state, asOf) in
            // What does not depend on the state is the same for any.
            CBORValue.unsigned(asOf).encoded
        }
        #expect(violations == [])
    }

    @Test("an existential metatype will do, so that a catalog can be looped over")
    func existential() throws {
        let catalog: [any Projection.Type] = [SoundCount.self, BatchCounting.self]
        let counts = try catalog.map { try ProjectionContract.verify($0, seeds: 1...1).count }
        #expect(counts[0] == 0)
        #expect(counts[1] > 0)
    }

    @Test("a state that depends on where batches end")
    func batchDependent() throws {
        let checks = try broken(BatchCounting.self)
        #expect(checks.isSuperset(of: [.replayEqualsIncremental, .anyChunking]))
    }

    @Test("a memory that a restart loses")
    func forgetful() throws {
        #expect(try broken(Forgetful.self) == [.restart])
    }

    @Test("a buffer that is flushed twice")
    func neverEmptied() throws {
        #expect(try broken(NeverEmptied.self).contains(.flushTwice))
    }

    @Test("poison that leaves traces")
    func halfApplying() throws {
        #expect(try broken(HalfApplying.self) == [.poison])
    }

    @Test("poison that is applied")
    func blind() throws {
        #expect(try broken(Blind.self) == [.poison])
    }

    @Test("poison that is passed over in silence")
    func silent() throws {
        #expect(try broken(Silent.self) == [.poison])
    }

    @Test("an error that is not poison")
    func wrongError() throws {
        #expect(try broken(WrongError.self) == [.poison, .changedBytes])
    }

    @Test("poison that names another event")
    func misattributing() throws {
        #expect(try broken(Misattributing.self).contains(.poison))
    }

    @Test("poison where nothing is wrong")
    func squeamish() throws {
        #expect(try broken(Squeamish.self).contains(.folds))
    }

    @Test("a taste for events that were not declared")
    func greedy() throws {
        #expect(try broken(Greedy.self) == [.unconsumedEvents])
    }

    @Test("a split that does not hold")
    func falselySplit() throws {
        #expect(try broken(ForgettingSpans.self) == [.spans])
        #expect(try broken(NumberedBySpan.self).contains(.spans))
    }

    @Test("a state that is never the same twice")
    func moody() throws {
        #expect(try broken(Moody.self).contains(.repetition))
    }

    @Test("an answer that looks beyond its as-of")
    func leakyAnswer() throws {
        let checks = try broken(SoundCount.self) { (state, asOf) in
            try state.value([UInt8]("response.recorded".utf8)) ?? []
        }
        #expect(checks == [.asOf])
    }

    @Test("a description that says too much of a prefix, or too little")
    func descriptions() throws {
        #expect(try broken(Noted.self, answer: Noted.answer) == [])
        #expect(try broken(Indiscreet.self, answer: Noted.answer) == [.description])
        #expect(try broken(Taciturn.self, answer: Noted.answer) == [.description])
    }

    @Test("a violation says how to meet it again")
    func description() throws {
        let violation = try #require(
            try ProjectionContract.verify(
                Blind.self, seeds: 7...7, checks: [.poison]
            ).first)
        #expect("\(violation)".hasPrefix("poison, seed 7: response.recorded with"))
    }
}
