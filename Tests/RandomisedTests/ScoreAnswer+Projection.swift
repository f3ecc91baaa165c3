import LedgerCore
import LedgerReplay
import NPSBySegmentProjection
import NPSStatistics

extension ScoreAnswer {
    /// What the projection's state answers.
    init(
        _ question: ScoreQuestion, _ state: some StateReader, threads: Int = 1
    ) throws {
        let lens: ResolvedLens
        do {
            lens = try ResolvedLens(question.lens, in: state)
        } catch is UnknownThresholds {
            isKnown = false
            return
        }
        let query = NPSBySegmentQuery(state, workers: .threads(threads))
        model = lens.model
        thresholdsID = lens.thresholdsID
        thresholds = lens.thresholds
        let groups = try query.tally(lens, question.selection, spans: question.spans)
        tallies = Dictionary(groups.map { ($0.values, $0.tallies) }) { $1 + $0 }
        switch question.detail {
        case .rows:
            try query.forEachRow(lens) { rows.append(try Self.row($0, lens, query)) }
        case .single:
            if let row = try query.row(of: question.single, lens) {
                rows = [try Self.row(row, lens, query)]
            }
        case .texts:
            unread = try query.unread(by: lens.model ?? 1, asOf: question.lens.asOf).map {
                [$0.response, $0.text]
            }
            scored = try query.scoredTexts(lens, question.selection).map {
                [$0.response, $0.text, Position($0.score)]
            }
        case .flips:
            let other: ResolvedLens
            do {
                other = try ResolvedLens(question.other, in: state)
            } catch is UnknownThresholds {
                return
            }
            for flip in try query.flips(from: lens, to: other, question.selection)
            where flip.matrix.total > 0 {
                flips[flip.values] = flip.matrix
            }
        }
    }

    private static func row(
        _ row: VisibleRow, _ lens: ResolvedLens, _ query: NPSBySegmentQuery<some StateReader>
    ) throws -> Row {
        Row(
            position: row.position, occurredAt: row.occurredAt, score: row.score,
            hasText: row.hasText, isClassified: row.isClassified, detractor: row.detractor,
            promoter: row.promoter, npsClass: row.npsClass(lens.lens.basis, lens.thresholds),
            segments: try query.segments(row.tuple))
    }
}
