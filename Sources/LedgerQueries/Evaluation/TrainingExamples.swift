import Catalog
import LedgerCore
import LedgerReplay
import NPSBySegmentProjection
import NPSLedger

/// The responses that a selection gives a model to learn from: those with a text whose class is
/// stated, or decided on by a person.
package struct TrainingExamples {
    package let examples: [ModelTraining.Example]
    package let asOf: Position

    /// - Parameters:
    ///   - asOf: the size of the log to learn from; nil for what there is by now.
    ///   - includesDecided: texts without a stated score, where a person decided.
    package init(
        _ open: OpenLedger, _ selection: Selection, asOf: Position? = nil,
        includesDecided: Bool = true
    ) throws {
        (examples, self.asOf) = try open.catalog.npsBySegment.read { state, build in
            let end = asOf ?? build.position
            let lens = try open.resolve(
                LensRequest(asOf: .position(end)), selection, horizon: build.position, state)
            let query = NPSBySegmentQuery(state, workers: open.workers)
            let chosen = selection.segments
            if asOf == nil { try open.check(chosen, query) }
            var examples: [ModelTraining.Example] = []
            try query.forEachText(lens, chosen) { text in
                let stated = text.row.score.map { lens.thresholds.classify(score: $0) }
                guard includesDecided || stated != nil, let label = text.row.decision ?? stated
                else { return }
                examples.append(
                    ModelTraining.Example(
                        response: text.row.position, text: text.event, label: label))
            }
            return (examples, end)
        }
    }
}
