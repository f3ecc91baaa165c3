import HTTPTypes
import LedgerCore
import LedgerQueries
import NPSStatistics

/// The parameters that questions share, named as the command line's options are.
extension [ParameterDescription] {
    /// Which responses.
    static let selection: [ParameterDescription] = [
        .text("by", "group by these dimensions, separated by commas", example: "region,channel"),
        .list(
            "where", "keep only this value, as dim=value; values of one dimension are alternatives",
            example: "region=EMEA"),
        .list("without", "keep only responses without a value in this dimension", example: "plan"),
        .text("from", "first response time: RFC 3339, or a date", example: "2026-01-01"),
        .text("to", "response time to stop before: RFC 3339, or a date", example: "2026-04-01"),
        .text(
            "window", "the last days, hours or weeks up to the latest response", example: "30d"),
    ]

    /// As of when, under which cut-offs, and how sure.
    static let frame: [ParameterDescription] = [
        .text("as-of", "as it was reported then: a log position, or a time (UTC)", example: "100"),
        .version("thresholds", "under this threshold set, whichever is in force"),
        .choice("interval", IntervalMethod.self, "how intervals are computed"),
        ParameterDescription(
            name: "confidence", kind: .number, summary: "confidence of the intervals, in percent",
            example: "95"),
    ]

    /// The frame of a question.
    static let lens: [ParameterDescription] =
        [
            .choice(
                "basis", Lens.Basis.self,
                "stated (official), inferred (from texts), or blended (stated, else inferred)"),
            .version("model", "restate under this model version, whichever is active"),
            .choice(
                "duplicates", Lens.Duplicates.self,
                "of several answers of one respondent in the window: all, the latest or the first"),
            .choice(
                "reviews", Lens.Reviews.self,
                "what people decided about texts: applied, or ignored as if nobody had"),
            .text("zone", "whose days are meant", example: "Europe/Vienna"),
        ] + frame

    static let per: [ParameterDescription] = [
        .choice(
            "per", CountingUnit.self,
            "person: beside each score, that with each person once, by the mean of their answers")
    ]
}

extension Parameters {
    private static func spelled(_ name: String) -> String { name }

    /// Dimensions and values.
    func segments() throws -> SegmentSelection {
        try SegmentSelection(
            by: text("by"), keeping: all("where"), lacking: all("without"), spelled: Self.spelled)
    }

    /// Which responses.
    func selection() throws -> Selection {
        Selection(
            try segments(), from: try text("from").map { try TimeBound($0) },
            to: try text("to").map { try TimeBound($0) },
            window: try text("window").map { try TimeSpan($0) })
    }

    /// The frame of a question.
    func lens() throws -> LensRequest {
        var request = LensRequest(
            asOf: try text("as-of").map { try LensRequest.Moment($0) } ?? .now,
            model: version("model"), basis: choice("basis", .blended))
        request.thresholds = version("thresholds")
        request.interval = choice("interval", .adjustedWald)
        request.confidence = text("confidence").flatMap { Double($0) } ?? request.confidence
        request.duplicates = choice("duplicates", .all)
        request.reviews = choice("reviews", .applied)
        request.calendar.zone = text("zone")
        return request
    }

    /// How many of many: a number, or all.
    ///
    /// - Parameter usual: where nothing is said.
    func listed(_ name: String = "limit", usual: Int?) throws -> Int? {
        guard let text = text(name) else { return usual }
        if text == "all" { return nil }
        guard let count = Int(text), count >= 0 else {
            throw Problem(
                .badRequest, "parameter.invalid", "\(name) takes a number, or all; got “\(text)”")
        }
        return count
    }
}
