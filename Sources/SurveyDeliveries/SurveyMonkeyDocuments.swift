import JSON

/// A response of SurveyMonkey, put together from its API's documents: answers name choices by id, and
/// what a choice says stands in the survey's details.
public struct SurveyMonkeyResponse: Sendable {
    let tree: JSONTree

    /// Puts a response together.
    ///
    /// - Parameters:
    ///   - details: what `/v3/surveys/{id}/details` answers.
    ///   - response: what `/v3/surveys/{id}/responses/{id}/details` answers.
    /// - Throws: ``DeliveryFault`` where one of them is none.
    public init(details: [UInt8], response: [UInt8]) throws(DeliveryFault) {
        let details = try Self.parsed(details, "the survey's details")
        let response = try Self.parsed(response, "the response's details")
        let choices = Self.choices(details)
        var answers: [JSONTree.Member] = []
        for question in Self.questions(response) {
            guard let id = question.text("id"),
                case .array(let given)? = question.member("answers")?.value,
                let answer = given.first
            else { continue }
            let text =
                answer.text("choice_id").flatMap { choices[id + "/" + $0] } ?? answer.text("text")
            guard let text else { continue }
            answers.append(
                JSONTree.Member(
                    name: id, value: JSONTree(.string(text), line: question.line)))
        }
        guard case .object(let members) = response.value else {
            throw DeliveryFault(code: "json.invalid", expected: "a response as an object")
        }
        tree = JSONTree(
            .object(
                members + [
                    JSONTree.Member(
                        name: "answers", value: JSONTree(.object(answers), line: response.line))
                ]), line: response.line)
    }

    private static func parsed(
        _ bytes: [UInt8], _ what: String
    ) throws(DeliveryFault) -> JSONTree {
        do {
            return try JSONTree(parsing: bytes)
        } catch {
            throw DeliveryFault(code: "json.invalid", expected: "\(what) as JSON")
        }
    }

    private static func questions(_ document: JSONTree) -> [JSONTree] {
        guard case .array(let pages)? = document.member("pages")?.value else { return [] }
        return pages.flatMap { page -> [JSONTree] in
            guard case .array(let questions)? = page.member("questions")?.value else { return [] }
            return questions
        }
    }

    /// What each choice of each question says. The weight of a scale's choice is its score.
    private static func choices(_ details: JSONTree) -> [String: String] {
        var choices: [String: String] = [:]
        for question in questions(details) {
            guard let id = question.text("id"),
                case .array(let all)? = question["answers.choices"]?.value
            else { continue }
            for choice in all {
                guard let choiceID = choice.text("id") else { continue }
                choices[id + "/" + choiceID] = choice.text("text") ?? choice.text("weight")
            }
        }
        return choices
    }
}
