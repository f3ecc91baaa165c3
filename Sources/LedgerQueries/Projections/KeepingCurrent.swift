import Catalog
import LedgerCore

extension OpenLedger {
    /// Folds every projection forward to the end of the log, so that a question finds little to fold.
    ///
    /// - Returns: How far each has come.
    /// - Throws: `LedgerError`, and what a projection throws whose state is damaged.
    package func keepCurrent() throws -> [(projection: String, position: Position)] {
        try catalog.all.map { ($0.descriptor.id, try refresh($0)) }
    }
}
