import Catalog
import LedgerCore
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger

/// What was asked and decided about the texts that responses have now.
package struct ReviewDesk {
    /// A text with what was asked and decided about it.
    package struct Item {
        package let text: ResponseText
        package let segments: [String: String]
        package let reviewCase: ReviewCase

        package var response: Position { text.row.position }

        package var reviewText: ReviewText {
            ReviewText(
                response: text.row.position, text: text.event, subject: text.row.subject)
        }
    }

    package let history: ReviewHistory
    /// In log order; what has another text by now, or is excluded, is not among them.
    package let items: [Item]
    /// As of which position.
    package let asOf: Position
    /// The model whose readings are shown; nil where none is active.
    package let model: ModelVersion?

    /// - Parameters:
    ///   - others: responses that nothing was asked or decided about, and are wanted all the same.
    ///   - model: whose readings; nil for the active one's.
    package init(
        _ open: OpenLedger, others: Set<Position> = [], model: ModelVersion? = nil
    ) throws {
        if let model { _ = try open.models.model(model) }
        try open.refresh(open.catalog.npsBySegment)
        let log = open.log
        (history, items, asOf, self.model) = try open.catalog.npsBySegment.read {
            state, build in
            let history = try ReviewHistory(log, asOf: build.position)
            let lens = try ResolvedLens(
                Lens(
                    asOf: build.position, model: model.map { .pinned($0) } ?? .asActivated,
                    basis: .inferred), in: state)
            let query = NPSBySegmentQuery(state)
            let texts = try query.texts(of: history.responses.union(others), lens)
            let items = try texts.sorted { $0.key < $1.key }.map { response, text in
                Item(
                    text: text, segments: try query.segments(text.row.tuple),
                    reviewCase: history.reviewCase(response: response, text: text.event))
            }
            return (history, items, build.position, lens.model)
        }
    }

    /// The item of a response that was named.
    ///
    /// - Throws: `LedgerError` with code `not-found` where it has no text, or does not count.
    package func require(_ response: Position, _ name: String) throws -> Item {
        if let item = items.first(where: { $0.response == response }) { return item }
        throw LedgerError(
            .notFound,
            "response “\(name)” has no text that counts: there is nothing to review",
            remedy: .trace(name))
    }
}

extension VisibleRow {
    /// The class that the model reads, however unsure it is; nil where it has not read the text.
    package var likeliestClass: NPSClass? {
        isClassified ? ClassifierQuality.likeliest(detractor: detractor, promoter: promoter) : nil
    }

    /// Whether a response contradicts itself: by its score it is a promoter and by its text a
    /// detractor, or the reverse.
    ///
    /// The one rule, for whoever is told of it and for whoever is asked to read it. What the score
    /// says depends on the thresholds; what the text says is what a person decided, else what the
    /// model finds likeliest. How sure it is decides whether the text counts, not whether it is
    /// worth a look: where a guess speaks against a score a person is to say which is right.
    package func contradictsItself(under thresholds: Thresholds) -> Bool {
        guard let score else { return false }
        switch (thresholds.classify(score: score), decision ?? likeliestClass) {
        case (.promoter, .detractor?), (.detractor, .promoter?): return true
        default: return false
        }
    }
}

extension ResponseText {
    /// The class that the model reads, however unsure it is; nil where it has not read the text.
    package var likeliest: NPSClass? { row.likeliestClass }

    /// Probability of that class, in basis points.
    package var confidence: UInt16 {
        let passive = 10_000 - Int(row.detractor) - Int(row.promoter)
        return UInt16(clamping: max(Int(row.detractor), passive, Int(row.promoter)))
    }
}
