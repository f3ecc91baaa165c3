/// A way in which a projection breaks the contract.
public struct ContractViolation: Error, Hashable, Sendable, CustomStringConvertible {
    /// The check that failed.
    public let check: ContractCheck
    /// The seed of the history; with it the failure comes again.
    public let seed: UInt64
    /// Whether the history had references that lead nowhere.
    public let hasDanglingReferences: Bool
    /// What was seen.
    public let detail: String

    /// Check, seed and what was seen.
    public var description: String {
        "\(check.rawValue), seed \(seed)\(hasDanglingReferences ? " with dangling references" : "")"
            + ": \(detail)"
    }
}
