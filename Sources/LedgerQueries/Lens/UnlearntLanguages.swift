import LedgerCore
import LedgerStore
import NPSBySegmentProjection

extension OpenLedger {
    /// What an answer states of its lens, and of the texts of its selection that the lens's model has
    /// left unread.
    func frame(
        _ lens: ResolvedLens, _ request: LensRequest, _ chosen: SegmentSelection,
        _ query: NPSBySegmentQuery<some StateReader>, models compared: [ModelVersion] = [],
        hasLineage: Bool = false
    ) throws -> AnswerFrame {
        var frame = try frame(lens, request, models: compared, hasLineage: hasLineage)
        // Most ledgers have no such text, and then no row is looked at for them.
        if lens.lens.basis != .stated, try hasUnlearntLanguages(before: lens.lens.asOf) {
            frame.unlearnt =
                keepsSums
                ? try cubes.with(lens) { try $0.unlearntLanguages(lens, chosen, query) }
                : try query.unlearntLanguages(lens, chosen)
        }
        return frame
    }

    private func hasUnlearntLanguages(before end: Position) throws -> Bool {
        var isFound = false
        try log.forEachEvent(in: 0..<end, named: [.classificationDeclined]) { _ in
            isFound = true
            return false
        }
        return isFound
    }
}
