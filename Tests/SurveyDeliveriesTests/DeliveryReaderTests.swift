import Foundation
import JSON
import Testing

@testable import SurveyDeliveries

@Suite("What stands in a delivery")
struct DeliveryReaderTests {
    /// What responses come to when each delivery is read and the newest time wins.
    private struct Desk {
        var responses: [String: [String: JSONTree]] = [:]
        var updated: [String: String] = [:]

        mutating func take(_ content: DeliveryContent) throws {
            guard case .items(let responses, _, _) = content else { return }
            for response in responses {
                let tree = try JSONTree(parsing: Array(response.serialized().utf8))
                let id = try #require(tree["id"]?.string)
                let time = tree["updatedAt"]?.string ?? ""
                let isOlder = updated[id].map { time < $0 } ?? false
                for name in ["score", "text", "at", "language", "segments"] {
                    guard let value = tree[name] else { continue }
                    if isOlder, self.responses[id]?[name] != nil { continue }
                    if name == "at", self.responses[id]?[name] != nil { continue }
                    self.responses[id, default: [:]][name] = value
                }
                if !isOlder { updated[id] = time }
            }
        }
    }

    @Test(
        "the deliveries of each tool give the responses that they must",
        .enabled(if: SharedDeliveries.folder != nil, "the shared deliveries are not here"),
        arguments: SharedDeliveries.names)
    func shared(name: String) throws {
        let document = try SharedDeliveries.document(name)
        let source = try #require(document["source"]?.string)
        let shape = try #require(DeliveryShape(rawValue: source))
        let mapping = try DeliveryMapping(
            Array(try #require(document["mapping"]).json.serialized().utf8), shape)
        #expect(try DeliveryMapping(json: Array(mapping.json.utf8)) == mapping)
        let reader = DeliveryReader(mapping)
        var desk = Desk()
        for delivery in document["deliveries"]?.items ?? [] {
            guard case .boolean(true)? = delivery["accept"]?.value else { continue }
            var content = try reader.content(of: Array(try #require(delivery["body"]?.string).utf8))
            if case .fetch(let survey, let response) = content {
                let api = try #require(document["api"])
                func answer(_ path: String) throws -> [UInt8] {
                    Array(try #require(api[path]).json.serialized().utf8)
                }
                content = try reader.content(
                    ofFetched: SurveyMonkeyResponse(
                        details: answer("/v3/surveys/\(survey)/details"),
                        response: answer("/v3/surveys/\(survey)/responses/\(response)/details")))
            }
            try desk.take(content)
        }
        let gives = try #require(document["gives"]).items
        let whole = desk.responses.filter { $0.value["score"] != nil || $0.value["text"] != nil }
        #expect(whole.count == gives.count, "\(whole.keys)")
        for wanted in gives {
            let id = try #require(wanted["id"]?.words)
            let given = try #require(whole[id], "there is no \(id)")
            for name in ["score", "text", "language"] where wanted[name] != nil {
                #expect(given[name]?.words == wanted[name]?.words, "\(id) \(name)")
            }
            if case .object(let segments)? = wanted["segments"]?.value {
                for segment in segments {
                    let value = given["segments"]?[segment.name]
                    #expect(value?.words == segment.value.words, "\(segment.name)")
                }
            }
        }
    }

    private func content(
        _ body: String, _ mapping: String
    ) throws -> DeliveryContent {
        try DeliveryReader(DeliveryMapping(json: Array(mapping.utf8)))
            .content(of: Array(body.utf8))
    }

    private func first(_ content: DeliveryContent) throws -> String {
        guard case .items(let responses, _, _) = content else { return "\(content)" }
        return try #require(responses.first).serialized()
    }

    @Test("score and comment of Survicate come apart, and are told apart by their questions")
    func survicate() throws {
        let mapping = #"{"shape": "survicate", "score": "11", "text": "12"}"#
        func body(_ answer: String, _ question: Int) -> String {
            #"{"messageId":"m1","deliveryTries":1,"event":{"questionAnswered":{"responseUuid":"u-1","survey":{"id":"s1","name":"NPS"},"timestamp":"2026-06-09T10:00:00Z","respondent":{"uuid":"p-1","attributes":[]},"question":{"id":\#(question),"body":"?"},\#(answer)}}}"#
        }
        #expect(
            try first(content(body(#""choice":{"id":9,"body":"9","comment":null}"#, 11), mapping))
                == #"{"id":"u-1","score":"9","at":"2026-06-09T10:00:00Z","updatedAt":"2026-06-09T10:00:00Z"}"#
        )
        #expect(
            try first(content(body(#""text":"slow""#, 12), mapping))
                == #"{"id":"u-1","text":"slow","at":"2026-06-09T10:00:00Z","updatedAt":"2026-06-09T10:00:00Z"}"#
        )
    }

    @Test("one question of Survicate can give the score and what was said beside it")
    func survicateComment() throws {
        let body =
            #"{"messageId":"m1","event":{"questionAnswered":{"responseUuid":"u-1","survey":{"id":"s1"},"timestamp":"2026-06-09T10:00:00Z","question":{"id":11},"choice":{"id":9,"body":"9 - likely","comment":"fast"}}}}"#
        #expect(
            try first(content(body, #"{"shape": "survicate", "score": "11", "text": "11"}"#))
                == #"{"id":"u-1","score":"9","text":"fast","at":"2026-06-09T10:00:00Z","updatedAt":"2026-06-09T10:00:00Z"}"#
        )
    }

    @Test(
        "what a shape says nothing of cannot be asked for",
        arguments: [
            #"{"shape": "satismeter", "onlySurvey": "s1"}"#,
            #"{"shape": "asknicely", "onlySurvey": "s1"}"#,
            #"{"shape": "wootric", "counts": "finished"}"#,
            #"{"shape": "survicate", "score": "11", "counts": "finished"}"#,
            #"{"shape": "formbricks", "score": "q", "text": "q"}"#,
        ])
    func faults(mapping: String) {
        #expect(throws: DeliveryMapping.Fault.self) {
            try DeliveryMapping(json: Array(mapping.utf8))
        }
    }

    @Test("a response of SurveyMonkey counts once it is completed, where that is asked for")
    func surveyMonkeyFinished() throws {
        let mapping = try DeliveryMapping(
            json: Array(#"{"shape": "surveymonkey", "score": "q1", "counts": "finished"}"#.utf8))
        func content(_ status: String) throws -> DeliveryContent {
            try DeliveryReader(mapping).content(
                ofFetched: SurveyMonkeyResponse(
                    details: Array("{}".utf8),
                    response: Array(
                        #"{"id":"7","response_status":"\#(status)","pages":[{"questions":[{"id":"q1","answers":[{"text":"9"}]}]}]}"#
                            .utf8)))
        }
        guard case .nothing(code: "unfinished") = try content("partial"),
            case .items(let responses, [], []) = try content("completed")
        else {
            Issue.record("it is not told apart")
            return
        }
        #expect(responses.count == 1)
    }

    @Test(
        "a group of the source's own that its score contradicts is told, and the score counts",
        arguments: [
            (#"{"id":"1","score":8,"group":"Promoter"}"#, "passive"),
            (#"{"id":"1","score":"9","group":"promoters"}"#, nil),
            (#"{"id":"1","score":0,"group":"Passive"}"#, "detractor"),
            (#"{"id":"1","score":0}"#, nil),
        ] as [(String, String?)])
    func groups(body: String, expected: String?) throws {
        let mapping = #"{"shape": "generic", "id": "id", "score": "score", "group": "group"}"#
        guard case .items(let responses, [], let disagreements) = try content(body, mapping) else {
            Issue.record("it is no response")
            return
        }
        #expect(responses.count == 1)
        #expect(disagreements.map(\.expected) == (expected.map { [$0] } ?? []))
    }

    @Test("a time of Wootric is read, and what it excludes is not to count")
    func wootric() throws {
        let mapping = #"{"shape": "wootric", "respondent": "end_user_id"}"#
        func body(_ excluded: Bool) -> String {
            #"{"event_name":"response.created","response":{"id":7,"score":3,"text":"no","end_user_id":5,"excluded_from_calculations":\#(excluded),"created_at":"2026-06-09 10:00:00 -0700","updated_at":"2026-06-09 10:00:01 -0700"}}"#
        }
        #expect(
            try first(content(body(false), mapping))
                == #"{"id":"7","score":"3","text":"no","respondent":"5","at":"2026-06-09T10:00:00-07:00","updatedAt":"2026-06-09T10:00:01-07:00"}"#
        )
        guard case .items([], let withdrawn, _) = try content(body(true), mapping),
            withdrawn.map(\.id) == ["7"], withdrawn.allSatisfy(\.isFinal)
        else {
            Issue.record("it counts")
            return
        }
    }

    @Test("any JSON is read by paths: one response or a list, tests left out")
    func generic() throws {
        let retently = """
            {"shape": "generic", "id": "id", "score": "score", "text": "comment", \
            "respondent": "customerId", "at": "createdDate", "channel": "channel", \
            "exclude": {"isBogus": "true"}, "segments": {"tag": "tags.0"}}
            """
        let body =
            #"{"id":"x1","customerId":"c9","score":"8","comment":"ok","createdDate":"2026-06-09T10:00:00Z","channel":"email","metricsType":"NPS","tags":["vip"],"isBogus":false}"#
        #expect(
            try first(content(body, retently))
                == #"{"id":"x1","score":"8","text":"ok","respondent":"c9","channel":"email","at":"2026-06-09T10:00:00Z","segments":{"tag":"vip"}}"#
        )
        guard
            case .items([], let withdrawn, _) = try content(
                body.replacing("\"isBogus\":false", with: "\"isBogus\":true"), retently),
            withdrawn == [
                .init(id: "x1", reason: "left out by the mapping: isBogus=true", isFinal: false)
            ]
        else {
            Issue.record("a bogus response counts")
            return
        }
        let hubspot = """
            {"shape": "generic", "items": "results", "id": "id", "survey": "properties.hs_survey_type", \
            "onlySurvey": "NPS", "score": "properties.hs_value", "text": "properties.hs_content", \
            "at": "properties.hs_submission_timestamp"}
            """
        let list =
            #"{"results":[{"id":"1","properties":{"hs_survey_type":"CSAT","hs_value":"5"}},{"id":"2","properties":{"hs_survey_type":"NPS","hs_value":"6","hs_content":"meh","hs_submission_timestamp":"1781000000000"}}]}"#
        #expect(
            try first(content(list, hubspot))
                == #"{"id":"2","score":"6","text":"meh","survey":"NPS","at":"1781000000000"}"#)
    }

    @Test("only what is finished counts, where that is the rule")
    func finished() throws {
        let mapping = #"{"shape": "formbricks", "score": "q", "counts": "finished"}"#
        func body(_ finished: Bool) -> String {
            #"{"event":"responseUpdated","data":{"id":"r","finished":\#(finished),"data":{"q":0}}}"#
        }
        guard case .nothing(code: "unfinished") = try content(body(false), mapping) else {
            Issue.record("it counts")
            return
        }
        #expect(try first(content(body(true), mapping)) == #"{"id":"r","score":"0"}"#)
    }

    @Test(
        "what cannot be read is a fault with a code, and nothing of it is repeated",
        arguments: [
            ("", "json.invalid"), ("[]", "id.missing"), ("{}", "id.missing"),
            ("nul", "json.invalid"),
            (String(repeating: "[", count: 10_000), "json.invalid"),
            (#"{"id": {"secret": 1}, "score": 1}"#, "id.missing"),
            (#"{"id": 1, "id": 2, "score": 1}"#, "id.missing"),
            ("{\"id\":\"\\ud800\"}", "json.invalid"),
        ])
    func unreadable(body: String, code: String) {
        let error = #expect(throws: DeliveryFault.self) {
            try content(body, #"{"shape": "generic", "id": "id", "score": "score"}"#)
        }
        #expect(error?.code == code)
        #expect(error?.expected.contains("secret") == false)
    }

    @Test(
        "a mapping that cannot be used is told with its line",
        arguments: [
            ("{\n \"score\": 1}", 2, "score is a text"), ("{\n\n \"skore\": \"q\"}", 3, "no field"),
            ("{\"score\": \"q\",\n\"score\": \"p\"}", 2, "stands twice"), ("{", 1, "no JSON"),
            ("{\"text\": \"q\", \"scale\": \"x\"}", 1, "scale"), ("{}", 1, "which question"),
            ("{\"score\": \"q\",\n \"counts\": \"never\"}", 2, "scored or finished"),
            ("{\"score\": \"q\", \"segments\": {\"a b\": \"p\"}}", 1, "name"),
        ])
    func faults(json: String, line: Int, words: String) {
        let fault = #expect(throws: DeliveryMapping.Fault.self) {
            try DeliveryMapping(json: Array(json.utf8), shape: .formbricks)
        }
        #expect(fault?.line == line)
        #expect(fault?.problem.contains(words) == true, "\(fault?.problem ?? "")")
    }
}

extension DeliveryMapping {
    fileprivate init(_ json: [UInt8], _ shape: DeliveryShape) throws {
        try self.init(json: json, shape: shape)
    }
}
