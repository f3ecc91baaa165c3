import AnswerEncoding
import JSON
import LedgerCore
import LedgerQueries
import NPSStatistics

/// Questions about scores; each answers as the command of its name does.
enum ScoreEndpoints {
    static let all = [nps, trend, compare, difference, distribution, topics]

    private static let limit = ParameterDescription.count("limit", "show at most this many")

    private static let nps = Endpoint.get(
        "/v1/nps", "Net Promoter Score by segment",
        .selection + .lens + .per + [
            .choice("sort", ScoreRequest.Order.self, "order of the segments"), limit,
            .count("min-responses", "leave out segments with fewer responses", min: 0),
        ], csv: true
    ) { parameters, _, open in
        let answer = try open.score(scoreRequest(parameters))
        return Answer(answer.json, csv: answer.csv)
    }

    /// What a question about scores asks for.
    static func scoreRequest(_ parameters: Parameters) throws -> ScoreRequest {
        ScoreRequest(
            try parameters.selection(), try parameters.lens(),
            order: parameters.choice("sort", .responses), limit: parameters.integer("limit"),
            responsesMin: parameters.integer("min-responses") ?? 0,
            per: parameters.choice("per", .response))
    }

    private static let trend = Endpoint.get(
        "/v1/trend", "scores by period",
        .selection + .lens + .per + [
            .choice("every", Period.self, "the periods; else what fits the range"),
            .text("rolling", "span of the rolling score, in whole days", example: "30d"),
            .choice("first-weekday", Weekday.self, "on which day a week begins"),
            .choice("fiscal-year-start", Month.self, "in which month a fiscal year begins"),
            limit,
        ], csv: true
    ) { parameters, _, open in
        var lens = try parameters.lens()
        lens.calendar.firstWeekday = parameters.choice("first-weekday")
        let month: Month? = parameters.choice("fiscal-year-start")
        lens.calendar.fiscalYearStart = month?.number
        let rolling = try TimeSpan(parameters.text("rolling") ?? "30d")
        let answer = try open.trend(
            TrendRequest(
                try parameters.selection(), lens, every: parameters.choice("every"),
                rolling: rolling, limit: parameters.integer("limit") ?? 20,
                per: parameters.choice("per", .response)))
        return Answer(answer.json, csv: answer.csv)
    }

    private static let compare = Endpoint.get(
        "/v1/compare", "segments, windows or models against each other",
        .selection + .lens + .per + [
            .list("segment", "one of two segments; give it twice", example: "region=EMEA"),
            .list(
                "span", "one of two windows, from..to; give it twice",
                example: "2026-01-01..2026-04-01"),
            .text("models", "two model versions", example: "1,2"),
            .choice("adjust", PAdjustment.self, "adjustment of p over the rows"),
            .choice("sort", ComparisonRequest.Order.self, "order of the rows"), limit,
        ], csv: true
    ) { parameters, _, open in
        let answer = try open.compare(
            ComparisonRequest(
                try sides(parameters), try parameters.selection(), lens: try parameters.lens(),
                adjustment: parameters.choice("adjust", .bh),
                order: parameters.choice("sort", .responses), limit: parameters.integer("limit"),
                per: parameters.choice("per", .response)))
        return Answer(answer.json, csv: answer.csv)
    }

    private static func sides(_ parameters: Parameters) throws -> ComparisonRequest.Sides {
        let (segments, spans) = (parameters.all("segment"), parameters.all("span"))
        let kinds = [!segments.isEmpty, !spans.isEmpty, parameters.has("models")].count { $0 }
        guard kinds <= 1 else {
            throw LedgerError(.invalid, "give one of segment, span and models")
        }
        guard segments.isEmpty || segments.count == 2, spans.isEmpty || spans.count == 2 else {
            throw LedgerError(.invalid, "give segment or span twice: a comparison has two sides")
        }
        if let models = parameters.text("models") {
            let numbers = models.split(separator: ",", omittingEmptySubsequences: false)
                .map { ModelVersion($0) }
            guard numbers.count == 2, let one = numbers[0], let other = numbers[1], one != other
            else {
                throw LedgerError(.invalid, "models takes two different versions, such as 1,2")
            }
            return .models(one, other)
        }
        if segments.count == 2 {
            return .segments(
                try ComparisonRequest.Segment(segments[0]),
                try ComparisonRequest.Segment(segments[1]))
        }
        guard spans.count == 2 else {
            guard parameters.has("by") else {
                throw LedgerError(.invalid, "say what to compare: by, segment, span or models")
            }
            return .segmentsAndRest
        }
        return .windows(
            try ComparisonRequest.Window(spans[0]), try ComparisonRequest.Window(spans[1]))
    }

    private static let difference = Endpoint.get(
        "/v1/diff", "why two scores differ: which responses count otherwise, and for what reason",
        .selection + [
            ParameterDescription(
                name: "between", kind: .text,
                summary:
                    "one of two lenses, such as as-of=2026-03-03,model=1, or today; give it twice",
                isRepeated: true, isRequired: true),
            .text("limit", "list this many responses, largest effect first, or all"),
            .flag("texts", "show the texts of the responses listed"),
            .choice("interval", IntervalMethod.self, "how intervals are computed"),
            ParameterDescription(
                name: "confidence", kind: .number,
                summary: "confidence of the intervals, in percent"),
            .text("zone", "whose days are meant", example: "Europe/Vienna"),
        ]
    ) { parameters, _, open in
        let between = parameters.all("between")
        guard between.count == 2 else {
            throw LedgerError(.invalid, "between takes two lenses; got \(between.count)")
        }
        let sides = try between.map { text in
            var side = DifferenceRequest.Side(try parameters.lens(), try parameters.selection())
            side.selection.segments = SegmentSelection()
            try side.take(text)
            return side
        }
        let request = DifferenceRequest(
            sides[0], sides[1], try parameters.segments(),
            listed: try parameters.listed(usual: 20), opensTexts: parameters.flag("texts"))
        var text = ""
        var answer: ScoreDifference?
        var isEmpty = true
        try open.difference(request) { difference in
            answer = difference
            text = difference.jsonHead
        } each: { change in
            text += answer?.jsonPiece(change, isFirst: isEmpty) ?? ""
            isEmpty = false
        }
        return Answer(text: text + ScoreDifference.jsonEnd(isEmpty: isEmpty))
    }

    private static let distribution = Endpoint.get(
        "/v1/distribution", "how stated scores are spread from 0 to 10",
        .selection + .lens + [
            .choice("sort", ScoreRequest.Order.self, "order of the segments"), limit,
        ], csv: true
    ) { parameters, _, open in
        guard parameters.text("basis") != Lens.Basis.inferred.rawValue else {
            throw LedgerError(
                .invalid, "only stated scores are spread, a text has a class alone: leave basis out"
            )
        }
        let answer = try open.distribution(
            DistributionRequest(
                try parameters.selection(), try parameters.lens(),
                order: parameters.choice("sort", .responses), limit: parameters.integer("limit")))
        return Answer(answer.json, csv: answer.csv)
    }

    private static let topics = Endpoint.get(
        "/v1/topics", "what texts are about, and how those who say so score",
        .selection + .frame + [
            .version("model", "what this model version found, whichever is active")
        ], csv: true
    ) { parameters, _, open in
        let answer = try open.topics(
            TopicRequest(try parameters.selection(), try parameters.lens()))
        return Answer(answer.json, csv: answer.csv)
    }
}
