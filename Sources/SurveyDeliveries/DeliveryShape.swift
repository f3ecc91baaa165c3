import JSON

/// The shapes in which survey tools deliver responses, as of November 2026.
public enum DeliveryShape: String, CaseIterable, Sendable {
    /// Any JSON, with a path for each field.
    case generic
    /// Formbricks, also in deliveries of Standard Webhooks.
    case formbricks
    /// Typeform.
    case typeform
    /// PostHog surveys.
    case posthog
    /// Survicate, which delivers each answer by itself.
    case survicate
    /// AskNicely.
    case asknicely
    /// SatisMeter.
    case satismeter
    /// Wootric.
    case wootric
    /// SurveyMonkey, which delivers ids: the response is fetched.
    case surveymonkey

    /// Whether nothing in a delivery says which question is which.
    var needsQuestions: Bool {
        switch self {
        case .generic, .formbricks, .typeform, .posthog, .survicate, .surveymonkey: true
        case .asknicely, .satismeter, .wootric: false
        }
    }

    /// The path to the response, from which a mapping's paths go on.
    var response: String {
        switch self {
        case .generic, .asknicely, .surveymonkey: ""
        case .formbricks: "data"
        case .typeform: "form_response"
        case .posthog: "event"
        case .survicate: "event.questionAnswered"
        case .satismeter, .wootric: "response"
        }
    }

    /// Where each field stands in the response, unless the mapping says it.
    var paths: [String: String] {
        switch self {
        case .generic: [:]
        case .formbricks:
            [
                "id": "id", "at": "createdAt", "updatedAt": "updatedAt", "survey": "surveyId",
                "finished": "finished",
            ]
        case .typeform: ["id": "token", "at": "submitted_at", "survey": "form_id"]
        case .posthog:
            [
                "id": "properties.$survey_submission_id", "at": "timestamp",
                "updatedAt": "timestamp", "survey": "properties.$survey_id",
                "finished": "properties.$survey_completed",
            ]
        case .survicate:
            [
                "id": "responseUuid", "at": "timestamp", "updatedAt": "timestamp",
                "survey": "survey.id",
            ]
        case .asknicely:
            [
                "id": "question.id", "score": "question.score", "text": "question.comment",
                "at": "question.responded",
            ]
        case .satismeter:
            [
                "id": "id", "score": "rating", "text": "feedback", "at": "created",
                "finished": "completed",
            ]
        case .wootric:
            [
                "id": "id", "score": "score", "text": "text", "at": "created_at",
                "updatedAt": "updated_at",
            ]
        case .surveymonkey:
            [
                "id": "id", "at": "date_created", "updatedAt": "date_modified",
                "survey": "survey_id", "finished": "response_status",
            ]
        }
    }

    /// What stands at `finished` once the person has finished.
    var finishedValue: String { self == .surveymonkey ? "completed" : "true" }

    /// Whether a tool delivers nothing before the person has finished.
    var deliversFinishedAlone: Bool { self == .typeform }

    /// What a delivery is about, before its fields are read.
    enum Subject {
        case response
        /// The response was deleted at the source, or is not to count there: why, in words.
        case deletion(String)
        /// It has to be fetched.
        case notice(survey: String, response: String)
        /// It is a response that was fetched.
        case fetched(survey: String)
        /// It is about nothing that could count.
        case nothing(String)
    }

    /// What a delivery is about.
    func subject(of delivery: JSONTree) -> Subject {
        switch self {
        case .generic: return .response
        case .formbricks:
            switch delivery.text("event") {
            case "responseCreated", "responseUpdated", "responseFinished": return .response
            case "responseDeleted": return .deletion(Self.deleted)
            default: return .nothing("event.other")
            }
        case .typeform:
            return delivery.text("event_type") == "form_response"
                ? .response : .nothing("event.other")
        case .posthog:
            switch delivery.text("event.event") {
            case "survey sent": return .response
            case "survey dismissed": return .nothing("dismissed")
            default: return .nothing("event.other")
            }
        case .survicate:
            return delivery["event.questionAnswered"] == nil ? .nothing("event.other") : .response
        case .asknicely: return .response
        case .satismeter:
            switch delivery.text("event") {
            case "completed": return .response
            case "dismissed": return .nothing("dismissed")
            default: return .nothing("event.other")
            }
        case .wootric:
            if delivery.text("event_name")?.contains("delete") == true {
                return .deletion(Self.deleted)
            }
            return delivery.text("response.excluded_from_calculations") == "true"
                ? .deletion("excluded from calculations at the source") : .response
        case .surveymonkey: return Self.surveyMonkey(delivery)
        }
    }

