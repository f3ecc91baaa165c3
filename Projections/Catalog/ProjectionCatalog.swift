import AuditProjection
import LedgerCore
import LedgerReplay
import LedgerStore
import LineageProjection
import NPSBySegmentProjection

/// The one list of projections.
public struct ProjectionCatalog: Sendable {
    /// All of them, in the order they are shown. Adding one adds a line here.
    private static let types: [any Projection.Type] = [
        NPSBySegment.self,
        Lineage.self,
        Audit.self,
    ]

    /// All of them, open.
    public let all: [any CatalogedProjection]

    // Those that questions read by name.

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
        func open<P: Projection>(_ type: P.Type) throws -> any CatalogedProjection {
            let id = P.descriptor.id
            return try ProjectionStore<P>(
                directory: "\(directory)/\(id)", commitEvents: commitEvents,
                spanPositions: spanPositions, discardsDamage: discardsDamage(id),
                movesWhenUnwritable: movesWhenUnwritable)
        }
        let all = try Self.types.map { try open($0) }
        func store<P: Projection>(_ type: P.Type = P.self) -> ProjectionStore<P> {
            for case let store as ProjectionStore<P> in all { return store }
            preconditionFailure("\(P.descriptor.id) is read by name, and not in the list")
        }
        (npsBySegment, lineage, audit) = (store(), store(), store())
        self.all = all
    }

    /// Closes all of them.
    public func close() { for projection in all { projection.close() } }
}
