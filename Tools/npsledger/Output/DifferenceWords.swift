import LedgerCore
import NPSBySegmentProjection

/// Reasons in words, as they read in the direction that was asked: the second lens may be the
/// earlier one.
struct DifferenceWords {
    let first: ResolvedLens
    let second: ResolvedLens

    private var isForward: Bool { first.lens.asOf <= second.lens.asOf }

    /// What was recorded between the two lenses.
    var between: Range<Position> {
        min(first.lens.asOf, second.lens.asOf)..<max(first.lens.asOf, second.lens.asOf)
    }

    private func name(_ number: UInt32?, _ none: String) -> String {
        number.map { "\($0)" } ?? none
    }

    private var models: String {
        "model \(name(first.model, "none")) → \(name(second.model, "none"))"
    }

    private var thresholds: String {
        "thresholds \(name(first.thresholdsID, "standard")) → "
            + name(second.thresholdsID, "standard")
    }

    /// What a reason's responses have in common.
    func label(_ reason: DifferenceReason) -> String {
        switch reason {
        case .recorded: isForward ? "new responses" : "not yet recorded"
        case .excluded: isForward ? "excluded since" : "not yet excluded"
        case .amended: isForward ? "amended since" : "not yet amended"
        case .reviewed:
            first.lens.reviews != second.lens.reviews
                ? "reviews \(first.lens.reviews.rawValue) → \(second.lens.reviews.rawValue)"
                : isForward ? "reviewed since" : "not yet reviewed"
        case .reclassified:
            first.model != second.model
                ? "reclassified, \(models)"
                : (isForward ? "read since by" : "not yet read by")
                    + " model \(name(first.model, "none"))"
        case .thresholds: thresholds
        case .basis: "basis \(first.lens.basis.rawValue) → \(second.lens.basis.rawValue)"
        case .window: "in one of the windows only"
        case .duplicate: "another answer counts instead"
        }
    }

    /// Why one response counts otherwise.
    func label(_ change: ResponseChange) -> String {
        switch change.reason {
        case .recorded: isForward ? "new response" : "not yet recorded"
        case .amended:
            label(.amended) + ": " + change.amended.map(\.rawValue).joined(separator: ", ")
        case .reclassified: reclassified(change)
        case .window: change.first == nil ? "in second window only" : "in first window only"
        case .duplicate:
            change.first == nil ? "counts in second only" : "counts in first only"
        case .excluded, .reviewed, .thresholds, .basis: label(change.reason)
        }
    }

    private func reclassified(_ change: ResponseChange) -> String {
        let wasRead = change.firstRow?.isJudged ?? false
        let isRead = change.secondRow?.isJudged ?? false
        if first.model == second.model {
            return wasRead && isRead
                ? "judged again" : isRead == isForward ? "read since" : "not yet read"
        }
        return wasRead && isRead
            ? models
            : isRead
                ? "read by model \(name(second.model, "none"))"
                : "unread by model \(name(second.model, "none"))"
    }

    /// What a response counts as.
    static func counted(_ counted: ResponseChange.Counted?) -> String {
        counted?.npsClass.name ?? "not counted"
    }
}
