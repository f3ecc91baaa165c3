import Catalog
import Classification
import LedgerCore
import LedgerReplay
import LedgerVault
import NPSBySegmentProjection
import NPSLedger

/// Responses of a ledger with a text whose class is known: stated, or decided on by a person.
package struct LedgerLabels {
    package struct Item {
        /// Position of the response.
        package let response: Position
        /// Position of the event whose text is read.
        package let text: Position
        package let occurredAt: Microseconds
        /// By the stated score, unless a person decided otherwise.
        package let label: NPSClass
        package let isReviewed: Bool
        /// In the order of the dimensions asked for.
        package let values: [String?]
        /// What the lens's model recorded; nil where it has not read the text.
        package let recorded: (detractor: UInt16, promoter: UInt16)?
    }

    /// In log order.
    package let items: [Item]
    package let lens: ResolvedLens
    package let selection: SegmentSelection

    /// Finds the responses of a selection.
    ///
    /// - Parameters:
    ///   - request: pins the model whose classifications are looked up.
    ///   - dimensions: instead of those that the selection groups by.
    ///   - includesDecided: texts without a stated score, where a person decided. They can be learnt
    ///     from; as what a model was unsure of they are no fair sample to measure on.
    package init(
        _ open: OpenLedger, _ selection: Selection, _ request: LensRequest,
        by dimensions: [String]? = nil, includesDecided: Bool = false
    ) throws {
        var chosen = selection.segments
        if let dimensions { chosen.by = dimensions }
        let (rows, lens) = try open.catalog.npsBySegment.read { state, build in
            let query = NPSBySegmentQuery(state, workers: open.workers)
            try open.check(chosen, query)
            let lens = try open.resolve(request, selection, horizon: build.position, state)
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
                recorded: row.isClassified ? (row.detractor, row.promoter) : nil)
        }
    }
}

/// Opens texts and has a model read them, without recording anything; what an encoder makes of them
/// is kept.
package struct StoredTextReading {
    /// Texts that are in memory at a time.
    private static let batchTexts = 4_096

    private let open: OpenLedger
    private let model: ModelReader
    /// As what it is told.
    private let work: Work

    package init(_ open: OpenLedger, _ model: ModelReader, as work: Work) {
        self.open = open
        self.model = model
        self.work = work
    }

    /// What was read in the texts at these positions, in their order; nil where one is erased.
    package func read(_ positions: [Position]) throws -> [ClassifierOutput?] {
        var outputs: [ClassifierOutput?] = []
        outputs.reserveCapacity(positions.count)
        let progress = open.observer.begin(work)
        defer { progress.finish() }
        var start = 0
        while start < positions.count {
            let end = min(positions.count, start + Self.batchTexts)
            var texts: [EmbeddingCache.SubjectText] = []
            var isThere: [Bool] = []
            for position in positions[start..<end] {
                let text = try open.ledger.text(at: position)
                isThere.append(text != nil)
                if let text { texts.append(text) }
            }
            var reading = TextReading(texts, of: open.ledger, threads: open.threads)
            var read = try reading.classified(by: model)[...]
            for isThere in isThere { outputs.append(isThere ? read.popFirst() : nil) }
            start = end
            progress.update(done: start, total: positions.count)
        }
        open.tellEmbeddings()
        return outputs
    }
}
