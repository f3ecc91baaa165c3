import JSON
import LedgerCore
import LedgerQueries
import NPSStatistics
import Presentation

extension ScoreAnswer {
    /// The answer, for programs.
    package var json: JSONValue {
        .object(
            frame.json + [
                ("rows", .array(rows.map(\.json))), ("omitted", .integer(omitted)),
                ("total", total.json), ("tooFew", .integer(tooFew)), frame.unlearntJSON,
                ("unread", .integer(unread)),
            ])
    }

    /// The segments as a header and rows, or without any all responses.
    package var csv: (header: [String], rows: [[String]]) {
        let dimensions = (rows.first ?? total).segment.map(\.dimension)
        return Incomplete.csv(
            (
                dimensions + SegmentScore.csvColumns
                    + (total.perPerson == nil ? [] : PersonScore.columns),
                (rows.isEmpty ? [total] : rows).map(\.csv)
            ), frame.incomplete)
    }
}

extension SegmentScore {
    package var json: JSONValue {
        let counts = tally.counts
        return .object(
            [
                ("segment", .object(segment.map { ($0.dimension, .optional($0.value)) })),
                ("responses", .integer(counts.total)),
                ("promoters", .integer(counts.promoters)),
                ("passives", .integer(counts.passives)),
                ("detractors", .integer(counts.detractors)),
                ("stated", .integer(tally.stated.total)),
                ("inferred", .integer(tally.inferred.total)),
                ("reviewed", .integer(tally.reviewed)),
                ("uncounted", .integer(tally.uncounted)),
                ("nps", .optional(AnswerNumber.points(counts.score))),
                ("expectedNps", .optional(AnswerNumber.points(tally.expected.mean))),
                ("low", .optional(AnswerNumber.points(interval?.low))),
                ("high", .optional(AnswerNumber.points(interval?.high))),
                ("persons", .integer(persons)),
            ] + (perPerson?.fields ?? []))
    }

    fileprivate static let csvColumns = [
        "responses", "promoters", "passives", "detractors", "stated", "inferred", "uncounted",
        "nps", "expectedNps", "low", "high", "reviewed",
        "persons",
    ]

    fileprivate var csv: [String] {
        let counts = tally.counts
        let numbers = [
            counts.total, counts.promoters, counts.passives, counts.detractors,
            tally.stated.total, tally.inferred.total, tally.uncounted,
        ].map(String.init)
        let points = [counts.score, tally.expected.mean, interval?.low, interval?.high]
            .map(AnswerNumber.pointsText)
        return segment.map { $0.value ?? "" } + numbers + points + [
            "\(tally.reviewed)", "\(persons)",
        ] + (perPerson?.csv ?? [])
    }
}

extension PersonScore {
    /// What the score beside that of the answers is.
    static func sentence(_ frame: AnswerFrame) -> String {
        "per person: each person once, by the mean of their answers"
            + (frame.interval == .score ? "; its interval is that of adjusted-wald" : "")
    }

    fileprivate static let columns = ["personNps", "personLow", "personHigh"]

    private var points: [Double?] { [score, interval?.low, interval?.high] }

    fileprivate var fields: [(String, JSONValue)] {
        zip(Self.columns, points).map { ($0, .optional(AnswerNumber.points($1))) }
    }

    fileprivate var csv: [String] { points.map(AnswerNumber.pointsText) }
}

extension TrendAnswer {
    /// The answer, for programs.
    package var json: JSONValue {
        .object(
            frame.json + [
                ("every", .string(every.rawValue)), ("rolling", .string(rolling.text)),
                ("firstWeekday", .string(frame.calendar.firstWeekday.rawValue)),
                ("fiscalYearStart", .integer(frame.calendar.fiscalYearStart)),
                ("series", .array(series.map { $0.json(every, frame.calendar) })),
                ("omitted", .integer(omitted)),
                ("total", total.map { $0.json(every, frame.calendar, mix: stepMix) } ?? .null),
                ("mix", mix.map { MixWords.json($0) } ?? .null), frame.unlearntJSON,
            ])
    }

    /// Of each period of all segments together, its change from the period before by scores and mix.
    private func stepMix(_ point: Int) -> MixDecomposition? {
        point == 0 ? nil : mix(from: point - 1, to: point)
    }

    /// A row for each period of each segment.
    package var csv: (header: [String], rows: [[String]]) {
        Incomplete.csv(
            (
                ["period"] + (series.first?.dimensions ?? []) + [
                    "responses", "nps", "low", "high", "rollingResponses", "rollingNps",
                    "persons", "unread",
                ] + (series.first?.points.first?.perPerson == nil ? [] : PersonScore.columns),
                series.flatMap { $0.csv(every, frame.calendar) }
            ), frame.incomplete)
    }
}

extension TrendSeries {
    /// - Parameter mix: of each period, what its change is made of; nil for one segment alone.
    fileprivate func json(
        _ period: Period, _ calendar: ReportingCalendar,
        mix: ((Int) -> MixDecomposition?)? = nil
    ) -> JSONValue {
        [
            "segment": .object(zip(dimensions, values).map { ($0, .optional($1)) }),
            "points": .array(
                points.enumerated().map { index, point in
                    .object(
                        Self.fields(point, period, calendar)
                            + (mix.map { mix in
                                let parts = mix(index)
                                return [
                                    (
                                        "scoreEffect",
                                        .optional(AnswerNumber.points(parts?.scoreEffect))
                                    ),
                                    ("mixEffect", .optional(AnswerNumber.points(parts?.mixEffect))),
                                ]
                            } ?? []))
                }),
        ]
    }

