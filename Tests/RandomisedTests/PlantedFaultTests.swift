import LedgerCore
import NPSBySegmentProjection
import Testing

/// The run must be able to fail: each of these faults is found within the steps of a usual run.
@Suite("The randomised simulation finds planted faults", .serialized)
struct PlantedFaultTests {
    /// The first failure from seed 1 on, and the steps it took.
    ///
    /// Other processes are left out: they fold without the fault, and the two do not mix.
    private func find<Scores: Projection>(
        _ type: Scores.Type, _ meddling: RandomisedRun<Scores>.Meddling? = nil
    ) throws -> (failure: RandomisedFailure, steps: Int) {
        var steps = 0
        var seed: UInt64 = 1
        while steps < RandomisedOptions.stepsStandard {
            do {
                let plan = RandomisedPlan(seed: seed).without(.crash)
                try RandomisedRun<Scores>(plan, meddling: meddling).run()
                steps += plan.steps.count
                seed += 1
            } catch let failure as RandomisedFailure {
                return (failure, steps + failure.steps.count)
            }
        }
        throw Disagreement("\(Scores.self) was not found in \(steps) steps")
    }

    private func check<Scores: Projection>(
        _ type: Scores.Type, says words: String, _ meddling: RandomisedRun<Scores>.Meddling? = nil
    ) throws {
        let (failure, steps) = try find(type, meddling)
        #expect(failure.reason.contains(words), "\(failure)")
        print("Planted fault found after \(steps) steps: \(failure.reason.prefix(120))")
    }

    @Test("a classification of a replaced text that counts")
    func classifiesReplacedTexts() throws {
        try check(Distorted<ClassifiesReplacedTexts>.self, says: "brute force")
    }

    @Test("an amendment that moves nothing")
    func forgetsMoves() throws {
        try check(Distorted<ForgetsMoves>.self, says: "brute force")
    }

    @Test("a score of nought that is none")
    func missesNought() throws {
        try check(Distorted<MissesNought>.self, says: "brute force")
    }

    @Test("a rollback that goes nowhere")
    func rollsBackTooLittle() throws {
        try check(Distorted<RollsBackTooLittle>.self, says: "brute force")
    }

    @Test("a state that depends on how the log was cut")
    func losesFirsts() throws { try check(LosesFirsts.self, says: "digest") }

    @Test("a byte of a state that was changed", arguments: 0..<3)
    func changedByte(index: Int) throws {
        let meddling = Meddling.changingAByte(of: index, after: 14)
        let (failure, _) = try find(NPSBySegment.self, meddling)
        #expect(failure.step.number >= 14, "\(failure)")
    }

    @Test("an acknowledged append that is lost")
    func lostAppend() throws {
        try check(
            NPSBySegment.self, says: "shrunk", Meddling.losingTheEnd(from: 6, after: 9))
    }

    @Test("a failure is shown with fewer steps that fail as well")
    func shrinking() throws {
        typealias Faulty = Distorted<MissesNought>
        let (failure, _) = try find(Faulty.self)
        let shrunk = failure.shrunk { try RandomisedRun<Faulty>($0).run() }
        #expect(shrunk.steps.count < failure.steps.count)
        #expect(shrunk.steps.count <= 3, "\(shrunk)")
        let again = RandomisedPlan(seed: shrunk.plan.seed).only(Set(shrunk.steps.map(\.number)))
        #expect(throws: RandomisedFailure.self) { try RandomisedRun<Faulty>(again).run() }
        #expect("\(failure)".contains("RANDOMISED_SEED=\(failure.plan.seed) RANDOMISED_STEPS=1"))
    }
}
