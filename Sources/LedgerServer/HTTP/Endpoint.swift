import AnswerEncoding
import HTTPTypes
import Hummingbird
import JSON
import LedgerCore
import LedgerQueries
import Presentation

/// What a question is answered with.
struct Answer: Sendable {
    /// The JSON text that the command line prints.
    let json: String
    /// The same as CSV; nil where there is no such form.
    let csv: (header: [String], rows: [[String]])?

    init(_ json: JSONValue, csv: (header: [String], rows: [[String]])? = nil) {
        self.json = json.serialized(pretty: true) + "\n"
        self.csv = csv
    }

    init(text: String) {
        json = text
        csv = nil
    }
}

/// What a handler knows of a request.
struct Call: Sendable {
    let request: Request
    let parameters: Parameters
    /// The parts of the path that stand for something, by name.
    let path: [String: String]
    let viewer: Viewer
    let service: LedgerService
    /// The address of whoever asks.
    let client: String
}

/// One thing that can be asked of the service, or done with it. The router, the reading of parameters
/// and the document of the API come from the same description.
struct Endpoint: Sendable {
    /// Who may ask.
    enum Access: Sendable {
        /// Anybody.
        case anybody
        /// Whoever has the administrator's token.
        case administrator
        /// The handler decides: a source signs what it sends, a page has a key of its own.
        case own
    }

    /// What is done.
    enum Handler: Sendable {
        /// A question, answered on a thread that may wait; the same at one position.
        case question(@Sendable (Parameters, [String: String], OpenLedger) throws -> Answer)
        /// An act, done on a thread of its own, of what stands in the body.
        case act(@Sendable (ActBody, [String: String], OpenLedger) throws -> JSONValue)
        /// Anything else.
        case call(@Sendable (Call) async throws -> Response)
    }

    /// What a call takes.
    enum RequestBody: Sendable {
        /// Responses, each with its source.
        case responses
        /// Responses of the source that is known of whoever sends them.
        case responsesOfSource
        /// Whatever a survey tool sends.
        case delivery
    }

    let method: HTTPRequest.Method
    /// Parts that begin with a brace stand for anything.
    let path: String
    let summary: String
    var parameters: [ParameterDescription] = []
    /// Fields of the body of an act.
    var body: [ActField] = []
    var access = Access.administrator
    /// Whether the answer can be had as CSV.
    var hasCSV = false
    /// The type of what a call answers with, for the document of the API.
    var answers = "application/json"
    /// The body of a call, for the document of the API; nil for none.
    var takes: RequestBody?
    let handler: Handler

    /// The parts of the path.
    var parts: [Substring] { path.split(separator: "/") }

    /// All that may be asked with, the form of the answer included.
    var allParameters: [ParameterDescription] {
        guard case .question = handler, hasCSV else { return parameters }
        return parameters + [
            ParameterDescription(
                name: "format", kind: .choice(["json", "csv"]), summary: "the form of the answer")
        ]
    }

    static func get(
        _ path: String, _ summary: String, _ parameters: [ParameterDescription] = [],
        csv: Bool = false,
        _ question: @escaping @Sendable (Parameters, [String: String], OpenLedger) throws -> Answer
    ) -> Endpoint {
        Endpoint(
            method: .get, path: path, summary: summary, parameters: parameters, hasCSV: csv,
            handler: .question(question))
    }
}

/// The endpoints by path, as they are looked up.
struct EndpointTable: Sendable {
    let endpoints: [Endpoint]
    private let parts: [[Substring]]
    /// Those whose path stands for nothing else, by path.
    private let literal: [Substring: [Endpoint]]

    init(_ endpoints: [Endpoint]) {
        self.endpoints = endpoints
        parts = endpoints.map(\.parts)
        literal = Dictionary(grouping: endpoints.filter { !$0.path.contains("{") }) { $0.path[...] }
    }

    /// Whether a path is that of a question and stands for nothing else.
    func isQuestion(_ path: Substring) -> Bool {
        literal[path]?.contains { endpoint in
            if case .question = endpoint.handler { true } else { false }
        } ?? false
    }

    /// The endpoint of a request, with what its path stands for.
    ///
    /// - Throws: `Problem` 404 where there is no such path, 405 where it is asked otherwise.
    func find(
        _ method: HTTPRequest.Method, _ path: Substring
    ) throws(Problem) -> (endpoint: Endpoint, path: [String: String]) {
        if let endpoint = literal[path]?.first(where: {
            $0.method == method || $0.method == .get && method == .head
        }) {
            return (endpoint, [:])
        }
        let asked = path.split(separator: "/", omittingEmptySubsequences: true)
        var allowed = literal[path]?.map(\.method.rawValue) ?? []
        if !allowed.isEmpty { throw Self.otherMethod(allowed) }
        for (endpoint, parts) in zip(endpoints, parts) {
            guard let values = try Self.match(parts, asked) else { continue }
            if endpoint.method == method || endpoint.method == .get && method == .head {
                return (endpoint, values)
            }
            allowed.append(endpoint.method.rawValue)
        }
        guard !allowed.isEmpty else {
            throw Problem(
                .notFound, "path.unknown", "there is nothing at this path; see /openapi.json")
        }
        throw Self.otherMethod(allowed)
    }

    private static func otherMethod(_ allowed: [String]) -> Problem {
        let methods = allowed.sorted().joined(separator: ", ")
        var problem = Problem(
            .methodNotAllowed, "method.unknown", "this path takes \(methods)")
        problem.headers[.allow] = methods
        return problem
    }

    private static func match(
        _ parts: [Substring], _ asked: [Substring]
    ) throws(Problem) -> [String: String]? {
        guard parts.count == asked.count else { return nil }
        var values: [String: String] = [:]
        for (part, asked) in zip(parts, asked) {
            if part.first == "{" {
                values[String(part.dropFirst().dropLast())] = try Parameters.decodedPath(asked)
            } else if part != asked {
                return nil
            }
        }
        return values
    }
}
