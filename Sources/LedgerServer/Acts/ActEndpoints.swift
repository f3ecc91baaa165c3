import AnswerEncoding
import HTTPTypes
import JSON
import LedgerCore
import LedgerOperations
import LedgerQueries
import NPSLedger

/// Acts; each does what the command of its name does, and says the same of it.
enum ActEndpoints {
    static let all = [
        activate, rollBack, shadow, classify, thresholds, policy, requestReviews, decide,
    ]

    private static func act(
        _ method: ActMethod, _ path: String, _ summary: String, _ fields: [ActField],
        _ body: @escaping @Sendable (ActBody, [String: String], OpenLedger) throws -> JSONValue
    ) -> Endpoint {
        Endpoint(
            method: method == .post ? .post : .put, path: path, summary: summary,
            body: fields + [.actor],
            handler: .act { act, path, open in
                if let fence = act.fence { try open.requireNoActs(since: fence) }
                return try body(act, path, open)
            })
    }

    private enum ActMethod { case post, put }

    private static let activate = act(
        .post, "/v1/models/{version}/activate", "have a model version count from here on",
        [
            .reason,
            ActField(name: "gate", kind: .object, summary: "conditions that have to be met"),
            ActField(name: "dryRun", kind: .flag, summary: "tell what it would do"),
        ]
    ) { act, path, open in
        let gate = try act.json("gate").map { gate throws -> NamedGate in
            do {
                return try NamedGate(
                    [UInt8](gate.serialized().utf8), name: "the gate of the request")
            } catch {
                // It is the request's fault, and no file's.
                throw LedgerError(.invalid, LedgerError(anything: error).message)
            }
        }
        var request = ActivationRequest(
            try path.version(), actor: try act.actor(), reason: act.reason, gate: gate)
        request.isDryRun = act.flag("dryRun")
        return try open.activate(request).json
    }

    private static let rollBack = act(
        .post, "/v1/models/rollback", "have the version count again that counted before",
        [.reason]
    ) { act, _, open in
        .object(
            try open.rollBack(RollbackRequest(actor: try act.actor(), reason: act.reason))
                .fields())
    }

    private static let shadow = act(
        .post, "/v1/models/{version}/shadow", "have a version read what comes in, without counting",
        [
            ActField(
                name: "share", kind: .number, summary: "of what comes in, in percent; else all")
        ]
    ) { act, path, open in
        let share = try act.number("share").map { percent in
            guard percent > 0, percent < 100 else {
                throw LedgerError(.invalid, "a share lies between 0 and 100 percent")
            }
            return UInt16((percent * 100).rounded())
        }
        return .object(
            try open.shadow(
                ShadowRequest(
                    try path.version(), share.map { .share($0) } ?? .everything,
                    actor: try act.actor())
            ).fields)
    }

    private static let classify = act(
        .post, "/v1/models/{version}/classify", "have a version read what it has not read", []
    ) { _, path, open in
        try open.classify(ClassificationRequest(model: try path.version())).json
    }

    private static let thresholds = act(
        .put, "/v1/thresholds", "put other cut-offs into force",
        [
            .reason,
            ActField(
                name: "passiveFrom", kind: .number, summary: "the first score that is passive"),
            ActField(
                name: "promoterFrom", kind: .number, summary: "the first score that is promoter"),
            ActField(
                name: "confidenceMin", kind: .number,
                summary: "least probability of a class that counts, in percent"),
        ]
    ) { act, _, open in
        let change = ThresholdsChange(
            passiveFrom: act.number("passiveFrom"), promoterFrom: act.number("promoterFrom"),
            confidenceMin: act.number("confidenceMin"))
        return ThresholdsEncoding.json([
            try open.editThresholds(change, reason: act.reason, by: try act.actor())
        ])
    }

    private static let policy = act(
        .put, "/v1/policies/{name}", "decide something for everybody",
        [.reason, ActField(name: "value", kind: .text, summary: "what holds", isRequired: true)]
    ) { act, path, open in
        guard let policy = Policy(rawValue: path["name"] ?? "") else {
            throw LedgerError(
                .notFound,
                "there is no policy “\(path["name"] ?? "")”; there are: "
                    + Policy.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return PolicyEncoding.json([
            try open.setPolicy(
                policy, to: act.text("value") ?? "", reason: act.reason, by: try act.actor())
        ])
    }

    private static let requestReviews = act(
        .post, "/v1/reviews", "ask people to read responses",
        [
            ActField(
                name: "responses", kind: .list, summary: "ids or positions", isRequired: true)
        ]
    ) { act, _, open in
        var search = ReviewSearch()
        search.responses = act.texts("responses").map { ResponseName($0) }
        return .object(try open.requestReviews(search, by: try act.actor()).fields)
    }

    private static let decide = act(
        .post, "/v1/responses/{source}/{id}/review", "say what a response counts as",
        [
            ActField(
                name: "class", kind: .text, summary: "promoter, passive or detractor",
                isRequired: true)
        ]
    ) { act, path, open in
        guard
            let npsClass = NPSClass.allCases.first(where: { $0.name == act.text("class") })
        else {
            throw LedgerError(.invalid, "a class is promoter, passive or detractor")
        }
        let name = ResponseName(path["id"] ?? "", source: path["source"])
        return .object(try open.decide(.init(npsClass), on: name, by: try act.actor()).fields)
    }
}
