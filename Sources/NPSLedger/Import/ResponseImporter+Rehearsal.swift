import LedgerCore
import LedgerStore
import SurveyImport

extension ResponseImporter {
    /// What a dry run knows of a response that the import would have recorded or changed.
    struct Rehearsed: Sendable {
        /// What the source sent first.
        let body: Hash128
        /// Stands for the segments, which are only ever compared: a dry run keeps every id in
        /// memory, and should keep little more.
        var segmentsHash: Int
        var standing: AmendmentRule.Standing
    }

    /// Counts what an import would do with these rows, and does nothing.
    mutating func rehearse(_ prepared: [Prepared]) throws {
        var rows: [PreparedRow] = []
        for item in prepared {
            switch item {
            case .row(let row): rows.append(row)
            case .rejected(let row):
                count {
                    $0.rejected += 1
                    $0.reasons[row.code.rawValue, default: 0] += 1
                }
            }
        }
        let known = try ledger.log.lookUp(rows.map(\.key))
        for (row, existing) in zip(rows, known) {
            if rehearsals[row.key.hash] != nil {
                rehearseRepeat(row)
            } else if let existing {
                guard let known = try rule.known(row.id, recordedAs: existing.position) else {
                    count { $0.conflicts += 1 }
                    continue
                }
                rehearsals[row.key.hash] = Rehearsed(
                    body: existing.body, segmentsHash: known.segments.hashValue,
                    standing: known.standing)
                rehearseRepeat(row)
            } else {
                rehearseRecording(row)
            }
        }
    }

    private mutating func rehearseRecording(_ row: PreparedRow) {
        rehearsals[row.key.hash] = Rehearsed(
            body: row.body, segmentsHash: row.segments.hashValue,
            standing: AmendmentRule.Standing(row))
        count { report in
            if row.row.excludedBy == nil {
                report.recorded += 1
                report.scored += row.row.score == nil ? 0 : 1
            } else {
                report.excluded += 1
            }
        }
    }

    private mutating func rehearseRepeat(_ row: PreparedRow) {
        // The verdict alone is taken out: what the row is judged by is changed where it is, for a copy
        // of a long history would be made with each row.
        let verdict = rehearsals[row.key.hash].map { rehearsed in
            rehearsed.body == row.body
                ? .duplicate
                : AmendmentRule.decide(
                    row, on: rehearsed.standing,
                    hasSameSegments: rehearsed.segmentsHash == row.segments.hashValue)
        }
        switch verdict {
        case .duplicate, nil: count { $0.duplicates += 1 }
        case .conflict: count { $0.conflicts += 1 }
        case .amend(let score, _, _):
            rehearsals[row.key.hash]?.segmentsHash = row.segments.hashValue
            rehearsals[row.key.hash]?.standing.amend(
                score: score, hasText: row.row.text != nil, updatedAt: row.row.updatedAt,
                body: row.body)
            count { $0.amended += 1 }
        }
    }
}
