import LedgerCore

/// What became of each condition of a gate.
public struct GateReport: Hashable, Sendable {
    /// One condition.
    public struct Line: Hashable, Sendable {
        /// What was asked.
        public let condition: GateCondition
        /// What was found; nil where it could not be measured.
        public let finding: GateFinding?
        /// Why it could not be measured, or what was left out of it; nil where there is nothing to
        /// say.
        public let remark: String?

        /// Whether it is met. What cannot be measured is not met: a gate that asks about something
        /// must not open because there is nothing to see.
        public var isMet: Bool { finding?.isMet ?? false }
    }

    /// SHA-256 of the gate file.
    public let digest: [UInt8]
    /// The conditions in the order of the file.
    public let lines: [Line]

    /// Whether every condition is met.
    public var isMet: Bool { lines.allSatisfy(\.isMet) }

    /// What an activation records; nil where the gate is not met.
    public func evidence(asOf: Position) -> GateEvidence? {
        guard isMet else { return nil }
        return GateEvidence(digest: digest, asOf: asOf, findings: lines.compactMap(\.finding))
    }
}
