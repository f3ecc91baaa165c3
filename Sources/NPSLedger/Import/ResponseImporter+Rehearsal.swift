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
    mutating func rehearse(_ batch: PreparedRows) throws {
        var known = try ledger.log.lookUp(batch.prepared.compactMap { $0?.key })[...]
        for (row, prepared) in zip(batch.rows.rows, batch.prepared) {
            guard let prepared else {
                let code = layout.rejection(of: row, batch.rows).code.rawValue
                count {
                    $0.rejected += 1
                    $0.reasons[code, default: 0] += 1
                }
                continue
            }
            let existing = known.popFirst() ?? nil
            let segmentsHash = layout.segments(of: row, batch.rows).hashValue
            if rehearsals[prepared.key.hash] != nil {
                rehearseRepeat(prepared, segmentsHash)
            } else if let existing {
                let id = layout.id(of: row, prepared, batch.rows)
                guard let known = try rule.known(id, recordedAs: existing.position) else {
                    count { $0.conflicts += 1 }
                    continue
                }
                rehearsals[prepared.key.hash] = Rehearsed(
                    body: existing.body, segmentsHash: known.segments.hashValue,
                    standing: known.standing)
                rehearseRepeat(prepared, segmentsHash)
            } else {
                rehearsals[prepared.key.hash] = Rehearsed(
                    body: prepared.body, segmentsHash: segmentsHash,
                    standing: AmendmentRule.Standing(prepared))
                countRecorded(row)
            }
        }
    }

    private mutating func rehearseRepeat(_ row: PreparedRow, _ segmentsHash: Int) {
        // The verdict alone is taken out: what the row is classified by is changed where it is, for a copy
        // of a long history would be made with each row.
        let verdict = rehearsals[row.key.hash].map { rehearsed in
            rehearsed.body == row.body
                ? .duplicate
                : AmendmentRule.decide(
                    row, on: rehearsed.standing,
                    hasSameSegments: rehearsed.segmentsHash == segmentsHash)
        }
        switch verdict {
        case .duplicate, .superseded, nil: count { $0.duplicates += 1 }
        case .conflict: count { $0.conflicts += 1 }
        case .amend(let score, let hasText, _, _):
            rehearsals[row.key.hash]?.segmentsHash = segmentsHash
            rehearsals[row.key.hash]?.standing.amend(
                score: score, hasText: hasText, updatedAt: row.updatedAt,
                body: row.body)
            count { $0.amended += 1 }
        }
    }
}
