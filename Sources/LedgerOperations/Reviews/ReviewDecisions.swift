import LedgerCore
import LedgerQueries
import LedgerStore
import NPSBySegmentProjection
import NPSLedger

/// What came of a decision.
public struct ReviewDecisionOutcome: Sendable {
    /// The response.
    public let response: Position
    /// What was decided.
    public let npsClass: NPSClass
    /// Whether it is new; not where the person decided so before.
    public let isRecorded: Bool
    /// Whether the response has a stated score, which counts before any decision.
    public let isStated: Bool
}

extension OpenLedger {
    /// Records what a person decides on one response's text.
    ///
    /// Who decides again replaces their own decision; of several people's the latest counts, unless
    /// somebody who has not decided settles it.
    ///
    /// - Throws: `LedgerError` with code `not-found` where it has no text that counts; what
    ///   ``ReviewRegistry/decide(_:reviewer:asOf:onlyWhileOpen:)`` throws.
    public func decide(
        _ decision: ReviewRegistry.Decision, on response: ResponseName, by reviewer: Actor
    ) throws -> ReviewDecisionOutcome {
        let position = try find(response)
        let desk = try ReviewDesk(self, others: [position])
        let item = try desk.require(position, response.name)
        let recorded = try ReviewRegistry(ledger).decide(
            [(item.reviewText, decision)], reviewer: reviewer, asOf: desk.asOf)
        if recorded > 0 { try refreshAll() }
        return ReviewDecisionOutcome(
            response: position, npsClass: decision.npsClass, isRecorded: recorded > 0,
            isStated: item.text.row.score != nil)
    }

    /// Records what a person decides on a text that they were handed, as long as it waits for them.
    /// Whoever goes through many brings the projections up to date at the end.
    ///
    /// - Returns: Whether it is new.
    /// - Throws: `LedgerError` with code `overtaken` where others decided meanwhile.
    package func decide(
        _ decision: ReviewRegistry.Decision, onWaiting text: ReviewText, by reviewer: Actor
    ) throws -> Bool {
        try ReviewRegistry(ledger).decide(
            [(text, decision)], reviewer: reviewer, onlyWhileOpen: true) > 0
    }
}

extension ReviewRegistry.Decision {
    /// The numbers of named intents, ascending; none for the one name `none`, nil where there is a
    /// name that is no intent.
    package static func intents(_ names: [String]) -> [UInt8]? {
        if names == ["none"] { return [] }
        var numbers: Set<UInt8> = []
        for name in names {
            guard let number = ClassificationRecorded.intentNames.firstIndex(of: name) else {
                return nil
            }
            numbers.insert(UInt8(number))
        }
        return numbers.sorted()
    }
}
