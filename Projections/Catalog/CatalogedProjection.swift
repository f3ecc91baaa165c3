import LedgerCore
import LedgerReplay
import LedgerStore

/// What can be done with any projection without knowing what it answers.
public protocol CatalogedProjection: Sendable {
    /// What the projection is and reads.
    var descriptor: ProjectionDescriptor { get }
    /// The live build.
    func live() throws -> BuildRecord
    /// The build beside it, if there is one.
    func other() throws -> BuildRecord?
    /// Whether the build beside it is one that a rebuild has not finished.
    func isRebuilding() throws -> Bool
    /// Folds forward to the log's end, or to a position.
    @discardableResult
    func catchUp(
        with log: EventLog, to limit: Position?, threads: Int,
        progress: ((Position, Position) throws -> Void)?
    ) throws -> BuildRecord
    /// Builds anew beside the live state, compares and swaps.
    @discardableResult
    func rebuild(
        from log: EventLog, threads: Int, progress: ((Position, Position) throws -> Void)?
    ) throws -> (old: [UInt8]?, new: [UInt8], unfoldable: String?)
    /// Replays the log and compares with the live state and with every commitment.
    func verify(
        with log: EventLog, threads: Int, progress: ((Position, Position) throws -> Void)?
    ) throws -> ProjectionVerification
    /// Makes the kept build live again.
    func swapBack(
        with log: EventLog, threads: Int, progress: ((Position, Position) throws -> Void)?
    ) throws -> SwapOutcome
    /// Whether there is a kept build that can be made live.
    func canSwapBack(with log: EventLog) throws -> Bool
    /// Puts the live state on record.
    func commit(
        to log: EventLog, actor: Actor, occurredAt: Microseconds
    ) throws -> CommitmentOutcome
    /// The latest commitment to a state of this version.
    func lastCommitment(in log: EventLog) throws -> ProjectionCommitment?
    /// How many events have come since, commitments not counted.
    func uncommittedEvents(in log: EventLog) throws -> UInt64
    /// Why the live state needs a rebuild, if it does.
    func rebuildReason(with log: EventLog, checksPages: Bool) throws -> RebuildReason?
    /// Throws where the file holds a damaged page.
    func checkPages() throws
    /// What was wrong with a file that was thrown away when this was opened.
    var discardedDamage: String? { get }
    /// The scratch folder in which the state is kept, and why, where its own cannot be written.
    var scratch: (path: String, reason: String)? { get }
    /// The live build and its digest, of one moment.
    func liveDigest() throws -> (record: BuildRecord, digest: [UInt8])
    /// How often a build was made live.
    func generation() throws -> UInt64
    /// Events that could not be applied.
    func quarantine() throws -> [PoisonEvent]
    /// Positions of those that stand before another one, in log order.
    func quarantined(before end: Position) throws -> [Position]
    /// Bytes in use.
    var usedBytes: Int { get }
    /// Closes the environment.
    func close()
}

extension ProjectionStore: CatalogedProjection {
    /// What the projection is and reads.
    public var descriptor: ProjectionDescriptor { P.descriptor }
}
