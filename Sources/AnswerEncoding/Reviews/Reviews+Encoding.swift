import JSON
import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger
import NPSStatistics
import Presentation

extension ReviewListing {
    /// What was asked, and how far it has come.
    package var json: JSONValue {
        [
            "asOf": .integer(asOf),
            "reviews": .array(
                rows.map { row in
                    [
                        "response": .integer(row.response), "text": .integer(row.text),
                        "state": .string(row.state.rawValue),
                        "reasons": .array(row.reasons.map { .string($0) }),
                        "wanted": .integer(row.wanted), "reviewers": .integer(row.reviewers),
                        "class": .optional(row.npsClass?.name),
                    ]
                }),
        ]
    }

    /// The same, one a row.
    package var csv: (header: [String], rows: [[String]]) {
        (
            ["response", "text", "state", "reasons", "wanted", "reviewers", "class"],
            rows.map { row in
                [
                    "\(row.response)", "\(row.text)", row.state.rawValue,
                    row.reasons.joined(separator: " "), "\(row.wanted)", "\(row.reviewers)",
                    row.npsClass?.name ?? "",
                ]
            }
        )
    }
}

extension ReviewStory {
    /// What was asked and decided.
    package var fields: [(String, JSONValue)] {
        [
            ("response", .integer(response)), ("textEvent", .integer(textEvent)),
            ("text", .optional(text)), ("state", .string(state.rawValue)),
            ("wanted", .integer(wanted)), ("blind", .bool(isBlind)),
            (
                "model",
                reading.map { reading in
                    [
                        "version": .optional(reading.model),
                        "class": .optional(reading.npsClass?.name),
                    ]
                } ?? .null
            ),
            ("class", .optional(standing?.decided.decision.name)),
            (
                "requests",
                .array(
                    requests.map { asked in
                        [
                            "position": .integer(asked.position),
                            "reason": .optional(asked.request?.reason.rawValue),
                            "second": .bool(asked.wantsSecond), "actor": .string(asked.actor),
                            "recordedAt": .string(Timestamp.format(asked.recordedAt)),
                        ]
                    })
            ),
            (
                "decisions",
                .array(
                    decisions.map { decision in
                        let review = decision.review
                        return [
                            "position": .integer(review.position),
                            "reviewer": .string(review.reviewer),
                            "class": .string(review.decided.decision.name),
                            "settles": .bool(review.decided.settles),
                            "rationale": .optional(decision.rationale),
                            "recordedAt": .string(Timestamp.format(review.recordedAt)),
                        ]
                    })
            ),
        ]
    }
}

extension ReviewerAgreement {
    private func json(_ interval: Interval?) -> [(String, JSONValue)] {
        [("low", .optional(interval?.low)), ("high", .optional(interval?.high))]
    }

    /// The pairs of reviewers, and the samples.
    package var json: JSONValue {
        [
            "confidence": .number(confidence),
            "pairs": .array(
                pairs.map { pair in
                    .object(
                        [
                            ("reviewers", .array([.string(pair.first), .string(pair.second)])),
                            ("texts", .integer(pair.matrix.total)),
                            ("agreement", .optional(pair.agreement.share)),
                            ("kappa", .optional(pair.matrix.kappa)),
                        ] + json(interval(of: pair)))
                }),
            "samples": .array(
                samples.map { quality in
                    .object(
                        [
                            ("round", .integer(quality.sample.round)),
                            ("seed", .integer(quality.sample.seed)),
                            ("model", .integer(quality.model)),
                            ("population", .integer(quality.sample.population)),
                            ("drawn", .integer(quality.sample.size)),
                            ("decided", .integer(quality.accuracy.total)),
                            ("undecided", .integer(quality.undecided)),
                            ("lost", .integer(quality.lost)),
                            ("learnt", .integer(quality.learnt)),
                            ("accuracy", .optional(quality.accuracy.share)),
                        ] + json(interval(of: quality)))
                }),
        ]
    }

    /// The measures, one a row.
    package var csv: (header: [String], rows: [[String]]) {
        func row(
            _ measure: String, _ of: String, _ count: Int, _ value: Double?, _ interval: Interval?
        ) -> [String] {
            [measure, of, "\(count)"]
                + [value, interval?.low, interval?.high].map { AnswerNumber.text($0) }
        }
        return (
            ["measure", "of", "n", "value", "low", "high"],
            pairs.map { pair in
                row(
                    "kappa", "\(pair.first) / \(pair.second)", pair.matrix.total,
                    pair.matrix.kappa, interval(of: pair))
            }
                + samples.map { quality in
                    row(
                        "accuracy", "sample \(quality.sample.round)", quality.accuracy.total,
                        quality.accuracy.share, interval(of: quality))
                }
        )
    }
}

extension ReviewRequestOutcome {
    /// What was asked, and why the rest was not.
    package var fields: [(String, JSONValue)] {
        [
            ("requested", .integer(requested)), ("second", .integer(second)),
            ("open", .integer(open)), ("decided", .integer(decided)),
            ("dryRun", .bool(isRehearsal)), ("model", .optional(model)),
            ("population", .integer(population)), ("round", .optional(sampleRound)),
        ]
    }
}

extension ReviewDecisionOutcome {
    /// What came of it.
    package var fields: [(String, JSONValue)] {
        [
            ("response", .integer(response)), ("recorded", .integer(isRecorded ? 1 : 0)),
            ("class", .string(npsClass.name)), ("stated", .bool(isStated)),
        ]
    }
}

extension ReviewSheetOutcome {
    /// What came of it.
    package var fields: [(String, JSONValue)] {
        [
            ("rows", .integer(rows)), ("recorded", .integer(recorded)),
            ("unchanged", .integer(unchanged)), ("undecided", .integer(undecided)),
            ("dryRun", .bool(isRehearsal)),
        ]
    }
}

extension ReviewSheet {
    /// Texts as a file for spreadsheets, with a mark that tells them its encoding, to be filled in.
    package static func document(_ texts: [TextToReview], guardsFormulas: Bool) -> String {
        let rows = texts.map { text in
            let segments = text.segments.sorted { $0.key < $1.key }
                .map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
            return [
                "\(text.response)", "\(text.text.text)", Timestamp.format(text.occurredAt),
                segments, text.content, "", "", "", "",
            ]
        }
        return "\u{FEFF}"
            + CSVWriter(guardsFormulas: guardsFormulas).document(header: columns, rows: rows)
    }
}
