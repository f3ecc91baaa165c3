import LedgerCore

/// The rules every projection is held to, run over histories that follow from seeds.
///
/// ```swift
/// #expect(try ProjectionContract.verify(Lineage.self, seeds: 1...8) { state, asOf in … } == [])
/// ```
///
/// The suite knows nothing of a test framework: it reports, and the test classifies.
public enum ProjectionContract {
    /// What a projection answers from a state as of a position, as bytes to compare.
    public typealias Answer = (MemoryState, Position) throws -> [UInt8]

    /// Runs `checks` on the histories of `seeds`, each with and without dangling references.
    ///
    /// - Parameters:
    ///   - eventCount: length of each history.
    ///   - checks: what to check; `.asOf` needs `answer`.
    ///   - answer: the projection's queries as of a position, or nil to leave `.asOf` out.
    /// - Returns: what broke, at most one violation per check and history; empty where the
    ///   contract is kept.
    /// - Throws: `EntryError` where a history cannot be written.
    public static func verify<P: Projection>(
        _ type: P.Type, seeds: ClosedRange<UInt64> = 1...4, eventCount: Int = 200,
        checks: Set<ContractCheck> = Set(ContractCheck.allCases), answer: Answer? = nil
    ) throws -> [ContractViolation] {
        var violations: [ContractViolation] = []
        for seed in seeds {
            for dangles in [false, true] {
                let history = try EventHistory(
                    seed: seed, count: eventCount, hasDanglingReferences: dangles)
                let run = ContractRun<P>(history: history, answer: answer)
                for check in ContractCheck.allCases where checks.contains(check) {
                    guard let detail = run.failure(of: check) else { continue }
                    violations.append(
                        ContractViolation(
                            check: check, seed: seed, hasDanglingReferences: dangles,
                            detail: detail))
                }
            }
        }
        return violations
    }
}
