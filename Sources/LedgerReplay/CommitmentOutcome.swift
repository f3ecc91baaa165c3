/// What became of putting a state on record.
public enum CommitmentOutcome: Hashable, Sendable {
    /// It stands in the log now.
    case committed(ProjectionCommitment)
    /// Nothing has happened since this commitment but commitments: nothing was recorded.
    case standing(ProjectionCommitment)
    /// Another digest is on record for the same events than the state has now; nothing was
    /// recorded. One of the two is wrong.
    case contradicted(ProjectionCommitment, digest: [UInt8])
}
