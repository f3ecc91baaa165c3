import LedgerCore
import NPSLedger
import Presentation

/// A payload in one sentence for people and as fields for programs.
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

    private static func sentence(_ payload: any EventPayload) -> String {
        switch payload {
        case let event as ResponseRecorded:
            let rescaled = event.originalScore.map { " (rescaled from \($0))" } ?? ""
            return (event.score.map { "score \(score($0))\(rescaled)" } ?? "no score")
                + (event.hasText ? ", with a text" : ", no text")
        case let event as ResponseAmended:
            return "amended: " + (event.score.map { "score now \(score($0))" } ?? "score unchanged")
                + (event.hasText ? ", new text" : "")
        case let event as ResponseExcluded: return "excluded from every score: \(event.reason)"
        case let event as ClassificationRecorded:
            let intents = zip(ClassificationRecorded.intentNames, event.intents)
                .filter { $0.1 >= 5_000 }.map { "\($0.0) \(share($0.1))" }
            return "model \(event.model): detractor \(share(event.classes[0])), passive "
                + "\(share(event.classes[1])), promoter \(share(event.classes[2])); negative "
                + "\(share(event.sentiment[0])), neutral \(share(event.sentiment[1])), positive "
                + share(event.sentiment[2])
                + (intents.isEmpty ? "" : "; " + intents.joined(separator: ", "))
        case let event as ReviewRequested: return request(event)
        case let event as ReviewDecided: return decision(event)
        case let event as ModelActivated:
            return (event.rollsBack == nil ? "activated" : "rolled back to")
                + " model \(event.model)" + (event.previous.map { ", was \($0)" } ?? "")
                + (event.gate.map { ", past a gate of \($0.findings.count) conditions" } ?? "")
        case let event as ModelShadowed:
            return "model \(event.model) " + (event.ends ? "no longer shadows" : "shadows")
                + (event.share.map { " \(Formatted.shortest(Double($0) / 100) ?? "")%" } ?? "")
        case let event as ModelRegistered:
            return "model \(event.model), \(event.kind), \(event.provenance), sha256 "
                + Hex.encode(event.digest).prefix(16) + "…"
        case let event as TopicsRecorded:
            return "model \(event.model): "
                + event.topics.map { "topic \($0.topic) \(share($0.probability))" }
                .joined(separator: ", ")
        case let event as RetrainingRequested:
            return "to be trained again" + (event.follows.map { " as model \($0) was" } ?? "")
                + ": \(event.trigger.rawValue), \(event.newLabels) new labels"
        case let event as RetrainingCompleted:
            return "retraining \(event.request): \(event.outcome.rawValue)"
                + (event.model.map { ", model \($0)" } ?? "")
                + (event.error.map { ", \($0)" } ?? "")
        case let event as ThresholdsEdited:
            return "thresholds \(event.id): \(cutOffs(event.thresholds)), confidence from "
                + share(event.thresholds.confidenceMin)
        case let event as PolicyEdited:
            return "policy \(event.policy.rawValue)=\(event.value)"
        case let event as MappingEdited: return "mapping of \(event.source)"
        case let event as RowRejected:
            return "row \(event.row) of \(event.source) rejected: \(event.code)"
        case let event as ProjectionCommitted:
            return "\(event.projection) (version \(event.projectionVersion)) as of \(event.upTo): "
                + "sha256 " + Hex.encode(event.digest).prefix(16) + "…"
        case let event as LedgerOpened: return "ledger \(event.origin) opened"
        default: return ""
        }
    }

    private static func request(_ event: ReviewRequested) -> String {
        let why =
            switch event.reason {
            case .lowConfidence: "low confidence"
            case .textAgainstScore: "text against score"
            case .sample: "sample \(event.sample.map { "\($0.round)" } ?? "")"
            case .asked: "asked for"
            }
        return "to be read by " + (event.wantsSecond ? "two people" : "a person") + ": \(why)"
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
