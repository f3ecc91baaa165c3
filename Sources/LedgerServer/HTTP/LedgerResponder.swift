import AnswerEncoding
import Foundation
import HTTPTypes
import Hummingbird
import JSON
import LedgerCore
import LedgerQueries
import Logging
import NIOCore
import Presentation
import SurveyImport

/// What is known of a request's connection.
struct LedgerRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The address of whoever asks, without the port.
    let client: String

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        client = source.channel.remoteAddress?.ipAddress ?? "local"
    }
}

/// Answers requests: finds the endpoint, lets in who may ask, reads the parameters, has the question
/// answered on a thread that may wait, and puts the answer into the form that is asked for.
struct LedgerResponder: HTTPResponder {
    typealias Context = LedgerRequestContext

    private let service: LedgerService
    private let table: EndpointTable

    init(_ service: LedgerService) {
        self.service = service
        table = service.table
    }

    func respond(to request: Request, context: LedgerRequestContext) async throws -> Response {
        var story = RequestStory(request.head, client: client(of: request.head, context.client))
        var response: Response
        do {
            response = try await answer(request, context, &story)
        } catch {
            if error is CancellationError { throw error }
            response = Response(service.reply(to: error, in: story))
        }
        if request.method == .head { response = response.withoutBody }
        response.headers[TraceContext.header] = story.trace.stated
        service.tell(story, status: response.status.code)
        return response
    }

    private func answer(
        _ request: Request, _ context: LedgerRequestContext, _ story: inout RequestStory
    ) async throws -> Response {
        let (endpoint, path, parameters) = try find(request.head, &story)
        switch endpoint.handler {
        case .question(let question):
            let head = request.head
            return try await withCheckedThrowingContinuation { continuation in
                ask(question, endpoint, head, parameters, path) {
                    continuation.resume(with: $0.map { Response($0) })
                }
            }
        case .act(let act): return try await perform(act, endpoint, request, path)
        case .call(let call):
            return try await call(
                Call(
                    request: request, parameters: parameters, path: path, viewer: .everything,
                    service: service, client: story.client))
        }
    }

    /// The endpoint of a request that may be asked by whoever asks, and what it is asked with.
    private func find(
        _ head: HTTPRequest, _ story: inout RequestStory
    ) throws(Problem) -> (Endpoint, path: [String: String], Parameters) {
        let target = head.path ?? "/"
        let mark = target.firstIndex(of: "?") ?? target.endIndex
        let (endpoint, path) = try table.find(head.method, target[..<mark])
        story.template = endpoint.path
        if endpoint.access == .administrator { try service.requireAdministrator(head) }
        let query = mark == target.endIndex ? "" : target[target.index(after: mark)...]
        return (endpoint, path, try Parameters(query, known: endpoint.allParameters))
    }

    /// The address of whoever asks; behind a proxy the last one that it states, for the others are what
    /// a client says of itself.
    private func client(of head: HTTPRequest, _ address: String) -> String {
        guard service.isBehindProxy,
            let stated = head.headerFields[HTTPField.Name("X-Forwarded-For")!],
            let last = stated.split(separator: ",").last
        else { return address }
        return last.trimmingCharacters(in: .whitespaces)
    }

    // MARK: - Questions

    private func ask(
        _ question: @escaping @Sendable (Parameters, [String: String], OpenLedger) throws -> Answer,
        _ endpoint: Endpoint, _ head: HTTPRequest, _ parameters: Parameters,
        _ path: [String: String],
        _ completion: @escaping @Sendable (Result<Reply, any Error>) -> Void
    ) {
        let form: Form
        do throws(Problem) {
            form = try Self.form(endpoint, head, parameters)
        } catch {
            return completion(.failure(error))
        }
        let known = head.headerFields[.ifNoneMatch]
        let service = service
        service.questions.submit {
            completion(
                Result {
                    // Looked at first: an answer may be newer than its tag says, and never older.
                    let mark = try service.open.mark()
                    var headers: HTTPFields = [
                        .eTag: Self.tag(mark, form), .cacheControl: "private, no-cache",
                        .vary: "Accept, Authorization", .ledgerHead: "\(mark.size)",
                        .ledgerLag: "\(service.keeper.current.lag)",
                    ]
                    if let known, Self.matches(known, Self.tag(mark, form)) {
                        return Reply(.notModified, headers)
                    }
                    let answer = try question(parameters, path, service.open)
                    headers[.contentType] = form.contentType
                    return Reply(.ok, headers, Self.text(answer, form))
                })
        } refused: {
            completion(.failure($0))
        }
    }

    /// The forms of an answer.
    private enum Form {
        case json
        case csv

        var contentType: String {
            switch self {
            case .json: "application/json"
            case .csv: "text/csv; charset=utf-8"
            }
        }
    }

    /// The form that is asked for: by a parameter, or by what is accepted.
    private static func form(
        _ endpoint: Endpoint, _ head: HTTPRequest, _ parameters: Parameters
    ) throws(Problem) -> Form {
        if let format = parameters.text("format") { return format == "csv" ? .csv : .json }
        guard let accept = head.headerFields[.accept] else { return .json }
        let types = accept.split(separator: ",").map {
            $0.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        }
        for type in types {
            switch type {
            case "*/*", "application/*", "application/json": return .json
            case "text/csv" where endpoint.hasCSV, "text/*" where endpoint.hasCSV: return .csv
            default: continue
            }
        }
        throw Problem(
            .notAcceptable, "form.unknown",
            "the answer can be had as application/json" + (endpoint.hasCSV ? " or text/csv" : ""))
    }

