import LedgerCore

/// What came of holding a projection against the log.
public struct ProjectionVerification: Hashable, Sendable {
    /// The projection's id.
    public let id: String
    /// Version of the projection.
    public let version: UInt32
    /// How far the live state had come.
    public internal(set) var position: Position = 0
    /// Digest of the live state; nil where it was not read.
    public internal(set) var digest: [UInt8]?
    /// Digest of the replay up to the same position; nil where there was none.
    public internal(set) var replayed: [UInt8]?
    /// Where live state and replay part; nil where they do not.
    public internal(set) var parting: StateParting?
    /// The commitments to this projection's states, in the order of what they commit to.
    public internal(set) var commitments: [CommitmentCheck] = []
    /// What is wrong.
    public internal(set) var findings: [ProjectionFinding] = []

    /// Whether nothing is wrong.
    public var isSound: Bool { findings.isEmpty }
    /// Whether the file itself is damaged, or the state in it cannot be read.
    public var isDamaged: Bool {
        findings.contains { $0.check == .pages || $0.check == .state }
    }

    /// How many commitments came to this.
    public func count(where matches: (CommitmentCheck.Result) -> Bool) -> Int {
        commitments.count { matches($0.result) }
    }

    init(_ descriptor: ProjectionDescriptor) {
        id = descriptor.id
        version = descriptor.version
    }

    /// Adds what somebody else found out about the state, such as that it cannot be folded on.
    public mutating func add(_ finding: ProjectionFinding) { findings.insert(finding, at: 0) }
}
