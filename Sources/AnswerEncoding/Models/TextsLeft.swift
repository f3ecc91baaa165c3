import LedgerCore
import Presentation

/// What a program outside this process left without a classification, in words.
package enum TextsLeft {
    /// Most responses named.
    package static let shownMax = 10

    /// Follows whoever left them. Whether it refused a text or failed at it, that stays unread.
    package static func words(_ responses: [Position]) -> String {
        let shown = responses.prefix(shownMax).map { "\($0)" }.joined(separator: ", ")
        let more = responses.count - shownMax
        return "could not classify \(Formatted.count(responses.count, of: "text")), which "
            + (responses.count == 1 ? "stays" : "stay") + " unread (response \(shown)"
            + (more > 0 ? " and \(Formatted.count(more)) more" : "") + ")"
    }
}
