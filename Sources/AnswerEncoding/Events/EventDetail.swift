import Classification
import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import Presentation

/// What is said of an event: of its payload in one sentence and as fields, and of the fact that an
/// act of governance leaves (`EventDetail+Facts`). Trace, tail and audit read it here.
package enum EventDetail {
    package static func describe(
        _ payload: any EventPayload
    ) -> (sentence: String, fields: [(String, JSONValue)]) {
        (sentence(payload), fields(payload))
    }

    package static func score(_ hundredths: UInt16) -> String {
        Formatted.shortest(Double(hundredths) / 100) ?? "\(hundredths)"
    }

    /// What makes classes of scores, in words.
    package static func cutOffs(_ thresholds: Thresholds) -> String {
        "passive from \(score(thresholds.passiveFrom)), promoter from "
            + score(thresholds.promoterFrom)
    }

    package static func share(_ basisPoints: UInt16) -> String {
        Formatted.percent(Double(basisPoints) / 10_000, decimals: 0)
    }

    /// Every event type has its line here, or this does not compile.
    private static func sentence(_ payload: any EventPayload) -> String {
        switch type(of: payload).name {
        case .ledgerOpened:
            said(payload) { (event: LedgerOpened) in "ledger \(event.origin) opened" }
        case .mappingEdited:
            said(payload) { (event: MappingEdited) in "mapping of \(event.source)" }
        case .responseRecorded: said(payload, response)
        case .responseAmended: said(payload, amendment)
        case .responseExcluded:
            said(payload) { (event: ResponseExcluded) in
                "excluded from every score: \(event.reason)"
            }
        case .importStarted:
            said(payload) { (event: ImportStarted) in
                imported(event.number, event.source, event.kind, event.scheme)
            }
        case .deliveryReceived:
            said(payload) { (event: DeliveryReceived) in
                "delivery to \(event.hook), \(Formatted.count(Int(event.bytes), of: "byte"))"
                    + (event.scheme == "unsigned" ? ", unsigned" : "")
            }
        case .deliveryMapped:
            said(payload) { (event: DeliveryMapped) in
                "delivery \(event.delivery) under import \(event.importNumber): "
                    + (event.outcome == .mapped
                        ? Formatted.count(Int(event.responses), of: "response")
                        : event.outcome.rawValue + (event.code.map { ", \($0)" } ?? ""))
            }
        case .rowRejected:
            said(payload) { (event: RowRejected) in
                "row \(event.row) of \(event.source) rejected: \(event.code)"
            }
        case .modelRegistered:
            said(payload) { (event: ModelRegistered) in
                registration(event.model, event.kind, event.provenance, event.digest)
            }
        case .modelActivated: said(payload, activation)
        case .modelShadowed: said(payload, shadow)
        case .classificationRecorded: said(payload, classification)
        case .classificationDeclined: said(payload, declined)
        case .topicsRecorded:
            said(payload) { (event: TopicsRecorded) in
                "model \(event.model): "
                    + event.topics.map { "topic \($0.topic) \(share($0.probability))" }
                    .joined(separator: ", ")
            }
        case .retrainingRequested:
            said(payload) { (event: RetrainingRequested) in
                retraining(event.trigger, event.follows, event.newLabels)
            }
        case .retrainingCompleted:
            said(payload) { (event: RetrainingCompleted) in
                retrained(event.request, event.outcome, event.model, event.error)
            }
        case .thresholdsEdited:
            said(payload) { (event: ThresholdsEdited) in
                "thresholds \(event.id): \(cutOffs(event.thresholds)), confidence from "
                    + score(event.thresholds.confidenceMin) + " %"
            }
        case .policyEdited:
            said(payload) { (event: PolicyEdited) in policy(event.policy, event.value) }
        case .reviewRequested: said(payload, request)
        case .reviewDecided: said(payload, decision)
        case .projectionCommitted:
            said(payload) { (event: ProjectionCommitted) in
                commitment(event.projection, event.projectionVersion, event.upTo, event.digest)
            }
        }
    }

    /// An import, by its number.
    static func imported(
        _ number: UInt64, _ source: String, _ kind: ImportStarted.Kind, _ scheme: String?
    ) -> String {
        "import \(number): \(kind.rawValue) of \(source)"
            + (scheme == "unsigned" ? ", unsigned" : "")
    }

    private static func said<Payload: EventPayload>(
        _ payload: any EventPayload, _ words: (Payload) -> String
    ) -> String {
        (payload as? Payload).map(words) ?? ""
    }

    private static func response(_ event: ResponseRecorded) -> String {
        let rescaled = event.originalScore.map { " (rescaled from \($0))" } ?? ""
        return (event.score.map { "score \(score($0))\(rescaled)" } ?? "no score")
            + (event.hasText ? ", with a text" : ", no text")
    }

    private static func amendment(_ event: ResponseAmended) -> String {
        "amended: " + (event.score.map { "score now \(score($0))" } ?? "score unchanged")
            + (event.hasText ? ", new text" : "")
    }

    private static func activation(_ event: ModelActivated) -> String {
        (event.rollsBack == nil ? "activated" : "rolled back to")
            + " model \(event.model)" + (event.previous.map { ", was \($0)" } ?? "")
            + (event.gate.map { ", past a gate of \($0.findings.count) conditions" } ?? "")
    }

    private static func shadow(_ event: ModelShadowed) -> String {
        "model \(event.model) " + (event.ends ? "no longer shadows" : "shadows")
            + (event.share.map { " \(Formatted.shortest(Double($0) / 100) ?? "")%" } ?? "")
    }

    private static func classification(_ event: ClassificationRecorded) -> String {
        let intents = zip(ClassificationRecorded.intentNames, event.intents)
            .filter { $0.1 >= 5_000 }.map { "\($0.0) \(share($0.1))" }
        return "model \(event.model): detractor \(share(event.classes[0])), passive "
            + "\(share(event.classes[1])), promoter \(share(event.classes[2])); negative "
            + "\(share(event.sentiment[0])), neutral \(share(event.sentiment[1])), positive "
            + share(event.sentiment[2])
            + (intents.isEmpty ? "" : "; " + intents.joined(separator: ", "))
    }

    private static func declined(_ event: ClassificationDeclined) -> String {
        switch event.reason {
        case .language(let code):
            "model \(event.model) left it unread: it has not learnt \(code.name)"
        }
    }

    /// Why a person is asked, in a few words.
    package static func reason(_ event: ReviewRequested) -> String {
        switch event.reason {
        case .lowConfidence: "low confidence"
        case .textAgainstScore: "text against score"
        case .sample: "sample \(event.sample.map { "\($0.round)" } ?? "")"
        case .asked: "asked for"
        }
    }

    private static func request(_ event: ReviewRequested) -> String {
        "to be read by " + (event.wantsSecond ? "two people" : "a person") + ": \(reason(event))"
            + (event.model.map { ", model \($0)" } ?? "")
            + (event.confidence.map { " at \(share($0))" } ?? "")
    }

    private static func decision(_ event: ReviewDecided) -> String {
        let sentiments = ["negative", "neutral", "positive"]
        let intents = event.intents.map { numbers in
            numbers.isEmpty
                ? "no intent"
                : numbers.map { ClassificationRecorded.intentNames[Int($0)] }
                    .joined(separator: ", ")
        }
        return
            ([(event.settles ? "settled: " : "decided: ") + event.decision.name]
            + [event.sentiment.map { sentiments[Int($0)] }, intents].compactMap { $0 })
            .joined(separator: "; ")
    }

    /// The payload's own fields as they are on the wire.
    private static func fields(_ payload: any EventPayload) -> [(String, JSONValue)] {
        guard case .map(let pairs)? = try? CBORCursor.decode(payload.encodedPayload) else {
            return []
        }
        return pairs.sorted { $0.key < $1.key }.map { ($0.key, json($0.value)) }
    }

    private static func json(_ value: CBORValue) -> JSONValue {
        switch value {
        case .unsigned(let number): .integer(number)
        case .negative: .optional(value.integerValue)
        case .bytes(let bytes): .string(Hex.encode(bytes))
        case .text(let text): .string(text)
        case .array(let items): .array(items.map(json))
        case .map(let pairs):
            .object(pairs.sorted { $0.key < $1.key }.map { ($0.key, json($0.value)) })
        case .bool(let flag): .bool(flag)
        case .null: .null
        }
    }
}

