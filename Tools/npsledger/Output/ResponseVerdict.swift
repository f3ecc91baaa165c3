import AnswerEncoding
import LedgerCore
import LedgerQueries
import NPSBySegmentProjection
import Presentation

/// What one response counts as under a lens, and why.
struct ResponseVerdict {
    let lens: ResolvedLens
    let row: VisibleRow?
    let npsClass: NPSClass?
    /// Who made the model count whose reading decides, when and why; nil where none does.
    let promotion: ModelLife.Step?

    init(
        _ session: OpenLedger, _ position: Position, _ options: LensOptions,
        _ state: some StateReader
    ) throws {
        // Judgements are looked up under any basis but the stated one, so that they can be shown.
        lens = try session.resolve(options, state)
        row = try NPSBySegmentQuery(state, workers: Session.workers).row(of: position, lens)
        npsClass = row?.npsClass(lens.lens.basis, lens.thresholds)
        let isRead = row.map { $0.isJudged && $0.decision == nil } ?? false
        let isStated =
            lens.lens.basis == .stated || lens.lens.basis == .blended && row?.score != nil
        guard isRead, !isStated, let version = lens.model else {
            promotion = nil
            return
        }
        promotion = try ModelLife(
            version, session.ledger, asOf: lens.lens.asOf,
            reader: SealedReader(session.ledger, sealed: false)
        ).steps.last { $0.kind == .activated }
    }

    private var why: String {
        guard let row else { return "it is excluded" }
        if let score = row.score, lens.lens.basis != .inferred {
            return "its stated score of \(EventDetail.score(score)) under thresholds "
                + "\(lens.thresholdsID.map { "\($0)" } ?? "standard")"
        }
        guard lens.lens.basis != .stated else { return "it has no stated score" }
        guard row.hasText else { return "it has no text" }
        if row.decision != nil { return "what a person decided of its text" }
        guard let model = lens.model else { return "no model was active" }
        guard row.isJudged else { return "model \(model) has not read it" }
        if npsClass == nil { return "model \(model) is less sure than the thresholds ask" }
        return "what model \(model) reads in its text"
    }

    /// A score and a text that say opposite things are worth a person's look.
    private var isContradiction: Bool {
        guard let row, let score = row.score else { return false }
        let stated = lens.thresholds.classify(score: score)
        let model =
            row.isJudged
            ? lens.thresholds.classify(detractor: row.detractor, promoter: row.promoter) : nil
        guard let read = row.decision ?? model else { return false }
        return (stated == .promoter && read == .detractor)
            || (stated == .detractor && read == .promoter)
    }

    var json: JSONValue {
        [
            "class": .optional(npsClass?.name), "because": .string(why),
            "basis": .string(lens.lens.basis.rawValue), "model": .optional(lens.model),
            "thresholds": .optional(lens.thresholdsID),
            "asOf": .integer(lens.lens.asOf), "decision": .optional(row?.decision?.name),
            "contradiction": .bool(isContradiction),
            "promotion": promotion.map { .object($0.json) } ?? .null,
        ]
    }

    func show(_ printer: Printer) {
        let role: TerminalStyle.Role =
            switch npsClass {
            case .promoter?: .good
            case .detractor?: .bad
            default: .strong
            }
        printer.line(
            "Counts as " + printer.style.paint(npsClass?.name ?? "nothing", role) + ": \(why)")
        if let promotion {
            for line in TerminalText.wrapped(promotion.sentence, printer.width - 2) {
                printer.line("  " + line)
            }
        }
        if isContradiction {
            printer.line(
                printer.style.paint("Score and text contradict each other.", .warning))
        }
        printer.muted("\(lens.lens.basis.rawValue), as of position \(lens.lens.asOf)")
    }
}
