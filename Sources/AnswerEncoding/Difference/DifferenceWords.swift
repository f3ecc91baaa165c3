import LedgerCore
import LedgerQueries

/// Reasons in words, as they read in the direction that was asked: the second lens may be the
/// earlier one.
package struct DifferenceWords {
    private let first: AnswerFrame
    private let second: AnswerFrame

    package init(_ difference: ScoreDifference) {
        first = difference.first
        second = difference.second
    }

    private var isForward: Bool { first.lens.asOf <= second.lens.asOf }

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
    ///
    /// - Parameter part: what they come to, which tells on which side they are unread.
    package func label(_ reason: DifferenceReason, _ part: ScoreDifference.Part? = nil) -> String {
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
                : "classified again by model \(name(first.model, "none"))"
        case .unread:
            first.model != second.model
                ? unread(part)
                : (isForward ? "read since by" : "not yet read by")
                    + " model \(name(first.model, "none"))"
        case .thresholds: thresholds
        case .basis: "basis \(first.lens.basis.rawValue) → \(second.lens.basis.rawValue)"
        case .window: "in one of the windows only"
        case .duplicate: "another answer counts instead"
        }
    }

    /// Texts that only one of two models has read are no change of mind.
    private func unread(_ part: ScoreDifference.Part?) -> String {
        guard let part, part.entering == 0 || part.leaving == 0 else {
            return "read by one of them only, \(models)"
        }
        return "unread by model "
            + (part.leaving > 0 ? name(second.model, "none") : name(first.model, "none"))
    }

    /// In which order causes were added where both models and cut-offs differ; nil where they do not.
    package static func order(_ difference: ScoreDifference) -> String? {
        guard !difference.causes.isEmpty else { return nil }
        let words = DifferenceWords(difference)
        let causes = difference.causes.map { cause in
            (cause.reason == .thresholds ? words.thresholds : words.models)
                + (cause.position.map { " (position \($0))" } ?? "")
        }
        return "step by step, in the order of the events: " + causes.joined(separator: ", then ")
    }

    /// Why one response counts otherwise.
    package func label(_ change: ListedChange) -> String {
        switch change.reason {
        case .recorded: isForward ? "new response" : "not yet recorded"
        case .amended:
            label(.amended) + ": " + change.amended.joined(separator: ", ")
        case .reclassified, .unread: reclassified(change)
        case .window: change.first == nil ? "in second window only" : "in first window only"
        case .duplicate:
            change.first == nil ? "counts in second only" : "counts in first only"
        case .excluded, .reviewed, .thresholds, .basis: label(change.reason)
        }
    }

    private func reclassified(_ change: ListedChange) -> String {
        let (wasRead, isRead) = (change.wasRead, change.isRead)
        if first.model == second.model {
            return wasRead && isRead
                ? "classified again" : isRead == isForward ? "read since" : "not yet read"
        }
        return wasRead && isRead
            ? models
            : isRead
                ? "read by model \(name(second.model, "none"))"
                : "unread by model \(name(second.model, "none"))"
    }

    /// What a response counts as.
    package static func counted(_ npsClass: NPSClass?) -> String { npsClass?.name ?? "not counted" }
}
