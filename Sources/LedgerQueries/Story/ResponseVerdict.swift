import LedgerCore
import NPSBySegmentProjection

/// What one response counts as under a lens, and why.
public struct ResponseVerdict: Sendable {
    /// Why it counts as it does.
    public enum Ground: Hashable, Sendable {
        /// It is excluded.
        case excluded
        /// By its stated score, in hundredths.
        case stated(UInt16)
        /// Only stated scores are asked about, and it has none.
        case noScore
        /// It has no text.
        case noText
        /// By what a person decided of its text.
        case decided
        /// No model was active.
        case noModel
        /// The model has not read its text.
        case unread(ModelVersion)
        /// The model is less sure than the thresholds ask.
        case unsure(ModelVersion)
        /// By what the model reads in its text.
        case read(ModelVersion)
    }

    /// The lens.
    public let frame: AnswerFrame
    /// What it counts as; nil where it does not count.
    public let npsClass: NPSClass?
    /// Why.
    public let ground: Ground
    /// What a person decided of its text; nil where nobody did, or the lens does not ask.
    public let decision: NPSClass?
    /// Whether score and text say opposite things: worth a person's look.
    public let isContradiction: Bool
    /// The model whose reading decides; nil where none does.
    public let decidingModel: ModelVersion?

    init(
        _ open: OpenLedger, _ response: Position, _ request: LensRequest, horizon: Position,
        _ state: some StateReader
    ) throws {
        // Judgements are looked up under any basis but the stated one, so that they can be shown.
        let lens = try open.resolve(request, horizon: horizon, state)
        let row = try NPSBySegmentQuery(state, workers: open.workers).row(of: response, lens)
        frame = try open.frame(lens, request)
        npsClass = row?.npsClass(lens.lens.basis, lens.thresholds)
        ground = Self.ground(row, lens)
        decision = row?.decision
        isContradiction = row?.contradictsItself(under: lens.thresholds) ?? false
        let isRead = row.map { $0.isJudged && $0.decision == nil } ?? false
        let isStated =
            lens.lens.basis == .stated || lens.lens.basis == .blended && row?.score != nil
        decidingModel = isRead && !isStated ? lens.model : nil
    }

    private static func ground(_ row: VisibleRow?, _ lens: ResolvedLens) -> Ground {
        guard let row else { return .excluded }
        let basis = lens.lens.basis
        if let score = row.score, basis != .inferred { return .stated(score) }
        guard basis != .stated else { return .noScore }
        guard row.hasText else { return .noText }
        if row.decision != nil { return .decided }
        guard let model = lens.model else { return .noModel }
        guard row.isJudged else { return .unread(model) }
        return row.npsClass(basis, lens.thresholds) == nil ? .unsure(model) : .read(model)
    }
}
