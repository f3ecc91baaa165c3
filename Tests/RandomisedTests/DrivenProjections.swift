import AuditProjection
import Catalog
import LedgerCore
import LedgerReplay
import LineageProjection
import NPSBySegmentProjection

/// The three projections of a ledger, kept in one folder.
///
/// - Parameter Scores: `NPSBySegment`, or a copy of it with a fault planted.
struct DrivenProjections<Scores: Projection> {
    let directory: String
    let scores: ProjectionStore<Scores>
    let lineage: ProjectionStore<Lineage>
    let audit: ProjectionStore<Audit>

    var all: [any CatalogedProjection] { [scores, lineage, audit] }

    /// - Parameters: as of `ProjectionCatalog`.
    init(directory: String, commitEvents: Int, spanPositions: Int = .max) throws {
        self.directory = directory
        let catalog = try ProjectionCatalog(
            directory: directory, commitEvents: commitEvents, spanPositions: spanPositions)
        (lineage, audit) = (catalog.lineage, catalog.audit)
        if let real = catalog.npsBySegment as? ProjectionStore<Scores> {
            scores = real
        } else {
            catalog.npsBySegment.close()
            scores = try ProjectionStore(
                directory: "\(directory)/\(Scores.descriptor.id)", commitEvents: commitEvents,
                spanPositions: spanPositions)
        }
    }

    func close() { for projection in all { projection.close() } }
}
