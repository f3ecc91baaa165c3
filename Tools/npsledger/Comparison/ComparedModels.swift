import AnswerEncoding
import Catalog
import LedgerCore
import LedgerProof
import LedgerQueries
import LedgerReplay
import LedgerStore
import LedgerVault
import LineageProjection
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics
import Presentation

/// Two models compared: everything that is shown of it, in whatever form.
struct ComparedModels {
    /// A flipped response with what it is told by.
    struct Flip {
        let response: FlippedResponse
        let segments: [String: String]
        /// Its text, where texts are shown and it still has one.
        let text: String?
    }

    /// The ledger's name.
    let origin: String
    let models: (first: RegisteredModel, second: RegisteredModel)
    /// The lens under the second model.
    let lens: ResolvedLens
    let options: LensOptions
    let selection: SegmentSelection
    let adjustment: Adjustment
    let recordedAt: Microseconds?
    /// Root of the tree over the log as of the lens, as a checkpoint would show it.
    let root: String
    let segments: [ComparisonRow]
    let total: ComparisonRow
    let texts: Int
    let read: (first: Int, second: Int)
    let flips: [Flip]
    let showsTexts: Bool

    /// Flipped responses that are not listed.
    var omitted: Int { (total.flips?.flipped ?? 0) - flips.count }

    /// The interval of one side's score.
    func interval(_ counts: NPSCounts) -> Interval? {
        counts.interval(options.interval, confidence: options.confidence / 100)
    }

    /// The interval of a row's change.
    func interval(_ row: ComparisonRow) -> Interval? {
        row.difference?.interval(confidence: options.confidence / 100)
    }

    /// The cut-offs in words.
    var thresholdsSentence: String {
        let cuts = lens.thresholds
        return (lens.thresholdsID.map { "thresholds \($0)" } ?? "standard thresholds")
            + ": " + EventDetail.cutOffs(cuts)
            + (cuts.confidenceMin > 0
                ? ", confidence from \(EventDetail.share(cuts.confidenceMin))" : "")
    }

    /// The dimensions that are kept to some values, and those values in words.
    var keptValues: [(dimension: String, values: String)] {
        selection.keeping.sorted { $0.key < $1.key }.map { dimension, values in
            (dimension, values.sorted().map { $0.isEmpty ? "—" : $0 }.joined(separator: ", "))
        }
    }

    /// The response times in words; nil without bounds.
    var windowSentence: String? {
        let parts = [
            lens.lens.from.map { "from \(Timestamp.format($0))" },
            lens.lens.to.map { "to \(Timestamp.format($0))" },
        ].compactMap { $0 }
        return parts.isEmpty ? nil : "responses " + parts.joined(separator: " ")
    }
}

extension ComparedModels {
    /// Compares two registered models.
    ///
    /// - Parameters:
    ///   - flips: how many flipped responses are listed; nil for all.
    ///   - showsTexts: whether their texts are opened, which takes the master key.
    static func compare(
        _ first: ModelVersion, _ second: ModelVersion, _ selection: SelectionOptions,
        _ options: LensOptions, _ adjustment: Adjustment, flips: Int?, showsTexts: Bool,
        _ session: OpenLedger
    ) throws -> ComparedModels {
        let registry = session.ledger.models
        let models = (try registry.model(first), try registry.model(second))
        try session.catchUp(session.catalog.npsBySegment)
        if showsTexts { try session.catchUp(session.catalog.lineage) }
        let (comparison, listed) = try session.catalog.npsBySegment.read { state, _ in
            let query = NPSBySegmentQuery(state)
            let chosen = try selection.selection()
            try session.check(chosen, query)
            let lens = try session.resolve(options, selection, state).lens
            let comparison = try ModelComparison(
                first, second, under: lens, chosen, flipsMax: flips, in: state)
            try comparison.check(first, second)
            return (
                comparison,
                try comparison.ranking.ranked.map { ($0, try query.segments($0.tuple)) }
            )
        }
        let lens = comparison.lenses.second
        let reader = SealedReader(session.ledger, sealed: !showsTexts)
        let told = try listed.map { response, segments in
            Flip(
                response: response, segments: segments,
                text: showsTexts
                    ? try text(of: response.position, lens.lens.asOf, reader, session) : nil)
        }
        if showsTexts, let problem = reader.problem {
            throw CommandFailure(ExitStatus.notPermitted, "--texts: \(problem)")
        }
        let rows = adjustment.apply(comparison.rows(first, second))
        guard let total = rows.last else {
            throw CommandFailure(ExitStatus.internalError, "a comparison without rows")
        }
        return ComparedModels(
            origin: session.ledger.manifest.origin, models: models, lens: lens, options: options,
            selection: comparison.selection, adjustment: adjustment,
            recordedAt: try session.recordedAt(lens.lens.asOf),
            root: try session.ledger.log.root(at: lens.lens.asOf).description,
            segments: rows.filter { !$0.values.isEmpty }, total: total, texts: comparison.texts,
            read: comparison.read, flips: told, showsTexts: showsTexts)
    }

    /// The text that a response had as of a position: the latest message that brought one.
    private static func text(
        of response: Position, _ asOf: Position, _ reader: SealedReader, _ session: OpenLedger
    ) throws -> String? {
        let links = try session.catalog.lineage.read { state, _ in
            try LineageQuery.events(of: response, asOf: asOf, in: state)
        }
        var position = response
        for link in links where link.kind == .amended {
            let bringsText = try session.ledger.log.withEvent(link.position) {
                try ResponseAmended($0).hasText
            }
            if bringsText == true { position = link.position }
        }
        return try reader.open(position)?.text
    }
}
