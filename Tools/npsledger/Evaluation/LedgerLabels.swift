import Catalog
import LedgerCore
import LedgerReplay
import NPSBySegmentProjection
import NPSLedger

/// Responses of a ledger with a text whose class is known: stated, or decided on by a person.
struct LedgerLabels {
    struct Item {
        /// Position of the response.
        let response: Position
        /// Position of the event whose text is read.
        let text: Position
        let occurredAt: Microseconds
        /// By the stated score, unless a person decided otherwise.
        let label: NPSClass
        let isReviewed: Bool
        /// In the order of the dimensions asked for.
        let values: [String?]
        /// What the lens's model recorded; nil where it has not read the text.
        let recorded: (detractor: UInt16, promoter: UInt16)?
    }

    /// In log order.
    let items: [Item]
    let lens: ResolvedLens
    let selection: SegmentSelection

    /// Finds the responses of a selection.
    ///
    /// - Parameters:
    ///   - options: pins the model whose judgements are looked up.
    ///   - dimensions: instead of those that the selection groups by.
    ///   - includesDecided: texts without a stated score, where a person decided. They can be learnt
    ///     from; as what a model was unsure of they are no fair sample to measure on.
    init(
        _ session: Session, _ selection: SelectionOptions, _ options: LensOptions,
        by dimensions: [String]? = nil, includesDecided: Bool = false
    ) throws {
        var chosen = try selection.selection()
        if let dimensions { chosen.by = dimensions }
        let (rows, lens) = try session.catalog.npsBySegment.read { state, _ in
            let query = NPSBySegmentQuery(state, workers: Session.workers)
            try session.check(chosen, query)
            let lens = try session.resolve(options, selection, state)
            var groups = SegmentGroups(chosen, query)
            var rows: [(ResponseText, [String?])] = []
            try query.forEachText(lens, chosen) { text in
                let isKnown = includesDecided && text.row.decision != nil
                guard text.row.score != nil || isKnown,
                    let group = try groups.group(of: text.row.tuple)
                else { return }
                rows.append((text, groups.values[group]))
            }
            return (rows, lens)
        }
        self.lens = lens
        self.selection = chosen
        items = rows.compactMap { text, values in
            let row = text.row
            let stated = row.score.map { lens.thresholds.classify(score: $0) }
            guard let label = row.decision ?? stated else { return nil }
            return Item(
                response: row.position, text: text.event, occurredAt: row.occurredAt,
                label: label, isReviewed: row.decision != nil, values: values,
                recorded: row.isJudged ? (row.detractor, row.promoter) : nil)
        }
    }
}