    private static func fields(
        _ point: Point, _ period: Period, _ calendar: ReportingCalendar
    ) -> [(String, JSONValue)] {
        [
            ("period", .string(calendar.name(of: period, start: point.day))),
            ("start", .string(Timestamp.format(point.start))),
            ("responses", .integer(point.tally.counts.total)),
            ("nps", .optional(AnswerNumber.points(point.tally.counts.score))),
            ("expectedNps", .optional(AnswerNumber.points(point.tally.expected.mean))),
            ("low", .optional(AnswerNumber.points(point.interval?.low))),
            ("high", .optional(AnswerNumber.points(point.interval?.high))),
            ("rollingResponses", .integer(point.rolling.counts.total)),
            ("rollingNps", .optional(AnswerNumber.points(point.rolling.counts.score))),
            ("persons", .integer(point.persons)), ("unread", .integer(point.unread)),
        ] + (point.perPerson?.fields ?? [])
    }

    fileprivate func csv(_ period: Period, _ calendar: ReportingCalendar) -> [[String]] {
        points.map { point in
            [calendar.name(of: period, start: point.day)] + values.map { $0 ?? "" } + [
                "\(point.tally.counts.total)", AnswerNumber.pointsText(point.tally.counts.score),
                AnswerNumber.pointsText(point.interval?.low),
                AnswerNumber.pointsText(point.interval?.high), "\(point.rolling.counts.total)",
                AnswerNumber.pointsText(point.rolling.counts.score), "\(point.persons)",
                "\(point.unread)",
            ] + (point.perPerson?.csv ?? [])
        }
    }
}

extension ScoreAnswer {
    /// What a reader has to know beside the figures, a sentence each.
    package var sentences: [String] {
        let reviewed = total.tally.reviewed
        let isEmpty = total.tally.counts.total == 0 && total.tally.uncounted == 0
        return [
            isEmpty ? "no responses: nothing was answered there and then" : nil, personsSentence,
            total.perPerson.map { _ in PersonScore.sentence(frame) }, frame.sentence,
            reviewed > 0
                ? "\(Formatted.count(reviewed)) of the texts count as a person decided" : nil,
            frame.unlearntSentence, frame.unsureSentence(unsure),
        ].compactMap(\.self)
    }

    private var personsSentence: String? {
        guard total.hasRepeatedAnswers else { return nil }
        return
            "\(Formatted.count(total.tally.counts.total)) answers of "
            + "\(Formatted.count(total.persons)) people; " + frame.personsSentence
    }
}

extension TrendAnswer {
    /// The course of each segment, and of all last, in so few scores; where there are more periods,
    /// several make one.
    ///
    /// - Returns: how many periods make one, and the scores in points, nil where nothing was answered.
    package func marks(atMost count: Int) -> (periods: Int, [[Double?]]) {
        let length = series.first?.points.count ?? 0
        let periods = max(1, (length + count - 1) / count)
        let marks = (series + (total.map { [$0] } ?? [])).map { series in
            stride(from: 0, to: length, by: periods).map { start -> Double? in
                series.points[start..<min(start + periods, length)]
                    .reduce(NPSCounts.zero) { $0 + $1.tally.counts }.score.map { $0 * 100 }
            }
        }
        return (periods, marks)
    }

    /// What a period is, and what counts in it.
    private var periodSentence: String {
        var words = every.rawValue
        let calendar = frame.calendar
        if every == .week, calendar.firstWeekday != .monday {
            words += " from \(calendar.firstWeekday.name)"
        }
        if every == .quarter || every == .year, calendar.fiscalYearStart != 1 {
            words += " of fiscal years from month \(calendar.fiscalYearStart)"
        }
        if frame.lens.duplicates != .all {
            words += ", one answer of each respondent in each period and each rolling span"
        }
        return words
    }

    /// What a reader has to know beside the figures, a sentence each.
    package var sentences: [String] {
        [
            mix.map { "from first to last, " + MixWords.sentence($0, by: series[0].dimensions) },
            personsSentence,
            series.first?.points.first?.perPerson.map { _ in
                total == nil
                    ? PersonScore.sentence(frame)
                    : "what each person counts once is in JSON and CSV, by segment and period"
            },
            "by \(periodSentence), " + frame.sentence, frame.unlearntSentence,
        ].compactMap(\.self)
    }

    private var personsSentence: String? {
        guard series.contains(where: \.hasRepeatedAnswers) else { return nil }
        return "some people answered more than once within a period; " + frame.personsSentence
    }
}

extension AnswerFrame {
    /// How many texts are not counted because the model is not sure; nil where none is.
    package func unsureSentence(_ texts: Int) -> String? {
        guard texts > 0 else { return nil }
        return Formatted.count(texts, of: "text") + (texts == 1 ? " is" : " are")
            + " not counted: the model is less sure of "
            + (texts == 1 ? "it" : "them")
            + " than the \(EventDetail.share(thresholds.confidenceMin)) that is asked for"
    }

    fileprivate var personsSentence: String {
        interval == .score
            ? "the score interval takes each answer for a person of its own: it is too narrow here"
            : "intervals count people"
    }
}
