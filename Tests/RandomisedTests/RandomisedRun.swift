import Foundation
import LedgerCore
import LedgerFixtures
import LedgerProof
import LedgerStore
import LedgerVault
import NPSBySegmentProjection
import NPSLedger
import NaiveFolds

/// A real ledger with its projections, driven by a plan and checked after every step.
///
/// - Parameter Scores: `NPSBySegment`, or a copy of it with a fault planted.
final class RandomisedRun<Scores: Projection> {
    /// Meddles with the files after a step, to try whether the checks see it.
    typealias Meddling = (RandomisedRun, Step) throws -> Void

    /// A commit of so many events, or the usual one.
    static var commitSizes: [Int] { [1, 2, 3, 7, 20, 200_000] }

    let plan: RandomisedPlan
    let scratch: Scratch
    let clock = TestClock()
    let paths: LedgerPaths
    private let meddling: Meddling?

    var ledger: Ledger
    var projections: DrivenProjections<Scores>
    /// The first is serial; of the others some are built with every step.
    var replicas: [Replica<Scores>]

    /// What the log holds by now, as authors and as the naive folds know it.
    var known = KnownEvents()
    var naive = NaiveLedger()
    var naiveLineage = NaiveLineage()
    var naiveAudit = NaiveAudit()
    /// Leaf hashes of what the log said was durable.
    var acknowledged: [Position: MerkleHash] = [:]
    /// The log's root at every size it was seen with.
    var roots: [(size: Position, root: MerkleHash)] = []
    /// Scores as they were reported when the log had a certain size.
    var reports: [ScoreReport] = []
    /// Deliveries that were received.
    var received: [Position] = []
    /// What a reader of the live state keeps between its questions, whatever is done to the state.
    var cube = SegmentCube()
    /// How often something happened that a run is there for.
    private(set) var deeds: [String: Int] = [:]

    init(_ plan: RandomisedPlan, meddling: Meddling? = nil) throws {
        self.plan = plan
        self.meddling = meddling
        scratch = try Scratch(in: RandomisedOptions.given.directory)
        paths = LedgerPaths(directory: scratch("ledger"))
        let clock = clock
        ledger = try Ledger.create(
            at: paths, origin: "ledger.example/run", actor: .system, clock: { clock.now })
        // Authors seal nothing that opens, under the numbers 1 to 9: the vault must have issued
        // them, and the newest part must be a real one.
        _ = try ledger.vault().reserve(9)
        _ = try ThresholdRegistry(ledger).edit(.standard, reason: "a beginning", actor: .system)
        projections = try DrivenProjections(directory: paths.projections, commitEvents: 5)
        var numbers = SeededNumbers(seed: plan.seed)
        replicas = [
            try Replica(
                directory: scratch("serial"), threads: 1, commitEvents: 11, spanPositions: 4)
        ]
        for number in 0..<2 {
            replicas.append(
                try Replica(
                    directory: scratch("parallel-\(number)"), threads: 2 + numbers.below(3),
                    commitEvents: [5, 40, 500_000][numbers.below(3)],
                    spanPositions: [1, 2, 3, 7, 20, 65_536][numbers.below(6)]))
        }
        try readOn()
    }

    func close() {
        projections.close()
        for replica in replicas { replica.projections.close() }
        ledger.close()
    }

    /// Takes every step of the plan.
    ///
    /// - Throws: `RandomisedFailure`.
    func run() throws {
        defer { close() }
        for step in plan.steps {
            do {
                try take(step)
                try meddling?(self, step)
                try check(after: step)
            } catch {
                throw RandomisedFailure(plan: plan, step: step, reason: "\(error)")
            }
        }
    }

    /// Counts something that happened.
    func note(_ deed: String, _ count: Int = 1) { deeds[deed, default: 0] += count }

    private func take(_ step: Step) throws {
        var numbers = step.numbers
        // Time mostly goes on, stands still at times, and now and then the clock is set back.
        clock.advance(
            Microseconds(numbers.below(5) - 1) * Microseconds(numbers.below(3_600_000_000)))
        switch step.kind {
        case .respond: try append(.response, count: 1 + numbers.below(8), step)
        case .classify: try append(.classification, count: 1 + numbers.below(10), step)
        case .amend: try append(.amendment, count: 1 + numbers.below(4), step)
        case .exclude: try append(.exclusion, count: 1, step)
        case .anything: try append(nil, count: 1 + numbers.below(9), step)
        case .resend: try resend(&numbers)
        case .importFile: try importFile(&numbers)
        case .deliver: try deliver(&numbers)
        case .register: try register(&numbers)
        case .activate: try activate(&numbers)
        case .rollBack: try rollBack(&numbers)
        case .shadow: try shadow(&numbers)
        case .editThresholds: try editThresholds(step)
        case .catchUp: try catchUp(&numbers)
        case .rebuild: try rebuild(&numbers)
        case .swapBack: try swapBack(&numbers)
        case .commitState: try commitState(&numbers)
        case .reopenProjections: try reopenProjections(&numbers)
        case .reopenLedger: try reopenLedger()
        case .deleteProjection: try deleteProjection(&numbers)
        case .changeVersion: try changeVersion(&numbers)
        case .interrupt: try interrupt(&numbers)
        case .crash: try crash(&numbers)
        }
    }

    private func check(after step: Step) throws {
        var numbers = SeededNumbers(seed: ~step.seed)
        try readOn()
        try checkPast(&numbers)
        let disturbs: Set<Step.Kind> = [.crash, .interrupt, .reopenLedger]
        if disturbs.contains(step.kind) || step.number.isMultiple(of: 10) { try verifyLog() }
        try checkStates(&numbers)
        note("steps")
    }
}
