import LedgerCore
import NPSBySegmentProjection
import NPSStatistics
import NaiveFolds

extension ScoreAnswer {
    /// What reading the first `end` events answers.
    init(_ question: ScoreQuestion, _ ledger: NaiveLedger, upTo end: Position) {
        let lens = question.lens
        let standing = ledger.standing(asOf: min(lens.asOf, end))
        let (model, found) = standing.resolve(lens)
        guard let (id, cutOffs) = found else {
            isKnown = false
            return
        }
        self.model = model
        thresholdsID = id
        thresholds = cutOffs
        tallies =
            standing.tally(
                lens, question.selection,
                bounds: question.spans?.bounds) ?? [:]
        switch question.detail {
        case .rows:
            rows = standing.visible(lens).map { Self.row($0, standing, lens, model, cutOffs) }
        case .single:
            rows = standing.visible(lens).filter { $0.position == question.single }
                .map { Self.row($0, standing, lens, model, cutOffs) }
        case .texts: addTexts(question, standing)
        case .flips:
            addFlips(question, standing, ledger.standing(asOf: min(question.other.asOf, end)))
        }
    }

    private static func row(
        _ response: NaiveLedger.Response, _ standing: NaiveLedger.Standing, _ lens: Lens,
        _ model: ModelVersion?, _ thresholds: Thresholds
    ) -> Row {
        // Under the stated basis no classification is looked up.
        let classified =
            lens.basis == .stated ? nil : model.flatMap { response.classifications[$0] }
        return Row(
            position: response.position, occurredAt: response.occurredAt, score: response.score,
            hasText: response.hasText, isClassified: classified != nil,
            detractor: classified?.detractor ?? 0, promoter: classified?.promoter ?? 0,
            npsClass: standing.npsClass(response, lens, model, thresholds)?.npsClass,
            segments: response.segments)
    }

    private static func keeps(
        _ response: NaiveLedger.Response, _ selection: SegmentSelection
    ) -> Bool {
        selection.keeping.allSatisfy { dimension, values in
            values.contains(response.segments[dimension] ?? "")
        }
    }

    private mutating func addTexts(
        _ question: ScoreQuestion, _ standing: NaiveLedger.Standing
    ) {
        let reader = model ?? 1
        unread = standing.responses.filter {
            !$0.isExcluded && $0.hasText && $0.classifications[reader] == nil
                && $0.unlearnt[reader] == nil
        }.map { [$0.position, $0.text] }
        scored = standing.visible(question.lens)
            .filter { $0.hasText && Self.keeps($0, question.selection) }
            .compactMap { response in
                response.score.map { [response.position, response.text, Position($0)] }
            }
    }

    private mutating func addFlips(
        _ question: ScoreQuestion, _ first: NaiveLedger.Standing, _ second: NaiveLedger.Standing
    ) {
        let (firstModel, firstFound) = first.resolve(question.lens)
        let (secondModel, secondFound) = second.resolve(question.other)
        guard let (_, firstCuts) = firstFound, let (_, secondCuts) = secondFound else { return }
        let before = Dictionary(
            uniqueKeysWithValues: first.visible(question.lens).map { ($0.position, $0) })
        for response in second.visible(question.other) {
            guard Self.keeps(response, question.selection),
                let from = before[response.position].flatMap({
                    first.npsClass($0, question.lens, firstModel, firstCuts)
                }),
                let to = second.npsClass(response, question.other, secondModel, secondCuts)
            else { continue }
            let group = question.selection.by.map { response.segments[$0] }
            flips[group, default: FlipMatrix()].add(
                from: Int(from.npsClass.rawValue), to: Int(to.npsClass.rawValue))
        }
    }
}
