import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import Presentation

/// What was asked and decided about the texts that responses have now.
struct ReviewDesk {
    /// A text with what was asked and decided about it.
    struct Item {
        let text: ResponseText
        let segments: [String: String]
        let reviewCase: ReviewCase

        var response: Position { text.row.position }

        var reviewText: ReviewText {
            ReviewText(
                response: text.row.position, text: text.event, subject: text.row.subject)
        }
    }

    let history: ReviewHistory
    /// In log order; what has another text by now, or is excluded, is not among them.
    let items: [Item]
    /// As of which position.
    let asOf: Position
    /// The model whose readings are shown; nil where none is active.
    let model: ModelVersion?

    /// - Parameters:
    ///   - others: responses that nothing was asked or decided about, and are wanted all the same.
    ///   - model: whose readings; nil for the active one's.
    init(
        _ session: OpenLedger, others: Set<Position> = [], model: ModelVersion? = nil
    ) throws {
        if let model { _ = try session.ledger.models.model(model) }
        try session.catchUp(session.catalog.npsBySegment)
        let log = session.ledger.log
        (history, items, asOf, self.model) = try session.catalog.npsBySegment.read {
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

    /// The item of a response; nil where it has no text, or does not count.
    func item(_ response: Position) -> Item? { items.first { $0.response == response } }

    /// The item of a response that was named.
    func require(_ response: Position, _ name: String) throws -> Item {
        if let item = item(response) { return item }
        throw CommandFailure(
            ExitStatus.noInput,
            "response “\(name)” has no text that counts: there is nothing to review (see "
                + "`npsledger trace \(name)`)")
    }
}
