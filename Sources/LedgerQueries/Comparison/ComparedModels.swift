import Catalog
import LedgerCore
import LedgerProof
import LedgerReplay
import LedgerStore
import LedgerVault
import LineageProjection
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics

/// Two versions that are to be compared on the same responses.
public struct ModelComparisonRequest: Hashable, Sendable {
    /// The version to start from.
    public var first: ModelVersion
    /// The version to go to.
    public var second: ModelVersion
    /// Which responses, and by which dimensions they make segments.
    public var selection: Selection
    /// The frame but for the model; the basis is inferred or blended.
    public var lens: LensRequest
    /// How p is adjusted over the segments.
    public var adjustment: PAdjustment
    /// How many flipped responses are told; nil for all.
    public var flipsMax: Int?
    /// Whether their texts are opened, which takes the master key.
    public var showsTexts: Bool

    /// A request.
    public init(
        _ first: ModelVersion, _ second: ModelVersion, _ selection: Selection = Selection(),
        lens: LensRequest = LensRequest(basis: .inferred), adjustment: PAdjustment = .bh,
        flipsMax: Int?, showsTexts: Bool = false
    ) {
        self.first = first
        self.second = second
        self.selection = selection
        self.lens = lens
        self.adjustment = adjustment
        self.flipsMax = flipsMax
        self.showsTexts = showsTexts
    }

    fileprivate func check() throws(LedgerError) {
        guard first != second else {
            throw LedgerError(.invalid, "a model agrees with itself: name two versions")
        }
        guard lens.basis != .stated else {
            throw LedgerError(.invalid, "a stated score is never overruled: ask on another basis")
        }
    }
}

/// Two models compared: what history would look like under the second, and whom it would flip.
public struct ComparedModels: Sendable {
    /// A flipped response with what it is told by.
    public struct Flip: Hashable, Sendable {
        /// The response.
        public let response: FlippedResponse
        /// Its segments by dimension.
        public let segments: [String: String]
        /// Its text, where texts are shown and it still has one.
        public let text: String?
    }

    /// The ledger's name.
    public let origin: String
    /// The one to start from.
    public let first: RegisteredModel
    /// The one to go to.
    public let second: RegisteredModel
    /// The frame, under the second model.
    public let frame: AnswerFrame
    /// Which responses, and the dimensions that make segments.
    public let selection: SegmentSelection
    /// How p is adjusted over the segments.
    public let adjustment: PAdjustment
    /// Root of the tree over the log as of the lens, as a checkpoint would show it.
    public let root: String
    /// The largest first; none where no dimension makes segments.
    public let segments: [ComparisonRow]
    /// All responses together.
    public let total: ComparisonRow
    /// Responses with a text.
    public let texts: Int
    /// Of those, how many the first model has read.
    public let readByFirst: Int
    /// And the second.
    public let readBySecond: Int
    /// How many of them each has left unread, since it has not learnt their language.
    public let unlearnt: (first: Int, second: Int)
    /// Those first of whose class the second model is surest; ties in log order.
    public let flips: [Flip]
    /// Whether their texts were opened.
    public let showsTexts: Bool

    /// Flipped responses that are not told.
    public var omitted: Int { (total.flips?.flipped ?? 0) - flips.count }

    /// Whether the change of all responses together is told from chance.
    public var isReal: Bool { (total.p ?? 1) < 1 - frame.confidenceShare }

    /// The interval of one side's score.
    public func interval(_ counts: NPSCounts) -> Interval? { frame.interval(of: counts) }

    /// The interval of a row's change.
    public func interval(_ row: ComparisonRow) -> Interval? {
        row.difference?.interval(confidence: frame.confidenceShare)
    }
}

extension OpenLedger {
    /// Compares two registered models on the same responses.
    ///
    /// - Throws: `LedgerError` with code `invalid` for a question that contradicts itself;
    ///   `not-found` for a model, dimension, value or position that is not there; `refused` where
    ///   they have no response in common; `key` where texts are asked for and cannot be opened.
    public func compareModels(
        _ request: ModelComparisonRequest, for viewer: Viewer = .everything
    ) throws -> ComparedModels {
        try request.check()
        let (first, second) = (request.first, request.second)
        let registered = (try models.model(first), try models.model(second))
        try refresh(catalog.npsBySegment)
        if request.showsTexts { try refresh(catalog.lineage) }
        let (comparison, listed) = try catalog.npsBySegment.read { state, build in
            let query = NPSBySegmentQuery(state)
            let chosen = request.selection.segments
            try check(chosen, query)
            let lens = try resolve(
                request.lens, request.selection, horizon: build.position, state
            ).lens
            let comparison = try ModelComparison(
                first, second, under: lens, chosen, flipsMax: request.flipsMax, in: state)
            try comparison.check(first, second)
            return (
                comparison,
                try comparison.ranking.ranked.map { ($0, try query.segments($0.tuple)) }
            )
        }
        let frame = try self.frame(
            comparison.lenses.second, request.lens, models: [first, second])
        let texts =
            try request.showsTexts
            ? self.texts(of: listed.map(\.0.position), asOf: frame.lens.asOf) : []
        let rows = request.adjustment.apply(comparison.rows(first, second))
        guard let total = rows.last else {
            throw LedgerError(.internal, "a comparison without rows")
        }
        return ComparedModels(
            origin: origin, first: registered.0, second: registered.1, frame: frame,
            selection: comparison.selection, adjustment: request.adjustment,
            root: try log.root(at: frame.lens.asOf).description,
            segments: rows.filter { !$0.values.isEmpty }, total: total, texts: comparison.texts,
            readByFirst: comparison.read.first, readBySecond: comparison.read.second,
            unlearnt: comparison.unlearnt,
            flips: listed.enumerated().map { index, flip in
                ComparedModels.Flip(
                    response: flip.0, segments: flip.1,
                    text: texts.indices.contains(index) ? texts[index] : nil)
            }, showsTexts: request.showsTexts)
    }

    /// The texts of responses, in their order; nil where one has none any more.
    private func texts(of responses: [Position], asOf: Position) throws -> [String?] {
        let reader = SealedReader(ledger, sealed: false)
        let texts = try responses.map { try text(of: $0, asOf, reader) }
        if let problem = reader.problem {
            throw LedgerError(.key, "texts cannot be shown: \(problem)")
        }
        return texts
    }

    /// The text that a response had as of a position: the latest message that brought one.
    private func text(
        of response: Position, _ asOf: Position, _ reader: SealedReader
    ) throws -> String? {
        let links = try catalog.lineage.read { state, _ in
            try LineageQuery.events(of: response, asOf: asOf, in: state)
        }
        var position = response
        for link in links where link.kind == .amended {
            let bringsText = try log.withEvent(link.position) { try ResponseAmended($0).hasText }
            if bringsText == true { position = link.position }
        }
        return try reader.open(position)?.text
    }
}
