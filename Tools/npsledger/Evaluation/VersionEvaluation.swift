import Classification
import ExternalModels
import LedgerCore
import LedgerQueries
import LedgerStore
import NPSLedger
import Presentation

/// Holds a registered version against the stated scores of the ledger that it has not learnt from.
struct VersionEvaluation {
    let session: OpenLedger
    let model: RegisteredModel
    let trained: TrainedOn

    /// - Parameter refusesOverlap: for a time that was asked for: figures on other responses than
    ///   those would be misread.
    func evaluate(_ labels: LedgerLabels, refusesOverlap: Bool) throws -> Evaluated {
        let learnt = try LearntTexts(model, trained, session)
            .responses(among: labels.items.map { ($0.response, $0.text) })
        let overlap = labels.items.filter { learnt.contains($0.response) }
        // That others said the same words before is no reason to ask about another time.
        let own = overlap.filter { trained.contains($0.response) }
        if refusesOverlap, let first = own.map(\.occurredAt).min(),
            let last = own.map(\.occurredAt).max()
        {
            throw CommandFailure(ExitStatus.no, refusal(labels, own.count, first, last))
        }
        var evaluated = Evaluated()
        evaluated.counts.labelled = labels.items.count
        evaluated.counts.leftOut = overlap.count
        let unseen = labels.items.filter { !learnt.contains($0.response) }
        let unread = unseen.filter { $0.recorded == nil }
        var outputs: ArraySlice<ClassifierOutput?> = []
        if !unread.isEmpty, model.registration.kind == ExternalModel.kind {
            try refuseToAsk(unread.map(\.text))
        } else if !unread.isEmpty {
            outputs = try StoredTextReading(
                session, try session.models.reader(model), as: .reading(model: model.version)
            ).read(unread.map(\.text))[...]
        }
        for item in unseen {
            var read = item.recorded
            if read == nil, let output = outputs.popFirst() ?? nil {
                evaluated.counts.readNow += 1
                read = (output.detractor, output.promoter)
            }
            guard let read else {
                evaluated.counts.erased += 1
                continue
            }
            evaluated.counts.reviewed += item.isReviewed ? 1 : 0
            evaluated.readings.append(
                Evaluated.Reading(
                    label: item.label, detractor: read.detractor, promoter: read.promoter,
                    values: item.values))
        }
        guard !evaluated.readings.isEmpty else {
            throw CommandFailure(ExitStatus.no, nothing(evaluated.counts))
        }
        return evaluated
    }

    /// What a model outside this process answers is kept: it would have to be asked again for it.
    private func refuseToAsk(_ texts: [Position]) throws {
        let open = try texts.count { try session.ledger.log.sealed($0) != nil }
        guard open > 0 else { return }
        throw CommandFailure(
            ExitStatus.no,
            "model \(model.version) is outside this process and has not read "
                + "\(Formatted.count(open)) of the texts asked about: `npsledger classify --model "
                + "\(model.version)` has it read them, and keeps its answers")
    }

    private func refusal(
        _ labels: LedgerLabels, _ overlap: Int, _ first: Microseconds, _ last: Microseconds
    ) -> String {
        "model \(model.version) has learnt from \(Formatted.count(overlap)) of the "
            + "\(Formatted.count(labels.items.count)) responses asked about, given from "
            + "\(Timestamp.format(first)) to \(Timestamp.format(last)): figures on those would "
            + "flatter it. Ask about another time, leave them out with --leave-out-trained, or "
            + "evaluate how it was trained with --split cross-validation"
    }

    private func nothing(_ counts: Evaluated.Counts) -> String {
        if counts.labelled == 0 {
            return "no response asked about has both a text and a stated score: there is nothing "
                + "to hold model \(model.version) against"
        }
        if counts.leftOut == counts.labelled {
            return "model \(model.version) has learnt from all "
                + "\(Formatted.count(counts.labelled)) responses asked about that have a text and "
                + "a stated score: nothing is left that it has not seen. Evaluate how it was "
                + "trained (--split cross-validation), or on a file of other responses (--on FILE)"
        }
        return "of \(Formatted.count(counts.labelled)) responses with a text and a stated score "
            + "model \(model.version) has learnt from \(Formatted.count(counts.leftOut)), and the "
            + "texts of \(Formatted.count(counts.erased)) are erased: none is left"
    }
}
