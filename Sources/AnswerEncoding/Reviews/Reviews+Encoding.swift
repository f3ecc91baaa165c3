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
            "asOf": .integer(asOf), Incomplete.name: .integer(incomplete),
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
        Incomplete.csv(
            (
                ["response", "text", "state", "reasons", "wanted", "reviewers", "class"],
                rows.map { row in
                    [
                        "\(row.response)", "\(row.text)", row.state.rawValue,
                        row.reasons.joined(separator: " "), "\(row.wanted)", "\(row.reviewers)",
                        row.npsClass?.name ?? "",
                    ]
                }
            ), incomplete)
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
    /// What a reader has to know of the random samples, a sentence each; none without samples.
    package var sampleSentences: [String] {
        guard let model = samples.first?.model else { return [] }
        func count(_ part: (SampleQuality) -> Int, _ words: String) -> String? {
            let count = samples.reduce(0) { $0 + part($1) }
            return count > 0 ? "\(Formatted.count(count)) \(words)" : nil
        }
        return [
            "How often model \(model) reads a text as people do; "
                + "\(Formatted.shortest(confidence) ?? "") % intervals",
            count(
                \.undecided,
                "of the texts drawn are not decided: the estimate is without bias once they are"),
            count(
                \.learnt,
                "are left out: model \(model) has learnt from them; draw a new sample to measure it"
            ),
            count(
                \.lost, "are left out: excluded, amended since, or not read by model \(model)"),
        ].compactMap(\.self)
    }

    private func json(_ interval: Interval?) -> [(String, JSONValue)] {
        [("low", .optional(interval?.low)), ("high", .optional(interval?.high))]
    }

    /// The pairs of reviewers, and the samples.
    package var json: JSONValue {
        [
            "confidence": .number(confidence), Incomplete.name: .integer(incomplete),
            "pairs": .array(
                pairs.map { pair in
                    .object(
                        [
                            ("reviewers", .array([.string(pair.first), .string(pair.second)])),
                            ("texts", .integer(pair.matrix.total)),
                            ("agreement", .optional(pair.agreement.share)),
                            ("kappa", .optional(pair.matrix.kappa)),
                        ] + json(interval(of: pair)) + more(pair))
                }),
            "reviewers": .array(
                reviewers.map { reviewer in
                    let (own, bias) = (reviewer.leaning.own, reviewer.leaning.bias)
                    let bounds = interval(of: reviewer)
                    return [
                        "reviewer": .string(reviewer.leaning.reviewer),
                        "texts": .integer(bias.count),
                        "nps": .optional(AnswerNumber.points(own.score)),
                        "leaning": .optional(AnswerNumber.points(bias.difference?.estimate)),
                        "low": .optional(AnswerNumber.points(bounds?.low)),
                        "high": .optional(AnswerNumber.points(bounds?.high)),
                        "p": .optional(bias.difference?.pValue),
                        "adjustedP": .optional(reviewer.adjustedP),
                    ]
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

    private static func points(_ bounds: Interval?) -> Interval? {
        guard let low = AnswerNumber.points(bounds?.low),
            let high = AnswerNumber.points(bounds?.high)
        else { return nil }
        return Interval(low: low, high: high)
    }

    /// Beside kappa: what keeps its meaning where one class is common, who said what, and who scores
    /// higher.
    private func more(_ pair: ReviewAgreement.Pair) -> [(String, JSONValue)] {
        let gwet = gwetInterval(of: pair)
        let leaning = leaningInterval(of: pair)
        let classes = 0..<pair.matrix.classCount
        return [
            ("ac1", .optional(pair.matrix.gwetAC1)), ("ac1Low", .optional(gwet?.low)),
            ("ac1High", .optional(gwet?.high)),
            (
                "remark",
                pair.remark.map {
                    ["code": .string($0.code), "words": .string($0.words)]
                } ?? .null
            ),
            (
                "matrix",
                .array(
                    classes.map { row in
                        .array(
                            classes.map { .integer(pair.matrix[actual: row, predicted: $0]) })
                    })
            ),
            ("leaning", .optional(AnswerNumber.points(pair.leaning.change?.estimate))),
            ("leaningLow", .optional(AnswerNumber.points(leaning?.low))),
            ("leaningHigh", .optional(AnswerNumber.points(leaning?.high))),
            ("leaningP", .optional(pair.leaning.pValue)),
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
        return Incomplete.csv(
            (
                ["measure", "of", "n", "value", "low", "high"],
                pairs.flatMap { pair in
                    let (of, texts) = ("\(pair.first) / \(pair.second)", pair.matrix.total)
                    return [
                        row("kappa", of, texts, pair.matrix.kappa, interval(of: pair)),
                        row("ac1", of, texts, pair.matrix.gwetAC1, gwetInterval(of: pair)),
                        row(
                            "leaning", of, texts,
                            AnswerNumber.points(pair.leaning.change?.estimate),
                            Self.points(leaningInterval(of: pair))),
                    ]
                }
                    + reviewers.map { reviewer in
                        let bias = reviewer.leaning.bias
                        return row(
                            "leaning", reviewer.leaning.reviewer, bias.count,
                            AnswerNumber.points(bias.difference?.estimate),
                            Self.points(interval(of: reviewer)))
                    }
                    + samples.map { quality in
                        row(
                            "accuracy", "sample \(quality.sample.round)", quality.accuracy.total,
                            quality.accuracy.share, interval(of: quality))
                    }
            ), incomplete)
    }
}

extension ReviewAgreement.KappaRemark {
    /// A stable code.
    package var code: String {
        switch self {
        case .oneClass: "oneClass"
        case .fewTexts: "fewTexts"
        case .common: "commonClass"
        }
    }

    /// Why kappa says little, in a clause.
    package var words: String {
        switch self {
        case .oneClass(let npsClass):
            "no kappa: both decided \(npsClass.name) throughout, so nothing tells agreement from chance"
        case .fewTexts(let count):
            "kappa says little of \(Formatted.count(count, of: "text")): see its interval"
        case .common(let npsClass, let share):
            "kappa says little: \(Formatted.percent(share)) of the decisions are \(npsClass.name), so "
                + "that chance alone agrees mostly; AC1 holds its meaning there"
        }
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
