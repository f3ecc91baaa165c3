import JSON
import SurveyImport

/// A response that is not to count, or not any more.
public struct DeliveredWithdrawal: Hashable, Sendable {
    /// The source's id of the response.
    public let id: String
    /// Why, in words.
    public let reason: String
    /// Whether it holds for whatever comes of this response later, too: what was deleted at the source
    /// stays so. A response that a rule leaves out counts once the source says otherwise.
    public let isFinal: Bool
}

/// A response that the source counts as something else than its score says. Its score counts.
public struct DeliveredDisagreement: Hashable, Sendable {
    /// The source's id of the response.
    public let id: String
    /// What its score says: detractor, passive or promoter.
    public let expected: String
}

/// What stands in a delivery.
public enum DeliveryContent: Sendable {
    /// Responses, each as the JSON object in which responses are sent, without their source; and those
    /// that are not to count. Not both are empty.
    case items(
        responses: [JSONValue], withdrawn: [DeliveredWithdrawal],
        disagreements: [DeliveredDisagreement])
    /// Nothing that could count: why, as a stable code.
    case nothing(code: String)
    /// A response has to be fetched from the source.
    case fetch(survey: String, response: String)
    /// It is a response that was fetched; what its survey looks like has to be fetched as well.
    case fetched(survey: String)
}

/// Why a delivery cannot be read: a stable code, and what would have been read. What stood there is
/// not said, for it may be personal.
public struct DeliveryFault: Error, Hashable, Sendable {
    /// `json.invalid`, `response.missing`, `id.missing` or `items.missing`.
    public let code: String
    /// What would have been read.
    public let expected: String
}

/// Reads deliveries by a mapping.
public struct DeliveryReader: Sendable {
    /// The most responses of one delivery.
    static let responsesMax = 10_000
    private let mapping: DeliveryMapping

    /// A reader of one source's deliveries.
    public init(_ mapping: DeliveryMapping) { self.mapping = mapping }

    /// What stands in a body.
    ///
    /// - Throws: ``DeliveryFault`` for one that cannot be read; it may be read under another mapping.
    public func content(of body: [UInt8]) throws(DeliveryFault) -> DeliveryContent {
        let tree: JSONTree
        do {
            tree = try JSONTree(parsing: body)
        } catch {
            throw DeliveryFault(
                code: "json.invalid", expected: "JSON; it is none from line \(error.line) on")
        }
        let shape = mapping.shape
        switch shape.subject(of: tree) {
        case .nothing(let code): return .nothing(code: code)
        case .notice(let survey, let response):
            guard mapping.onlySurvey.map({ $0 == survey }) ?? true else {
                return .nothing(code: "survey.other")
            }
            return .fetch(survey: survey, response: response)
        case .fetched(let survey): return .fetched(survey: survey)
        case .deletion(let reason):
            let path = shape == .surveymonkey ? "object_id" : shape.response + ".id"
            guard let id = tree.text(path), !id.isEmpty else {
                throw DeliveryFault(code: "id.missing", expected: "the response's id at \(path)")
            }
            return .items(
                responses: [],
                withdrawn: [DeliveredWithdrawal(id: id, reason: reason, isFinal: true)],
                disagreements: [])
        case .response: return try responses(of: tree)
        }
    }

    /// A response that was fetched.
    ///
    /// - Throws: ``DeliveryFault``.
    public func content(
        ofFetched response: SurveyMonkeyResponse
    ) throws(DeliveryFault) -> DeliveryContent {
        try content(of: response.tree)
    }

    private func responses(of delivery: JSONTree) throws(DeliveryFault) -> DeliveryContent {
        guard let path = mapping.paths["items"] else {
            guard let response = delivery[mapping.shape.response] else {
                throw DeliveryFault(
                    code: "response.missing",
                    expected: "the response at \(mapping.shape.response)")
            }
            return try content(of: response)
        }
        guard case .array(let items)? = delivery[path]?.value, items.count <= Self.responsesMax
        else {
            throw DeliveryFault(
                code: "items.missing",
                expected: "a list of at most \(Self.responsesMax) responses at \(path)")
        }
        var (responses, withdrawn, code) = ([JSONValue](), [DeliveredWithdrawal](), "items.none")
        var disagreements: [DeliveredDisagreement] = []
        for item in items {
            switch try content(of: item) {
            case .items(let more, let others, let differing):
                responses += more
                withdrawn += others
                disagreements += differing
            case .nothing(let reason): code = reason
            case .fetch, .fetched: continue
            }
        }
        return responses.isEmpty && withdrawn.isEmpty
            ? .nothing(code: code)
            : .items(
                responses: responses, withdrawn: withdrawn, disagreements: disagreements)
    }

