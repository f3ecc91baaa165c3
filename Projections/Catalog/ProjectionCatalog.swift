import AuditProjection
import LedgerCore
import LedgerReplay
import LedgerStore
import LineageProjection
import NPSBySegmentProjection

/// The one list of projections. Adding one adds a line here.
public struct ProjectionCatalog: Sendable {
    /// Scores by segment.
    public let npsBySegment: ProjectionStore<NPSBySegment>
    /// Events by response.
    public let lineage: ProjectionStore<Lineage>
    /// Acts and quarantine.
    public let audit: ProjectionStore<Audit>

    /// Opens the projections in `directory`, making what is not there.
    ///
    /// - Parameters:
    ///   - commitEvents: events applied between two commits.
    ///   - spanPositions: positions of the log that one thread reads at a time, at most.
    ///   - discardsDamage: for which ids every page is looked at, and the file thrown away where one
    ///     is damaged.
    ///   - movesWhenUnwritable: whether those whose folder cannot be written go on in a scratch
    ///     folder; see `ProjectionStore.scratch`.
    public init(
        directory: String, commitEvents: Int = ProjectionStore<NPSBySegment>.commitEvents,
        spanPositions: Int = ProjectionStore<NPSBySegment>.spanPositions,
        discardsDamage: (String) -> Bool = { _ in false }, movesWhenUnwritable: Bool = true
    ) throws {
        func open<P: Projection>(_ type: P.Type) throws -> ProjectionStore<P> {
            let id = P.descriptor.id
            return try ProjectionStore(
                directory: "\(directory)/\(id)", commitEvents: commitEvents,
                spanPositions: spanPositions, discardsDamage: discardsDamage(id),
                movesWhenUnwritable: movesWhenUnwritable)
        }
        npsBySegment = try open(NPSBySegment.self)
        lineage = try open(Lineage.self)
        audit = try open(Audit.self)
    }

    /// All of them, in the order they are shown.
    public var all: [any CatalogedProjection] { [npsBySegment, lineage, audit] }

    /// Closes all of them.
    public func close() { for projection in all { projection.close() } }
}
