import Catalog
import LedgerCore

extension OpenLedger {
    /// How many events before a position an answer lacks: those that a projection it is made from
    /// could not apply, such as events of a version that this program does not know.
    ///
    /// It depends on the log's prefix and on this program alone, so the same question as of the same
    /// position says the same. An event that two projections could not apply is one.
    ///
    /// - Parameter projections: folded as far as the position.
    package func incomplete(
        asOf position: Position, _ projections: [any CatalogedProjection]
    ) throws -> Int {
        guard projections.count > 1 else {
            return try projections.first?.quarantined(before: position).count ?? 0
        }
        return try projections.reduce(into: Set<Position>()) {
            $0.formUnion(try $1.quarantined(before: position))
        }.count
    }
}
