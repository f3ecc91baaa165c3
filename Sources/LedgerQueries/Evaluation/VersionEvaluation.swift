import Classification
import ExternalModels
import LedgerCore
import LedgerStore
import NPSLedger
import Presentation

/// Holds a registered version against the stated scores of the ledger that it has not learnt from.
struct VersionEvaluation {
    let open: OpenLedger
    let model: RegisteredModel
    let trained: TrainedOn

    /// - Parameter refusesOverlap: for a time that was asked for: figures on other responses than
    ///   those would be misread.
    func evaluate(_ labels: LedgerLabels, refusesOverlap: Bool) throws -> Evaluated {
        let learnt = try learnt(among: labels, refusesOverlap: refusesOverlap)
        var evaluated = Evaluated()
        evaluated.counts.labelled = labels.items.count
        evaluated.counts.leftOut = labels.items.count { learnt.contains($0.response) }
        let unseen = labels.items.filter { !learnt.contains($0.response) }
        let (outputs, readNow, unlearnt) = try outputs(of: unseen)
        evaluated.counts.readNow = readNow
        evaluated.counts.unlearnt = unlearnt.count
        for (index, (item, read)) in zip(unseen, outputs).enumerated()
        where !unlearnt.contains(index) {
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
            throw nothing(evaluated.counts)
        }
        return evaluated
    }

    /// The responses that the version has learnt from, by themselves or by their texts.
    func learnt(among labels: LedgerLabels, refusesOverlap: Bool) throws -> Set<Position> {
        let learnt = try LearntTexts(model, trained, open)
            .responses(among: labels.items.map { ($0.response, $0.text) })
        // That others said the same words before is no reason to ask about another time.
        let own = labels.items.filter {
            learnt.contains($0.response) && trained.contains($0.response)
        }
        if refusesOverlap, let first = own.map(\.occurredAt).min(),
            let last = own.map(\.occurredAt).max()
        {
            throw refusal(labels, own.count, first, last)
        }
        return learnt
    }

    /// What a version reads in texts.
    typealias Outputs = (
        /// In their order: as it is recorded, else read for this; nil for what is erased or unread.
        outputs: [(detractor: UInt16, promoter: UInt16)?],
        /// How many were read for this.
        readNow: Int,
        /// Which are unread, because the version has not learnt their language.
        unlearnt: Set<Int>
    )

    /// What the version reads in each text.
    func outputs(of items: [LedgerLabels.Item]) throws -> Outputs {
        let unread = items.filter { $0.recorded == nil }
        var read: ArraySlice<ClassifierOutput?> = []
        if !unread.isEmpty, model.registration.kind == ExternalModel.kind {
            try refuseToAsk(unread.map(\.text))
        } else if !unread.isEmpty {
            read = try StoredTextReading(
                open, try open.models.reader(model), as: .reading(model: model.version)
            ).read(unread.map(\.text))[...]
        }
        var (readNow, unlearnt) = (0, Set<Int>())
        let outputs = items.enumerated().map {
            index, item -> (detractor: UInt16, promoter: UInt16)? in
            if let recorded = item.recorded { return recorded }
            guard let output = read.popFirst() ?? nil else { return nil }
            guard output.unlearntLanguage == nil else {
                unlearnt.insert(index)
                return nil
            }
            readNow += 1
            return (output.detractor, output.promoter)
        }
        return (outputs, readNow, unlearnt)
    }

    /// What a model outside this process answers is kept: it would have to be asked again for it.
    private func refuseToAsk(_ texts: [Position]) throws {
        let unread = try texts.count { try open.log.sealed($0) != nil }
        guard unread > 0 else { return }
        throw LedgerError(
            .refused,
            "model \(model.version) is outside this process and has not read "
                + "\(Formatted.count(unread)) of the texts asked about",
            remedy: .classify(model.version))
    }

    private func refusal(
        _ labels: LedgerLabels, _ overlap: Int, _ first: Microseconds, _ last: Microseconds
    ) -> LedgerError {
        LedgerError(
            .refused,
            "model \(model.version) has learnt from \(Formatted.count(overlap)) of the "
                + "\(Formatted.count(labels.items.count, of: "response")) asked about, given from "
                + "\(Timestamp.format(first)) to \(Timestamp.format(last)), and figures on those "
                + "would flatter it", remedy: .leaveOutLearnt)
    }

    private func nothing(_ counts: EvaluationAnswer.Counts) -> LedgerError {
        if counts.labelled == 0 {
            return LedgerError(
                .refused,
                "no response asked about has both a text and a stated score: there is nothing "
                    + "to hold model \(model.version) against")
        }
        if counts.leftOut == counts.labelled {
            return LedgerError(
                .refused,
                "model \(model.version) has learnt from all "
                    + "\(Formatted.count(counts.labelled, of: "response")) asked about that have a text "
                    + "and a stated score, and nothing is left that it has not seen",
                remedy: trained.record.map { _ in .evaluateTraining })
        }
        if counts.unlearnt > 0 {
            return LedgerError(
                .refused,
                "model \(model.version) has not learnt the language of "
                    + "\(Formatted.count(counts.unlearnt)) of "
                    + "\(Formatted.count(counts.labelled, of: "response")) with a text and a stated "
                    + "score, and of the others none is left")
        }
        return LedgerError(
            .refused,
            "of \(Formatted.count(counts.labelled, of: "response")) with a text and a stated score "
                + "model \(model.version) has learnt from \(Formatted.count(counts.leftOut)), and "
                + "the texts of \(Formatted.count(counts.erased)) are erased: none is left")
    }
}
