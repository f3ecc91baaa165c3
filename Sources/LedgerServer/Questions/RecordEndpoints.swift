import AnswerEncoding
import HTTPTypes
import JSON
import LedgerCore
import LedgerQueries

/// Questions about what was recorded, by whom, and what is in force.
enum RecordEndpoints {
    static let all = [
        audit, responses, trace, models, comparedModels, model, thresholds, policies, projections,
        reviews,
    ]

    private static let audit = Endpoint.get(
        "/v1/audit", "who changed what, when and why; and the rows in quarantine",
        [
            .text("as-of", "only what was recorded by then: a position, or a time", example: "100"),
            .list("event", "only such events", example: "model.activated"),
            .text("actor", "only what this person did"),
            .text(
                "about", "only what is about model=N, response=N, source=NAME, policy=NAME, …",
                example: "model=1"),
            .text("from", "recorded from then on", example: "2026-01-01"),
            .text("to", "recorded before", example: "2027-01-01"),
            ParameterDescription(
                name: "order", kind: .choice(["newest", "oldest"]), summary: "which come first"),
            .flag("quarantine", "list the rows that could not be recorded"),
            .text("code", "only rows rejected for this reason; implies quarantine"),
            .text("source", "only rows of this source, beside quarantine"),
            .text("limit", "show at most this many, or all"),
            .count("offset", "pass over this many first", min: 0),
            .flag("sealed", "leave reasons and rows sealed"),
        ], csv: true
    ) { parameters, _, open in
        var page = AuditRequest()
        page.asOf = try parameters.text("as-of").map { try LensRequest.Moment($0) } ?? .now
        page.limit = try parameters.listed(usual: 50)
        page.offset = parameters.integer("offset") ?? 0
        page.opensSealed = !parameters.flag("sealed")
        page.order = parameters.text("order") == "newest" ? .newestFirst : .oldestFirst
        page.filter.events = Set(
            try parameters.all("event").map { name in
                guard let event = EventName(rawValue: name) else {
                    throw LedgerError(.invalid, "there is no event “\(name)”")
                }
                return event
            })
        page.filter.actor = parameters.text("actor")
        page.filter.from = try parameters.text("from").map { try TimeBound($0).time }
        page.filter.to = try parameters.text("to").map { try TimeBound($0).time }
        page.filter.subject = try parameters.text("about").map { try AuditSubject($0) }
        guard parameters.flag("quarantine") || parameters.has("code") else {
            guard !parameters.has("source") else {
                throw LedgerError(.invalid, "give quarantine with source, or about=source=NAME")
            }
            let answer = try open.audit(page)
            return Answer(answer.json, csv: answer.csv)
        }
        guard !parameters.has("event"), !parameters.has("about") else {
            throw LedgerError(.invalid, "event and about do not choose rows in quarantine")
        }
        let answer = try open.quarantine(
            QuarantineRequest(
                source: parameters.text("source"), code: parameters.text("code"), page: page))
        return Answer(answer.json, csv: answer.csv)
    }

    private static let responses = Endpoint.get(
        "/v1/responses", "the responses that a number counts, page by page",
        .selection + .lens + [
            .choice(
                "class", CountedOutcome.self,
                "only what counts as promoter, passive or detractor, or is uncounted"),
            .text("limit", "list this many on a page, or all"),
            .text("after", "go on where the page before ended"),
        ]
    ) { parameters, _, open in
        let answer = try open.responses(
            ResponsesRequest(
                try parameters.selection(), try parameters.lens(),
                outcome: parameters.choice("class"),
                after: try parameters.text("after").map { try ResponsesCursor($0) },
                limit: try parameters.listed(usual: 50)))
        return Answer(text: answer.jsonText)
    }

    private static let trace = Endpoint.get(
        "/v1/responses/{source}/{id}", "everything that was recorded of a response",
        .lens + [.flag("sealed", "leave sealed texts closed")], csv: true
    ) { parameters, path, open in
        let name = ResponseName(path["id"] ?? "", source: path["source"])
        let answer = try open.trace(
            TraceRequest(
                name, lens: try parameters.lens(), opensTexts: !parameters.flag("sealed")))
        return Answer(answer.json, csv: answer.csv)
    }

    private static let models = Endpoint.get("/v1/models", "the model versions") { _, _, open in
        Answer(ModelEncoding.json(try open.registeredModels()))
    }

    private static let model = Endpoint.get(
        "/v1/models/{version}", "a model version, and what it is in charge of"
    ) { _, path, open in
        Answer(.object(try open.modelAccount(of: try path.version()).json))
    }

    private static let comparedModels = Endpoint.get(
        "/v1/models/{version}/compare/{other}", "what another version would change",
        .frame + [
            .choice("basis", Lens.Basis.self, "inferred (from every text) or blended"),
            .text("by", "by these dimensions, separated by commas", example: "region"),
            .text("flips", "list this many flipped responses, or all"),
        ]
    ) { parameters, path, open in
        var lens = try parameters.lens()
        lens.basis = parameters.choice("basis", .inferred)
        guard lens.basis != .stated else {
            throw LedgerError(
                .invalid,
                "a stated score is never overruled: compare models on inferred or blended")
        }
        let answer = try open.compareModels(
            ModelComparisonRequest(
                try path.version(), try path.version("other"),
                Selection(
                    SegmentSelection(
                        by: try SegmentSelection.dimensions(parameters.text("by")) { $0 })),
                lens: lens, flipsMax: try parameters.listed("flips", usual: 20)))
        return Answer(answer.json)
    }

    private static let thresholds = Endpoint.get(
        "/v1/thresholds", "the cut-offs in force", [.flag("history", "all there were")]
    ) { parameters, _, open in
        Answer(
            ThresholdsEncoding.json(
                parameters.flag("history")
                    ? try open.thresholdsHistory() : try open.thresholds().map { [$0] } ?? []))
    }

    private static let policies = Endpoint.get(
        "/v1/policies", "what the ledger's owner decides for everybody",
        [.flag("history", "all there were")]
    ) { parameters, _, open in
        Answer(
            PolicyEncoding.json(
                parameters.flag("history") ? try open.policyHistory() : try open.policies()))
    }

    private static let projections = Endpoint.get(
        "/v1/projections", "the projections, and how far each has come", csv: true
    ) { _, _, open in
        let answer = try open.projections()
        return Answer(answer.json, csv: answer.csv)
    }

    private static let reviews = Endpoint.get(
        "/v1/reviews", "responses that people are asked to read, and what they decided",
        [.text("actor", "who asks: what others decided is shown to whoever has decided")],
        csv: true
    ) { parameters, _, open in
        let answer = try open.reviews(seenBy: parameters.text("actor") ?? "administrator")
        return Answer(answer.json, csv: answer.csv)
    }
}

extension [String: String] {
    /// A model version in a path.
    ///
    /// - Throws: `Problem` 404 for what is none.
    func version(_ name: String = "version") throws(Problem) -> ModelVersion {
        guard let text = self[name], let version = ModelVersion(text) else {
            throw Problem(.notFound, "not-found", "there is no model “\(self[name] ?? "")”")
        }
        return version
    }
}
