import LedgerCore
import LedgerQueries
import NPSLedger

/// One person going through the texts that wait for them.
///
/// A decision is recorded with the next one, or at the end; until then it can be taken back. What
/// somebody else decides on meanwhile is not asked any more.
package struct ReviewRound {
    /// Who reads.
    package let reviewer: Actor
    /// What there is to read.
    package let texts: [TextToReview]
    /// How many decisions are recorded.
    package private(set) var recorded = 0
    /// How many texts were passed over.
    package private(set) var skipped = 0
    /// Which text is read; their number where all are done.
    package private(set) var index = 0
    /// Why the next decision is taken.
    package var rationale: String?
    private let open: OpenLedger
    private var pending: (index: Int, decision: ReviewRegistry.Decision)?
    private var decided: Set<Int> = []

    /// A round.
    package init(_ open: OpenLedger, _ texts: [TextToReview], by reviewer: Actor) {
        self.open = open
        self.texts = texts
        self.reviewer = reviewer
    }

    /// The text that is read; nil where all are done.
    package var text: TextToReview? { index < texts.count ? texts[index] : nil }

    /// What was decided last, as long as it can be taken back.
    package var last: NPSClass? { pending?.decision.npsClass }

    /// How many texts are without a decision.
    package var left: Int { texts.count - decided.count }

    /// Passes over texts that others have decided on.
    package mutating func passDecided() throws {
        while let text, try !open.waits(text.text, for: reviewer.name) { index += 1 }
    }

    /// Decides on the text that is read, and records the decision before.
    ///
    /// - Returns: False where others had decided meanwhile on the text before, and nothing of it was
    ///   recorded.
    package mutating func decide(_ npsClass: NPSClass) throws -> Bool {
        guard text != nil else { return true }
        let isCurrent = try record()
        pending = (index, ReviewRegistry.Decision(npsClass, rationale: rationale))
        decided.insert(index)
        (rationale, index) = (nil, index + 1)
        return isCurrent
    }

    /// Goes on without a decision.
    package mutating func skip() {
        guard text != nil else { return }
        (rationale, index, skipped) = (nil, index + 1, skipped + 1)
    }

    /// Takes the last decision back.
    ///
    /// - Returns: False where it is recorded already, or there is none.
    package mutating func undo() -> Bool {
        guard let taken = pending else { return false }
        pending = nil
        decided.remove(taken.index)
        (index, rationale) = (taken.index, taken.decision.rationale)
        return true
    }

    /// Records the decision that waits.
    ///
    /// - Returns: False where others had decided meanwhile.
    package mutating func record() throws -> Bool {
        guard let waiting = pending else { return true }
        pending = nil
        do {
            let isNew = try open.decide(
                waiting.decision, onWaiting: texts[waiting.index].text, by: reviewer)
            recorded += isNew ? 1 : 0
            return true
        } catch let error as LedgerError where error.code == .overtaken {
            decided.remove(waiting.index)
            return false
        }
    }
}
