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
    public init(directory: String) throws {
        npsBySegment = try ProjectionStore(directory: "\(directory)/\(NPSBySegment.descriptor.id)")
        lineage = try ProjectionStore(directory: "\(directory)/\(Lineage.descriptor.id)")
        audit = try ProjectionStore(directory: "\(directory)/\(Audit.descriptor.id)")
    }

    /// All of them, in the order they are shown.
    public var all: [any CatalogedProjection] { [npsBySegment, lineage, audit] }

    /// Closes all of them.
    public func close() { for projection in all { projection.close() } }
}
