import Catalog
import LedgerCore
import LedgerReplay
import LedgerStore
import LedgerVault
import NPSBySegmentProjection
import NPSLedger

/// What a version has learnt from, told by response and by text: a text that comes again under
/// another id, or that was in a labelled file, is no less known to it.
package struct LearntTexts {
    private let trained: TrainedOn
    private let open: OpenLedger
    private let digests: Set<TextDigest>
    private let marks: LabelledMarks?
    /// Whether there is anything to compare a text with, and the key to open it.
    private let opensTexts: Bool

    /// Finds out, opening the texts that it has learnt from in this ledger.
    ///
    /// Without the master key texts cannot be compared; that is said, and responses are told by their
    /// positions alone.
    /// - Throws: what ``ModelRegistry/labelledMarks(of:)`` does.
    package init(_ model: RegisteredModel, _ trained: TrainedOn, _ open: OpenLedger) throws {
        self.trained = trained
        self.open = open
        let ledger = open.ledger
        var digests: Set<TextDigest> = []
        let record: TrainingRecord
        let examples: [Position: ModelTraining.Example]
        switch trained {
        case .here(let known, let selected): (record, examples) = (known, selected)
        case .embedded, .unknown:
            (self.digests, marks) = (digests, nil)
            opensTexts = try Self.opensTexts(of: model, trained, open)
            return
        }
        guard try Self.opensTexts(of: model, trained, open) else {
            (self.digests, marks, opensTexts) = (digests, nil, false)
            return
        }
        // In the order of the log, in which they lie on disk.
        let texts = examples.values.map(\.text).sorted()
        let work = open.observer.begin(.openingLearnt(model: model.version))
        defer { work.finish() }
        for (index, position) in texts.enumerated() {
            if let text = try ledger.personalData(at: position)?.text {
                digests.insert(TextDigest(text))
            }
            work.update(done: index + 1, total: texts.count)
        }
        self.digests = digests
        marks = record.files.isEmpty ? nil : try open.models.labelledMarks(of: model)
        opensTexts = !digests.isEmpty || marks != nil
    }

    /// Whether texts of the ledger are to be opened and compared; that they cannot be is said.
    private static func opensTexts(
        of model: RegisteredModel, _ trained: TrainedOn, _ open: OpenLedger
    ) throws -> Bool {
        if case .unknown = trained { return false }
        do {
            _ = try open.ledger.vault()
            return true
        } catch let error as VaultError {
            open.observer.notice(
                .textsNotCompared(model: model.version, reason: "\(error)"))
            return false
        }
    }

    /// Whether it has learnt from a text.
    package func contains(_ text: String) -> Bool {
        if case .embedded = trained { return EmbeddedTexts.shipped.contains(text) }
        return digests.contains(TextDigest(text)) || marks?.contains(text) == true
    }

    /// Whether so many texts that it has learnt from, among others, are to be left out: all of them,
    /// but of the embedded model set phrases (see ``EmbeddedTexts/isOverlap(_:of:)``).
    package func isOverlap(_ learnt: Int, of count: Int) -> Bool {
        if case .embedded = trained { return EmbeddedTexts.isOverlap(learnt, of: count) }
        return learnt > 0
    }

    /// Those of some responses that it has learnt from, by themselves or by their texts.
    ///
    /// - Parameter responses: positions of responses and of the events whose text is read.
    package func responses(
        among responses: [(response: Position, text: Position)]
    ) throws -> Set<Position> {
        var found: Set<Position> = []
        if case .unknown = trained { return found }
        let work = open.observer.begin(.lookingForLearnt)
        defer { work.finish() }
        for (index, (response, text)) in responses.enumerated() {
            if trained.contains(response) {
                found.insert(response)
            } else if opensTexts, let text = try open.ledger.personalData(at: text)?.text,
                contains(text)
            {
                found.insert(response)
            }
            work.update(done: index + 1, total: responses.count)
        }
        return isOverlap(found.count, of: responses.count) ? found : []
    }
}

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