    private static func text(_ answer: Answer, _ form: Form) -> String {
        guard form == .csv, let csv = answer.csv else { return answer.json }
        return CSVWriter(guardsFormulas: true, escapesControls: false)
            .document(header: csv.header, rows: csv.rows)
    }

    /// The tag of an answer: it changes whenever an answer may. Whoever may see everything sees the
    /// same.
    private static func tag(_ mark: OpenLedger.Mark, _ form: Form) -> String {
        "\"\(mark.size)-\(mark.generation)-\(form)\""
    }

    private static func matches(_ known: String, _ tag: String) -> Bool {
        known == "*"
            || known.split(separator: ",").contains { candidate in
                let text = candidate.filter { $0 != " " }
                return text == tag || text == "W/" + tag
            }
    }

    // MARK: - Acts

    private func perform(
        _ act: @escaping @Sendable (ActBody, [String: String], OpenLedger) throws -> JSONValue,
        _ endpoint: Endpoint, _ request: Request, _ path: [String: String]
    ) async throws -> Response {
        let bytes = try await request.collected(upTo: ActBody.bytesMax)
        let body = try ActBody(
            bytes, fields: endpoint.body, fence: try Self.fence(request))
        let open = service.open
        let answer = try await service.acts.run { try act(body, path, open) }
        service.keeper.signal()
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(
                byteBuffer: ByteBuffer(string: answer.serialized(pretty: true) + "\n"))
        )
    }

    /// The position that whoever acts has looked at.
    private static func fence(_ request: Request) throws(Problem) -> Position? {
        guard let text = request.headers[.ifMatch], text != "*" else { return nil }
        // The tag of an answer begins with the position it was given at.
        let digits = text.drop { $0 == "\"" }.prefix { $0.isNumber }
        guard let position = Position(digits) else {
            throw Problem(
                .badRequest, "fence.invalid",
                "If-Match takes the ETag of an answer, or its position in quotes")
        }
        return position
    }
}

// MARK: - Requests that are answered where they are read

extension LedgerResponder: DirectResponder {
    /// Longest body, in bytes, that is read there: longer ones would keep others waiting.
    private static let directBytesMax = 64 << 10

    func takes(_ head: HTTPRequest) -> Bool {
        let headers = head.headerFields
        guard headers[.transferEncoding] == nil, headers[.contentEncoding] == nil,
            headers[.expect] == nil
        else { return false }
        let length = headers[.contentLength].map { Int($0) ?? .max } ?? 0
        switch head.method {
        case .post:
            return head.path == ResponsesIntake.post.path && (1...Self.directBytesMax) ~= length
        case .get:
            guard length == 0, let target = head.path else { return false }
            return table.isQuestion(target.prefix { $0 != "?" })
        default: return false
        }
    }

    func answer(
        _ head: HTTPRequest, _ body: [UInt8], from address: String?,
        _ completion: @escaping @Sendable (Reply) -> Void
    ) {
        var story = RequestStory(head, client: client(of: head, address ?? "local"))
        let service = service
        do {
            let (endpoint, path, parameters) = try find(head, &story)
            let known = story
            let finish: @Sendable (Result<Reply, any Error>) -> Void = { result in
                completion(service.told(result, known))
            }
            if case .question(let question) = endpoint.handler {
                return ask(question, endpoint, head, parameters, path, finish)
            }
            let sent = try ResponsesIntake.read(body, head.headerFields[.contentType], service)
            let actor = ActBody.administrator
            if let part = sent.only {
                ResponsesIntake.submit(part, atomic: false, actor: actor, service) {
                    finish($0.map { ResponsesIntake.reply($0) })
                }
                return
            }
            Task {
                do {
                    let answer = try await ResponsesIntake.record(
                        sent, atomic: false, actor: actor, service)
                    finish(.success(ResponsesIntake.reply(answer)))
                } catch {
                    finish(.failure(error))
                }
            }
        } catch {
            completion(service.told(.failure(error), story))
        }
    }
}

extension HTTPField.Name {
    /// The size of the log when the answer was given.
    static let ledgerHead = HTTPField.Name("Nps-Ledger-Head")!
    /// Events that the projections had still to fold.
    static let ledgerLag = HTTPField.Name("Nps-Ledger-Lag")!
}

extension Response {
    init(_ reply: Reply) {
        self.init(
            status: reply.status, headers: reply.headers,
            body: reply.text.isEmpty
                ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(string: reply.text)))
    }

    /// The same for a request that wants no body.
    fileprivate var withoutBody: Response {
        var headers = headers
        if let length = body.contentLength { headers[.contentLength] = "\(length)" }
        return Response(status: status, headers: headers)
    }
}

extension Request {
    /// The body, as it was sent.
    ///
    /// - Throws: `Problem` 413 where it is longer than that.
    func collected(upTo limit: Int) async throws -> [UInt8] {
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw Problem.tooLong(limit)
        }
        var bytes: [UInt8] = []
        for try await part in body {
            bytes.append(contentsOf: part.readableBytesView)
            guard bytes.count <= limit else { throw Problem.tooLong(limit) }
        }
        return bytes
    }
}

extension Problem {
    static func tooLong(_ limit: Int) -> Problem {
        Problem(.contentTooLarge, "body.too-long", "the body may have \(limit) bytes at most")
    }
}