    private static let deleted = "deleted at the source"

    private static func surveyMonkey(_ delivery: JSONTree) -> Subject {
        if delivery.member("pages") != nil, let survey = delivery.text("survey_id") {
            return .fetched(survey: survey)
        }
        switch delivery.text("event_type") {
        case "response_completed", "response_updated", "response_created":
            guard let survey = delivery.text("resources.survey_id"),
                let response = delivery.text("object_id")
            else { return .nothing("event.other") }
            return .notice(survey: survey, response: response)
        case "response_deleted": return .deletion(deleted)
        default: return .nothing("event.other")
        }
    }

    /// What is asked of an answer.
    enum Facet {
        case score
        /// A text; where the question has the score as well, what was said beside it.
        case text(besideScore: Bool)
    }

    /// The answer to a question in a response, as the source wrote it.
    func answer(to question: String, _ facet: Facet, in response: JSONTree) -> JSONTree? {
        switch self {
        case .formbricks: response.member("data")?.member(question)
        case .posthog:
            response.member("properties").flatMap {
                $0.member("$survey_response_" + question) ?? $0.member(question)
            }
        case .typeform: Self.typeform(question, response)
        case .survicate: Self.survicate(question, facet, response)
        case .generic, .asknicely, .satismeter, .wootric: response[question]
        case .surveymonkey: response.member("answers")?.member(question)
        }
    }

    private static func typeform(_ question: String, _ response: JSONTree) -> JSONTree? {
        guard case .array(let answers)? = response.member("answers")?.value else { return nil }
        let answer = answers.first {
            $0.text("field.ref") == question || $0.text("field.id") == question
        }
        guard let answer, let type = answer.text("type") else { return nil }
        let value = answer.member(type)
        // A choice has its words below it.
        return value?.member("label") ?? value
    }

    /// A choice has a number, words, and at times a comment that was written beside it.
    private static func survicate(
        _ question: String, _ facet: Facet, _ response: JSONTree
    ) -> JSONTree? {
        guard response.text("question.id") == question else { return nil }
        switch facet {
        case .score: return response["choice.id"] ?? response.member("text")
        case .text(besideScore: true): return response["choice.comment"]
        case .text(besideScore: false):
            return response.member("text") ?? response["choice.comment"] ?? response["choice.body"]
        }
    }
}

extension JSONTree {
    /// The value of a member; nil where there is none, or more than one.
    package func member(_ name: String) -> JSONTree? {
        guard case .object(let members) = value else { return nil }
        let found = members.filter { $0.name == name }
        guard found.count == 1, let value = found.first?.value else { return nil }
        if case .null = value.value { return nil }
        return value
    }

    /// The value at a path of names and numbers of elements, joined by dots; a name may hold dots
    /// itself.
    package subscript(path: String) -> JSONTree? {
        if path.isEmpty { return self }
        if let whole = member(path) { return whole }
        let parts = path.split(separator: ".", omittingEmptySubsequences: false)
        // The longest name goes first.
        for count in stride(from: parts.count, to: 0, by: -1) {
            let name = parts[..<count].joined(separator: ".")
            let rest = parts[count...].joined(separator: ".")
            if let next = member(name) ?? element(name), let found = next[rest] { return found }
        }
        return nil
    }

    private func element(_ name: String) -> JSONTree? {
        guard case .array(let elements) = value, let index = Int(name),
            elements.indices.contains(index)
        else { return nil }
        return elements[index]
    }

    /// The scalar at a path, as text.
    package func text(_ path: String) -> String? { self[path]?.scalar }

    /// A scalar as text; nil for anything else.
    var scalar: String? {
        switch value {
        case .string(let text), .number(let text): text
        case .boolean(let flag): flag ? "true" : "false"
        default: nil
        }
    }
}