    private func content(of response: JSONTree) throws(DeliveryFault) -> DeliveryContent {
        if let survey = mapping.onlySurvey, value("survey", in: response) != survey {
            return .nothing(code: "survey.other")
        }
        let rule = mapping.exclusions.first { response.text($0.path) == $0.value }
        if rule == nil, mapping.counting == .finished, let finished = path(of: "finished"),
            response.text(finished) != mapping.shape.finishedValue
        {
            return .nothing(code: "unfinished")
        }
        guard let id = value("id", in: response), !id.isEmpty else {
            throw DeliveryFault(
                code: "id.missing", expected: "the response's id at \(path(of: "id") ?? "id")")
        }
        if let rule {
            let reason = "left out by the mapping: \(rule.path)=\(rule.value)"
            return .items(
                responses: [],
                withdrawn: [DeliveredWithdrawal(id: id, reason: reason, isFinal: false)],
                disagreements: [])
        }
        return .items(
            responses: [.object(members(of: response, id: id))], withdrawn: [],
            disagreements: disagreement(of: response, id).map { [$0] } ?? [])
    }

    /// Whether the source's own group is another than the score's, by the cut-offs that all sources
    /// share; nil where it is the same, or nothing is said.
    private func disagreement(of response: JSONTree, _ id: String) -> DeliveredDisagreement? {
        guard mapping.rules.scale == nil, let group = value("group", in: response)?.lowercased(),
            let score = answer("score", mapping.score, .score, response).flatMap({ Double($0) })
        else { return nil }
        let expected = score >= 9 ? "promoter" : score >= 7 ? "passive" : "detractor"
        return group.hasPrefix(expected) ? nil : DeliveredDisagreement(id: id, expected: expected)
    }

    private func path(of field: String) -> String? {
        mapping.paths[field] ?? mapping.shape.paths[field]
    }

    private func value(_ field: String, in response: JSONTree) -> String? {
        path(of: field).flatMap { response.text($0) }
    }

    private func members(of response: JSONTree, id: String) -> [(String, JSONValue)] {
        var members: [(String, JSONValue)] = [("id", .string(id))]
        func add(_ name: String, _ text: String?) {
            if let text, !text.isEmpty { members.append((name, .string(text))) }
        }
        add("score", answer("score", mapping.score, .score, response))
        let isBeside = mapping.text == mapping.score
        add("text", answer("text", mapping.text, .text(besideScore: isBeside), response))
        for field in ["respondent", "channel", "language"] {
            add(field, value(field, in: response))
        }
        if mapping.paths["survey"] != nil { add("survey", value("survey", in: response)) }
        let at = value("at", in: response)
        add("at", time(at))
        add("updatedAt", updated(response, at) ?? time(value("updatedAt", in: response)))
        let segments = mapping.segments.sorted { $0.key < $1.key }.compactMap { dimension, path in
            response.text(path).map { (dimension, JSONValue.string($0)) }
        }
        if !segments.isEmpty { members.append(("segments", .object(segments))) }
        return members
    }

    private func answer(
        _ field: String, _ question: String?, _ facet: DeliveryShape.Facet, _ response: JSONTree
    ) -> String? {
        if let question { return mapping.shape.answer(to: question, facet, in: response)?.scalar }
        return mapping.shape.paths[field].flatMap { response.text($0) }
    }

    /// A time as it is read everywhere: Wootric writes a blank for the T, and another before the zone.
    private func time(_ text: String?) -> String? {
        guard mapping.shape == .wootric, let text else { return text }
        let parts = text.split(separator: " ")
        guard parts.count == 3, parts[2].count == 5 else { return text }
        return "\(parts[0])T\(parts[1])\(parts[2].prefix(3)):\(parts[2].suffix(2))"
    }

    /// AskNicely counts the messages about an answer, and gives each the time of the first: in
    /// milliseconds, with the count behind, so that the newest is the last of them.
    private func updated(_ response: JSONTree, _ at: String?) -> String? {
        guard mapping.shape == .asknicely, let seconds = at.flatMap({ Int($0) }),
            let count = response.text("count").flatMap({ Int($0) }), (1...999).contains(count)
        else { return nil }
        return "\(seconds * 1000 + count)"
    }
}
