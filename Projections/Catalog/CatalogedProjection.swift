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
    ) throws -> (old: [UInt8]?, new: [UInt8])
    /// The live state's digest and that of a replay in memory up to the same position.
    func compareWithReplay(
        of log: EventLog, threads: Int, progress: ((Position, Position) throws -> Void)?
    ) throws -> (kept: [UInt8], replayed: [UInt8])
    /// Digest of the live state.
    func digest() throws -> [UInt8]
    /// Events that could not be applied.
    func quarantine() throws -> [PoisonEvent]
    /// Bytes in use.
    var usedBytes: Int { get }
    /// Closes the environment.
    func close()
}

extension ProjectionStore: CatalogedProjection {
    /// What the projection is and reads.
    public var descriptor: ProjectionDescriptor { P.descriptor }
}
