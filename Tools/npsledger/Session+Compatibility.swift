import Catalog
import LedgerCore
import LedgerOperations
import LedgerQueries
import LedgerReplay
import NPSBySegmentProjection
import NPSLedger

// Goes with the last command that reads a projection itself.
extension OpenLedger {
    func catchUp(_ projection: some CatalogedProjection) throws { try refresh(projection) }
    func settle() throws { try refreshAll() }
    func commitWhereDue() throws { try recordDueDigests() }
    func noteEmbeddings() { tellEmbeddings() }

    func asOf(_ lens: LensOptions) throws -> Position {
        try asOf(try lens.request().asOf, horizon: try catalog.npsBySegment.live().position)
    }

    func resolve(
        _ lens: LensOptions, from: Microseconds? = nil, to: Microseconds? = nil,
        _ state: some StateReader
    ) throws -> ResolvedLens {
        try resolve(
            try lens.request(), from: from, to: to,
            horizon: try catalog.npsBySegment.live().position, state)
    }

    func resolve(
        _ lens: LensOptions, _ selection: SelectionOptions, _ state: some StateReader
    ) throws -> ResolvedLens {
        try resolve(
            try lens.request(), try selection.request(),
            horizon: try catalog.npsBySegment.live().position, state)
    }
}

extension LensOptions {
    func position(in open: OpenLedger) throws -> Position {
        try open.position(try request().asOf)
    }
}