extension LoggedEvent {
    /// What it says, in one sentence for people; topics by name, where they are known.
    package var sentence: String {
        guard let topics, let event = payload as? TopicsRecorded else {
            return EventDetail.describe(payload).sentence
        }
        return "model \(event.model): about " + topics.map(\.words).joined(separator: ", ")
    }

    /// What was found, for programs; nothing for other events.
    var topicsJSON: [(String, JSONValue)] {
        topics.map { [("topics", .array($0.map(\.json)))] } ?? []
    }

    /// The event, with its payload's own fields.
    package var json: JSONValue {
        .object(
            [
                ("position", .integer(position)), ("event", .string(name.rawValue)),
                ("version", .integer(version)),
                ("recordedAt", .string(Timestamp.format(recordedAt))),
                ("clock", .optional(clock.map { Timestamp.format($0) })),
                ("occurredAt", .string(Timestamp.format(occurredAt))),
                ("actor", .string(actor)), ("cause", .optional(cause)),
                ("payload", .object(EventDetail.describe(payload).fields)),
                ("sealed", .bool(isSealed)),
            ] + topicsJSON)
    }
}

extension FoundTopic {
    /// Its name, and a share only where that is a probability.
    var words: String {
        (name ?? "topic \(number)")
            + (isPrototype ? " (close to its phrases)" : " \(EventDetail.share(share))")
    }

    var json: JSONValue {
        let share = Double(share) / 10_000
        return [
            "topic": .integer(number), "name": .optional(name), "origin": .optional(origin?.name),
            "probability": isPrototype ? .null : .number(share),
            "closeness": isPrototype ? .number(share) : .null,
        ]
    }
}
